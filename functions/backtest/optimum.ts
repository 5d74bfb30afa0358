// What a buyer who knows the future would have bought: the fewest leases of one length with which no minute is short. It is the bound
// that a policy's regret is measured against.
import { type NodesFrom, neededNodes } from './result.ts';

export interface Optimum {
  /** Leases bought at each minute, in order. Each one is Ready in that minute: who knows the future orders in time. */
  readonly purchases: readonly NodesFrom[];
  readonly leases: number;
  /** Nodes from each minute on, with those of the start. Paid and Ready are the same. */
  readonly nodes: readonly NodesFrom[];
}

/**
 * Buys only when a minute would be short, and then only what is missing. A lease that starts later than that leaves the minute short,
 * and one that starts earlier also ends earlier: so any set of leases that is never short can be changed into this one, lease by lease,
 * without another purchase. Nodes are alike: one that a peak left over serves the next need. Limits are ignored.
 *
 * Takes time and memory in proportion to the minutes.
 * @param demand nodes that each minute needs, with fractions; null needs none
 * @param initialNodes there from the first minute to the last, without a lease
 * @param leaseMinutes whole minutes, at least 1
 */
export function cheapestCover(demand: readonly (number | null)[], initialNodes: number, leaseMinutes: number): Optimum {
  const purchases: NodesFrom[] = [];
  const nodes: NodesFrom[] = [[0, initialNodes]];
  let leases = 0;
  let present = initialNodes;
  // The oldest purchase whose leases still run.
  let running = 0;
  demand.forEach((value, minute) => {
    const before = present;
    const oldest = purchases[running];
    if (oldest !== undefined && oldest[0] + leaseMinutes === minute) {
      present -= oldest[1];
      running += 1;
    }
    const missing = neededNodes(value) - present;
    if (missing > 0) {
      purchases.push([minute, missing]);
      leases += missing;
      present += missing;
    }
    if (present === before) return;
    if (minute === 0) nodes.pop();
    nodes.push([minute, present]);
  });
  return { purchases, leases, nodes };
}
