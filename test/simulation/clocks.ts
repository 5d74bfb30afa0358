// How far clocks are off. A2 lets each differ from the gateway's by a minute, and mistakes show at that border first.
import { timings } from '../../functions/domain/timings.ts';
import type { Random } from './random.ts';

const tolerance = timings.maxClockSkewMs;
/** The gateway tells its time in whole seconds, so that a clock at the very border is measured as half a second beyond it. */
const measured = tolerance - 501;

/** Milliseconds by which a clock is ahead of the world's, within A2 of the gateway's. */
export function drawSkew(random: Random, gatewaySkewMs: number): number {
  if (random.chance(0.4)) return gatewaySkewMs + random.pick([-tolerance, -measured, measured, tolerance]);
  return gatewaySkewMs + random.below(2 * tolerance) - tolerance;
}

/** No clock is further off. */
export const mostWrongMs = 3 * tolerance + 1500;

/** Outside A2, by so much that it is measured. */
export function drawWrongSkew(random: Random, gatewaySkewMs: number): number {
  return gatewaySkewMs + random.pick([-1, 1]) * (tolerance + 1500 + random.below(2 * tolerance));
}
