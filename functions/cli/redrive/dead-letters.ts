// Shared by the dlq commands: holding dead letters, finding one, and describing it.
import type { DeadLetter, DeadLetters } from '../../adapters/queue/dead-letters.ts';
import { parseJson } from '../../domain/record.ts';
import { CommandFailed, describeError, oneLine, UsageError } from '../terminal/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Dead letters that one command holds at most. */
export const maxHeld = 1000;

/** Holds the dead letters during `work`, and releases those that are still there. */
export async function withDeadLetters<T>(
  queue: DeadLetters,
  { warn }: Terminal,
  work: (all: readonly DeadLetter[], isGone: (deadLetter: DeadLetter) => void) => Promise<T>,
): Promise<T> {
  const all = await queue.hold(maxHeld);
  const left = new Set(all);
  try {
    return await work(all, (deadLetter) => left.delete(deadLetter));
  } finally {
    // A failed release must not replace the result, or the error, of the work.
    await queue.release([...left]).catch((error: unknown) => {
      warn(`the dead letters are visible again in five minutes, not at once: ${describeError(error)}`);
    });
  }
}

/** For an empty list: another command holds them while it runs, and for five minutes after it was interrupted. */
export async function describeNone(queue: DeadLetters): Promise<{ readonly held: number; readonly says: string }> {
  const held = await queue.countHeld();
  const says =
    held === 0
      ? 'There are no dead letters.'
      : `No dead letter is visible. Another command holds about ${held}, for five minutes at most.`;
  return { held, says };
}

/** @param flags as Target.flags */
export function findDeadLetter(id: string, all: readonly DeadLetter[], flags: string): DeadLetter {
  const [found, ...others] = all.filter((one) => one.id.startsWith(id) || one.attributes['messageId'] === id);
  if (!found) throw new CommandFailed(`no visible dead letter has the id ${id}; npx scale-out dlq list${flags}`);
  if (others.length > 0) throw new UsageError(`id: ${others.length + 1} ids begin with ${id}; give more characters`);
  return found;
}

/** SQS moves a message without a reason after too many receives. */
export function causeOf({ reason = 'failed', detail = '' }: DeadLetter['attributes']) {
  return { reason, detail: detail || 'it failed at every receive; see the log of the function' };
}

export const deadLetterAsJson = ({ id, sentAt, attributes }: DeadLetter) => ({
  id,
  sentAt: new Date(sentAt).toISOString(),
  ...causeOf(attributes),
  attributes,
});
export const shortId = (id: string): string => id.slice(0, 8);

/** Over several lines where it is JSON. */
export function readable(body: string): string {
  const json = parseJson(body);
  return json === undefined ? oneLine(body) : JSON.stringify(json, null, 2);
}
