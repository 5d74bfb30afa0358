// What doctor finds out, as lines: what was looked at, whether it is well, and what to do when it is not.
import { describeError } from '../terminal/errors.ts';

export interface Condition {
  /** warn: it works, and somebody should know. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly says: string;
  readonly remedy?: string;
}

export interface Finding extends Condition {
  /** What was looked at. */
  readonly what: string;
}

export const ok = (says: string): Condition => ({ status: 'ok', says });
export const warn = (says: string, remedy: string): Condition => ({ status: 'warn', says, remedy });
export const fail = (says: string, remedy: string): Condition => ({ status: 'fail', says, remedy });

/** Carries out one look; what it throws is the finding. */
export async function examine(
  what: string,
  look: () => Promise<Condition>,
  remedyFor: (error: unknown) => string,
): Promise<Finding> {
  try {
    return { what, ...(await look()) };
  } catch (error) {
    return { what, ...fail(describeError(error), remedyFor(error)) };
  }
}
