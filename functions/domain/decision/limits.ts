// How many nodes the limits of a cluster leave room for.
import { inCents, nodeCents } from '../config/money.ts';
import type { ClusterConfig } from '../config/types.ts';
import type { Basis } from '../job/decision.ts';

interface Taken {
  /** Nodes in the cluster, ready or not. */
  readonly nodes: number;
  /** Nodes bought and not Ready yet. */
  readonly pending: number;
  /** Nodes of this UTC day. */
  readonly used: number;
  /** Money of this UTC month. */
  readonly spent: number;
}

type Limit = NonNullable<Basis['limit']>;

/** As many nodes as every limit allows, and the tightest limit when it cuts. */
export function withinLimits(
  wanted: number,
  policy: Policy,
  { nodes, pending, used, spent }: Taken,
): { readonly count: number; readonly limit?: Limit } {
  const { limits } = policy;
  const rooms: readonly Limit[] = [
    { name: 'max-nodes', room: limits.maxNodes - nodes - pending },
    { name: 'max-per-day', room: limits.maxPerDay - used },
    { name: 'budget', room: affordable(policy, spent) },
    { name: 'max-per-purchase', room: limits.maxPerPurchase },
  ];
  let tightest: Limit | undefined;
  for (const limit of rooms) {
    if (limit.room >= (tightest?.room ?? wanted)) continue;
    tightest = limit;
    // NaN fails this comparison, so it buys nothing.
    if (!(limit.room > 0)) return { count: 0, limit };
  }
  return tightest ? { count: tightest.room, limit: tightest } : { count: wanted };
}

type Policy = Pick<ClusterConfig, 'limits' | 'price' | 'worker'>;

/** Nodes that the rest of the month's budget pays for; none without a price. */
function affordable(policy: Policy, spent: number): number {
  const { budgetPerMonth } = policy.limits;
  if (budgetPerMonth === undefined) return Number.POSITIVE_INFINITY;
  const cents = nodeCents(policy);
  return cents > 0 ? Math.floor((inCents(budgetPerMonth) - inCents(spent)) / cents) : 0;
}

/** Percent of the month's budget, at least 100 when the rest pays for no node; undefined without a budget. */
export function budgetUsed(policy: Policy, spent: number): number | undefined {
  const { budgetPerMonth } = policy.limits;
  if (budgetPerMonth === undefined) return undefined;
  const percent = (100 * spent) / budgetPerMonth;
  return affordable(policy, spent) > 0 ? percent : Math.max(percent, 100);
}
