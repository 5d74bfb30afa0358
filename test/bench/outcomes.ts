// A benchmark of a function that does nothing would be fast: what was measured must have done its work.
import type { Taken } from './environment/messages.ts';

/** @throws Error unless no message failed, and the webhook said yes */
export function expectAnswered(values: readonly unknown[]): void {
  for (const value of values) {
    const failures = field(value, 'batchItemFailures');
    const status = field(value, 'statusCode') ?? 200;
    if (Array.isArray(failures) && failures.length > 0) throw new Error(`messages failed: ${JSON.stringify(value)}`);
    if (typeof status !== 'number' || status > 299) throw new Error(`refused: ${JSON.stringify(value)}`);
  }
}

/** @throws Error unless exactly so many purchases were made */
export function expectBought({ purchases, calls }: Pick<Taken, 'purchases' | 'calls'>, expected: number): void {
  if (purchases === expected) return;
  throw new Error(`${purchases} purchases instead of ${expected}; the calls were ${JSON.stringify(calls)}`);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
