// The outcome of each demo message, from the events of the engine and the log of the functions.
import type { EngineEvent } from '../engine-options.ts';
import { type LogEntry, readLogEntry } from './log-entry.ts';

export type Outcome =
  | 'accepted'
  | 'rejected'
  | 'in-doubt'
  | 'skipped'
  | 'replayed'
  | 'ignored'
  | 'dead-lettered'
  /** It did not end in time. */
  | 'unsettled';

export interface MessageOutcome {
  readonly outcome: Outcome;
  readonly why: string;
  readonly key?: string;
}

export interface OutcomeTracker {
  readonly onEvent: (event: EngineEvent) => void;
  /** The outcome of the message once it is off the queue; `unsettled` after the time. */
  settled(isBody: (body: string) => boolean, withinMs: number): Promise<MessageOutcome>;
}

export function createOutcomeTracker(): OutcomeTracker {
  const messages = new Map<string, { readonly body: string; result?: MessageOutcome; deleted: boolean }>();
  const watchers = new Set<() => void>();

  function note(event: EngineEvent): void {
    if (event.kind === 'received')
      for (const { messageId, body } of event.records)
        messages.set(messageId, { ...messages.get(messageId), body, deleted: false });
    if (event.kind === 'deleted')
      for (const messageId of event.messageIds) {
        const message = messages.get(messageId);
        if (message) message.deleted = true;
      }
    const entry = event.kind === 'log' ? readLogEntry(event.line) : undefined;
    const message = messages.get(entry?.messageId ?? '');
    const result = entry && outcomeOf(entry);
    if (message && result) message.result = { ...message.result, ...result };
  }

  /** A deferral is a new message with the same body. */
  function find(isBody: (body: string) => boolean): MessageOutcome | undefined {
    return [...messages.values()].find(({ body, result, deleted }) => result && deleted && isBody(body))?.result;
  }

  return {
    onEvent(event) {
      note(event);
      for (const watcher of watchers) watcher();
    },
    settled(isBody, withinMs) {
      const { promise, resolve } = Promise.withResolvers<MessageOutcome>();
      const check = () => {
        const found = find(isBody);
        if (found) resolve(found);
      };
      const late = { outcome: 'unsettled', why: `it did not end within ${withinMs / 1000} s` } as const;
      // The engine keeps the process alive, not this timer.
      const timer = setTimeout(() => resolve(late), withinMs).unref();
      watchers.add(check);
      check();
      return promise.finally(() => {
        clearTimeout(timer);
        watchers.delete(check);
      });
    },
  };
}

const done: readonly Outcome[] = ['accepted', 'rejected', 'in-doubt', 'skipped', 'replayed'];

/** undefined unless the message has ended: a waiting or failed job is received again. */
function outcomeOf({ message, kind, outcome, key, reason, why = '' }: LogEntry): MessageOutcome | undefined {
  if (message === 'job' && kind === 'done') {
    const known = done.find((one) => one === outcome);
    return known && { outcome: known, why, ...(key !== undefined && { key }) };
  }
  if (message === 'dead-lettered') return { outcome: 'dead-lettered', why: `${reason}: ${why}` };
  if (message === 'ignored') return { outcome: 'ignored', why };
  return undefined;
}
