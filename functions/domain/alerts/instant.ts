import * as z from 'zod/mini';
import { instantAllowed, readInstant } from '../instant.ts';
import { timings } from '../timings.ts';

/** Parses to epoch milliseconds. */
export const instant = z.pipe(
  z.string(instantAllowed),
  z.transform((text, { issues }) => {
    const at = readInstant(text);
    if (at !== undefined) return at;
    issues.push({ code: 'custom', message: instantAllowed, input: text });
    return z.NEVER;
  }),
);

/**
 * What is wrong with an instant that no tolerance of clocks explains; undefined for others. A job that is dated ahead uses up
 * the key of the real alert, and an end that is dated ahead would end every later one.
 * @param now epoch milliseconds
 */
export function aheadProblem(field: string, at: number, now: number): string | undefined {
  if (at <= now + timings.maxAheadMs) return undefined;
  const [given, here] = [at, now].map((ms) => new Date(ms).toISOString());
  return `${field}: ${given} is more than ${timings.maxAheadMs / 60_000} minutes ahead of the time here, ${here}; set the clock of the sender right`;
}
