// What the commands on dead letters share: taking hold of them, finding one, and saying what it is.
import type { DeadLetter, DeadLetters } from '../../adapters/queue/dead-letters.ts';
import { CommandFailed, describeError, oneLine, UsageError } from '../terminal/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** More than these are seen by repeating the command. */
export const maxHeld = 1000;

/** Holds what is there while it is worked on, and gives back what is still there. */
export async function withDeadLetters<T>(
  letters: DeadLetters,
  { warn }: Terminal,
  work: (all: readonly DeadLetter[], isGone: (letter: DeadLetter) => void) => Promise<T>,
): Promise<T> {
  const all = await letters.hold(maxHeld);
  const left = new Set(all);
  try {
    return await work(all, (letter) => left.delete(letter));
  } finally {
    await letters.release([...left]).catch((error: unknown) => {
      // What was done, or what failed, is told all the same.
      warn(`the dead letters show again in five minutes, and not at once: ${describeError(error)}`);
    });
  }
}

/**
 * When none could be taken hold of. Another command holds them while it runs, and for five minutes when it was cut off:
 * that is not the same as none.
 */
export async function describeNone(letters: DeadLetters): Promise<{ readonly held: number; readonly says: string }> {
  const held = await letters.countHeld();
  return {
    held,
    says:
      held === 0
        ? 'There are no dead letters.'
        : `No dead letter can be seen; somebody else holds about ${held}, for five minutes at most.`,
  };
}

/** @param flags as Target.flags */
export function findDeadLetter(id: string, all: readonly DeadLetter[], flags: string): DeadLetter {
  const [letter, ...others] = all.filter((one) => one.id.startsWith(id) || one.attributes['messageId'] === id);
  if (!letter)
    throw new CommandFailed(
      `no dead letter has the id ${id}, as far as can be seen now; npx scale-out dlq list${flags}`,
    );
  if (others.length > 0) throw new UsageError(`id: ${id} begins ${others.length + 1} ids; give more of it`);
  return letter;
}

/** What SQS has moved itself, after too many receives, has no reason. */
export function causeOf({ reason, detail }: DeadLetter['attributes']): {
  readonly reason: string;
  readonly detail: string;
} {
  return { reason: reason ?? 'failed', detail: detail ?? 'it failed at every receive; see the log of the function' };
}

export const deadLetterAsJson = ({ id, sentAt, attributes }: DeadLetter) => ({
  id,
  sentAt: new Date(sentAt).toISOString(),
  ...causeOf(attributes),
  attributes,
});
export const shortId = (id: string): string => id.slice(0, 8);

/** JSON escapes what a terminal would obey. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return oneLine(body);
  }
}
