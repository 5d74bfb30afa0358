// What became of each message that the demo sends, learnt from what the engine receives and what the functions log.
import type { EngineEvent } from '../engine.ts';
import { type LogEntry, readLogEntry } from './log-entry.ts';

export type Outcome =
  | 'accepted'
  | 'rejected'
  | 'in-doubt'
  | 'skipped'
  | 'replayed'
  | 'ignored'
  | 'dead-lettered'
  /** It did not end in the time that it had. */
  | 'unsettled';

export interface MessageOutcome {
  readonly outcome: Outcome;
  readonly why: string;
  readonly key?: string;
}

export interface OutcomeTracker {
  /** For every event of the engine. */
  readonly onEvent: (event: EngineEvent) => void;
  /** The result of the message with this body, once it is off the queue; `unsettled` when the time is over. */
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

  /** A deferral is a new message with the body of the old one, so what ends a body may be its last message. */
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
      const look = () => {
        const found = find(isBody);
        if (found) resolve(found);
      };
      const late = { outcome: 'unsettled', why: `nothing became of it in ${withinMs / 1000} s` } as const;
      // What keeps the process alive is the engine: whoever stops it waits for no result.
      const timer = setTimeout(() => resolve(late), withinMs).unref();
      watchers.add(look);
      look();
      return promise.finally(() => {
        clearTimeout(timer);
        watchers.delete(look);
      });
    },
  };
}

const done: readonly Outcome[] = ['accepted', 'rejected', 'in-doubt', 'skipped', 'replayed'];

/** undefined for what is not the end of a message: a job that waits or is tried again comes back. */
function outcomeOf({ message, kind, outcome, key, reason, why = '' }: LogEntry): MessageOutcome | undefined {
  if (message === 'job' && kind === 'done') {
    const known = done.find((one) => one === outcome);
    return known && { outcome: known, why, ...(key !== undefined && { key }) };
  }
  if (message === 'dead-lettered') return { outcome: 'dead-lettered', why: `${reason}: ${why}` };
  if (message === 'ignored') return { outcome: 'ignored', why };
  return undefined;
}
