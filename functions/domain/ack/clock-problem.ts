import { timings } from '../timings.ts';

/** The latest difference between the gateway's clock and ours; undefined without a recent measurement. */
export type ClockSkewMs = () => number | undefined;

/** Why our clock cannot be relied on (A2); undefined when it can. */
export function clockProblem(skewMs: number | undefined): string | undefined {
  if (skewMs === undefined) return "the gateway's answers have no Date header, so our clock cannot be checked";
  // NaN fails this comparison.
  if (Math.abs(skewMs) <= timings.maxClockSkewMs) return undefined;
  return `our clock and the gateway's differ by ${Math.round(skewMs / 1000)} s`;
}

/** ACK's clock, as it was measured: epoch milliseconds; undefined when ours cannot be relied on. */
export function ackClock(now: number, skewMs: number | undefined): number | undefined {
  return skewMs === undefined || clockProblem(skewMs) !== undefined ? undefined : now + skewMs;
}
