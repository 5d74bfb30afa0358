import { timings } from '../timings.ts';

/** The last measured difference between the gateway's clock and ours, in milliseconds; undefined when none was measured of late. */
export type ClockSkewMs = () => number | undefined;

/** Why nothing may be concluded from our clock (A2), in words; undefined where it is right enough. */
export function clockProblem(skewMs: number | undefined): string | undefined {
  if (skewMs === undefined) return "the gateway's answers tell no time, so nothing shows that our clock is right";
  // Written so that NaN is a problem, too.
  if (Math.abs(skewMs) <= timings.maxClockSkewMs) return undefined;
  return `our clock and the gateway's differ by ${Math.round(skewMs / 1000)} s`;
}
