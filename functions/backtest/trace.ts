// What is played: the metric by the minute, and the nodes that it needs.
import { type BacktestInput, neededNodes } from './result.ts';

export const minuteMs = 60_000;

export interface Trace {
  /** Of the first minute as it was recorded: epoch milliseconds. */
  readonly startAt: number;
  /** The load of each minute in the unit of the metric, or nodes x percent for utilisation; null where the metric has no value. */
  readonly loads: readonly (number | null)[];
  /** What one Ready node carries, in the unit of `loads`. */
  readonly perNode: number;
  readonly kind: BacktestInput['kind'];
}

/**
 * The product takes no instant before the year 2000. The calendar repeats after 28 years, weekdays and months included.
 * @returns milliseconds to add to recorded instants
 */
export function shiftOf(startAt: number): number {
  const year = new Date(startAt).getUTCFullYear();
  if (year >= 2000) return 0;
  const shifted = new Date(startAt);
  return shifted.setUTCFullYear(year + 28 * Math.ceil((2000 - year) / 28)) - startAt;
}

/** Nodes that each minute needs, with fractions. @param fullPercent of what a node carries that it should be used to */
export function demandOf({ loads, perNode }: Trace, fullPercent: number): (number | null)[] {
  const perFullNode = (perNode * fullPercent) / 100;
  // Rounded: who reads the figures from the JSON gets the same.
  return loads.map((load) => (load === null ? null : Math.round((load / perFullNode) * 10_000) / 10_000));
}

export const mostNeeded = (demand: readonly (number | null)[]): number =>
  demand.reduce<number>((most, one) => Math.max(most, neededNodes(one)), 0);
