// How a cluster stands: what the ledger knows of it, what it says of itself, and how much it may still buy.
import type { AckClient } from '../../adapters/ack/client.ts';
import type { JobIndex } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { ListedJob } from '../../adapters/ledger/listed-job.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { pendingNodes } from '../../domain/decision/decide.ts';
import { spentAt, usedAt } from '../../domain/decision/usage-window.ts';
import type { PauseChange, Phase, UnownedTasks } from '../../domain/job/purchase.ts';
import { nodes } from '../report/wording.ts';
import { describeError } from '../terminal/errors.ts';
import { formatDuration, formatInstant } from '../terminal/instants.ts';

/** As far back as a purchase is looked for: the months that the functions' logs reach. */
const lookBackMs = 90 * 24 * 3_600_000;

export interface ClusterStatus {
  readonly cluster: string;
  /** As ACK lists them; or why it was not asked, or did not answer. */
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
  /** Until when alarms wait; absent when they do not. */
  readonly cooldownUntil?: number;
  readonly paused?: PauseChange;
  readonly resumed?: PauseChange;
  /** Tasks of others in a cluster that the config calls exclusive. */
  readonly unowned?: UnownedTasks;
  readonly lastPurchase?: Pick<ListedJob, 'key' | 'at' | 'count' | 'taskId'>;
  /** Instant back to which there is none, when that is not as far as is looked. */
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
    index.list({ clusters: [cluster], state: 'accepted', since: now - lookBackMs }, 1),
    countNodes(policy, ack),
  ]);
  const [last] = purchases.jobs;
  const { limits, price } = policy;
  const { purchase, paused, resumed, unowned, cooldownUntil } = item;
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
      // What is spent is a sum of hundredths, and so is what is left.
      ...(budget !== undefined && { budget, left: Math.round((budget - spent) * 100) / 100 }),
      ...(price && { currency: price.currency }),
    },
    ...(cooldownUntil > now && { cooldownUntil }),
    ...(paused && { paused }),
    ...(resumed && { resumed }),
    ...(unowned && policy.exclusive && { unowned }),
    ...(last && { lastPurchase: { key: last.key, at: last.at, count: last.count, taskId: last.taskId } }),
    ...(!last && purchases.next && { noPurchaseSince: purchases.next.at }),
  };
}

/** In words. */
export function lastPurchaseOf(
  { lastPurchase, noPurchaseSince }: Pick<ClusterStatus, 'lastPurchase' | 'noPurchaseSince'>,
  now: number,
): string {
  if (lastPurchase)
    return `${nodes(lastPurchase.count ?? 0)}, ${formatDuration(now - lastPurchase.at)} ago: ${lastPurchase.key}`;
  return noPurchaseSince === undefined
    ? 'no purchase in 90 days'
    : `no purchase since ${formatInstant(noPurchaseSince)}; before that, too many jobs to look at`;
}

/** A cluster that cannot be reached keeps nothing of the rest from being told. */
async function countNodes({ id, region }: ClusterConfig, ack: () => AckClient): Promise<ClusterStatus['nodes']> {
  try {
    const all = await ack().listNodes(id, region);
    return { total: all.length, ready: all.filter(({ status }) => status === 'Ready').length };
  } catch (error) {
    return { unknown: describeError(error) };
  }
}
