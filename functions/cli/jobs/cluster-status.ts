// The state of a cluster: its ledger item, its nodes, and what its limits still allow.
import type { AckClient } from '../../adapters/ack/client.ts';
import type { JobIndex } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { ListedJob } from '../../adapters/ledger/listed-job.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { pendingNodes } from '../../domain/decision/decide.ts';
import { spentAt, usedAt } from '../../domain/decision/usage-window.ts';
import type { PauseChange, Phase, StillShort, UnownedTasks } from '../../domain/job/purchase.ts';
import { nodes } from '../../domain/plural.ts';
import { describeError } from '../terminal/errors.ts';
import { formatDuration, formatInstant } from '../terminal/instants.ts';

/** The last purchase is searched for this long: as long as the functions' logs are kept. */
const searchBackMs = 90 * 24 * 3_600_000;

export interface ClusterStatus {
  readonly cluster: string;
  /** From ACK, or the reason why they are not known. */
  readonly nodes: { readonly total: number; readonly ready: number } | { readonly unknown: string };
  /** Nodes bought and not Ready yet. */
  readonly pending: number;
  readonly slot?: { readonly phase: Phase; readonly key: string; readonly count: number; readonly signedAt: number };
  /** Nodes of this UTC day. */
  readonly today: { readonly used: number; readonly limit: number };
  /** Money of this UTC month. */
  readonly month: {
    readonly spent: number;
    readonly budget?: number;
    readonly left?: number;
    readonly currency?: string;
  };
  /** Absent when it is over. */
  readonly cooldownUntil?: number;
  readonly paused?: PauseChange;
  readonly resumed?: PauseChange;
  /** Tasks of others in an exclusive cluster. */
  readonly unowned?: UnownedTasks;
  /** The last alert that had bought as often as it may, and stood. */
  readonly stillShort?: StillShort;
  readonly lastPurchase?: Pick<ListedJob, 'key' | 'at' | 'count' | 'taskId'>;
  /** Set when the search ended early: no purchase back to this instant. */
  readonly noPurchaseSince?: number;
}

export async function clusterStatus(
  cluster: string,
  policy: ClusterConfig,
  now: number,
  { ledger, index, ack }: { readonly ledger: Ledger; readonly index: JobIndex; readonly ack: () => AckClient },
): Promise<ClusterStatus> {
  const [item, purchases, count] = await Promise.all([
    ledger.readCluster(cluster),
    index.list({ clusters: [cluster], state: 'accepted', since: now - searchBackMs }, 1),
    countNodes(policy, ack),
  ]);
  const [last] = purchases.jobs;
  const { limits, price } = policy;
  const { purchase, paused, resumed, unowned, stillShort, cooldownUntil } = item;
  const spent = spentAt(item, now);
  const budget = limits.budgetPerMonth;
  return {
    cluster,
    nodes: count,
    pending: pendingNodes(item),
    ...(purchase && {
      slot: { phase: purchase.phase, key: purchase.key, count: purchase.count, signedAt: purchase.signedAt },
    }),
    today: { used: usedAt(item, now), limit: limits.maxPerDay },
    month: {
      spent,
      // Money is a sum of hundredths.
      ...(budget !== undefined && { budget, left: Math.round((budget - spent) * 100) / 100 }),
      ...(price && { currency: price.currency }),
    },
    ...(cooldownUntil > now && { cooldownUntil }),
    ...(paused && { paused }),
    ...(resumed && { resumed }),
    ...(unowned && policy.exclusive && { unowned }),
    ...(stillShort && policy.alarms.some(({ again }) => again) && { stillShort }),
    ...(last && { lastPurchase: { key: last.key, at: last.at, count: last.count, taskId: last.taskId } }),
    ...(!last && purchases.next && { noPurchaseSince: purchases.next.at }),
  };
}

export function lastPurchaseOf(
  { lastPurchase, noPurchaseSince }: Pick<ClusterStatus, 'lastPurchase' | 'noPurchaseSince'>,
  now: number,
): string {
  if (lastPurchase)
    return `${nodes(lastPurchase.count ?? 0)}, ${formatDuration(now - lastPurchase.at)} ago: ${lastPurchase.key}`;
  return noPurchaseSince === undefined
    ? 'no purchase in 90 days'
    : `no purchase since ${formatInstant(noPurchaseSince)}; the search ended there`;
}

/** Never throws: the rest of the status is shown without ACK. */
async function countNodes({ id, region }: ClusterConfig, ack: () => AckClient): Promise<ClusterStatus['nodes']> {
  try {
    const all = await ack().listNodes(id, region);
    return { total: all.length, ready: all.filter(({ status }) => status === 'Ready').length };
  } catch (error) {
    return { unknown: describeError(error) };
  }
}
