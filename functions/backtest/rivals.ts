// What a policy is measured against: two plain ways to have enough nodes, and the cheapest one for who knows the future.
import type { ClusterConfig } from '../domain/config/types.ts';
import type { PlayedPurchase } from './follow-shop.ts';
import { cheapestCover } from './optimum.ts';
import type { Played } from './play.ts';
import { perMinute } from './result.ts';
import { minuteMs, mostNeeded, shiftOf } from './trace.ts';
import { addMonths } from './world/ack/instants.ts';

/** The policy in which every alert buys once, however long it stands. */
export const buyingOnce = (policy: ClusterConfig): ClusterConfig => ({
  ...policy,
  alarms: policy.alarms.map(({ name, steps }) => ({ name, steps })),
});

interface Given {
  readonly demand: readonly (number | null)[];
  readonly initialNodes: number;
  /** As recorded: epoch milliseconds. */
  readonly startAt: number;
  readonly periodMonths: number;
  readonly renew: boolean;
}

/** As many nodes as the highest minute needs, there from the first minute to the last, bought anew as often as leases end. */
export function fixedFleet({ demand, initialNodes, startAt, periodMonths, renew }: Given): Played {
  const missing = Math.max(0, mostNeeded(demand) - initialNodes);
  const endAt = startAt + demand.length * minuteMs;
  const purchases: PlayedPurchase[] = [];
  for (let n = 0; missing > 0 && (n === 0 || !renew); n += 1) {
    const at = addMonths(startAt, n * periodMonths);
    if (at >= endAt) break;
    purchases.push(purchaseAt(Math.round((at - startAt) / minuteMs), missing, startAt));
  }
  return still(new Uint16Array(demand.length).fill(initialNodes + missing), purchases);
}

/** With leases as long as the longest one that can begin in the trace: none is cheaper. */
export function optimum({ demand, initialNodes, startAt, periodMonths }: Given): Played {
  const { purchases, nodes } = cheapestCover(demand, initialNodes, longestLease(startAt, demand.length, periodMonths));
  return still(
    Uint16Array.from(perMinute(nodes, demand.length)),
    purchases.map(([minute, count]) => purchaseAt(minute, count, startAt)),
  );
}

/** A month is 28 to 31 days. @returns minutes */
function longestLease(startAt: number, minutes: number, periodMonths: number): number {
  const dayMinutes = 24 * 60;
  let longest = 0;
  for (let minute = 0; minute === 0 || minute < minutes; minute += dayMinutes) {
    const from = startAt + minute * minuteMs;
    longest = Math.max(longest, (addMonths(from, periodMonths) - from) / minuteMs);
  }
  return longest;
}

function purchaseAt(minute: number, count: number, startAt: number): PlayedPurchase {
  const from = startAt + shiftOf(startAt) + minute * minuteMs;
  const leasesFrom = Array.from({ length: count }, () => from);
  return { minute, count, got: count, leasesFrom, firstReady: minute, readyMinute: minute };
}

const still = (ready: Uint16Array, purchases: readonly PlayedPurchase[]): Played => ({
  ...{ ready, paid: ready, purchases, decisions: [], waited: {}, breachToReady: [] },
  heldBackBy: { 'max-nodes': 0, 'max-per-day': 0, 'max-per-purchase': 0, budget: 0 },
  minutesShortBy: { beforeAlarm: 0, onTheirWay: 0, otherwise: 0 },
});
