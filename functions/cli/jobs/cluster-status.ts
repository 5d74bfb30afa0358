// The state of a cluster: its ledger item, its nodes, and what its limits still allow.
import type { AckNode } from '../../adapters/ack/answers.ts';
import type { JobIndex } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { ListedJob } from '../../adapters/ledger/listed-job.ts';
import type { ClusterConfig, Limits } from '../../domain/config/types.ts';
import { pendingNodes } from '../../domain/decision/decide.ts';
import { nodesIn } from '../../domain/decision/in-flight.ts';
import { countedNodes } from '../../domain/decision/leases.ts';
import { spentAt, usedAt } from '../../domain/decision/usage-window.ts';
import type { Cluster, PauseChange, Phase, Purchase, StillShort, UnownedTasks } from '../../domain/job/purchase.ts';
import { nodes as countOf } from '../../domain/plural.ts';
import { describeError } from '../terminal/errors.ts';
import { formatDuration, formatInstant } from '../terminal/instants.ts';
import type { NodeReader } from './node-reader.ts';

/** The last purchase is searched for this long: as long as the functions' logs are kept. */
const searchBackMs = 90 * 24 * 3_600_000;

export interface ClusterStatus {
  readonly cluster: string;
  /** From ACK, or the reason why they are not known. */
  readonly nodes:
    | {
        readonly total: number;
        readonly ready: number;
        /** Those that do not count, as their lease is over. Absent for none. */
        readonly lapsed?: number;
      }
    | { readonly unknown: string };
  /** Nodes bought and not Ready yet, including those that are overdue. */
  readonly pending: number;
  /** Those of them that did not join in time. */
  readonly overdue: number;
  /** As functions/config.ts has them. */
  readonly limits: Limits;
  readonly slot?: {
    readonly phase: Phase;
    readonly key: string;
    readonly count: number;
    /** Reserved money. */
    readonly cost: number;
    readonly signedAt: number;
  };
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
  {
    ledger,
    index,
    nodes,
  }: {
    readonly ledger: Pick<Ledger, 'readCluster'>;
    readonly index: Pick<JobIndex, 'list'>;
    readonly nodes: NodeReader;
  },
): Promise<ClusterStatus> {
  const [item, purchases, read] = await Promise.all([
    ledger.readCluster(cluster),
    index.list({ clusters: [cluster], state: 'accepted', since: now - searchBackMs }, 1),
    nodes.read(policy).catch(describeError),
  ]);
  const [last] = purchases.jobs;
  const { limits, price } = policy;
  const { purchase, paused, resumed, unowned, stillShort, cooldownUntil } = item;
  const spent = spentAt(item, now);
  const budget = limits.budgetPerMonth;
  return {
    cluster,
    nodes: typeof read === 'string' ? { unknown: read } : countNodes(read, item, policy, nodes.ackNow()),
    pending: pendingNodes(item),
    overdue: nodesIn(Object.values(item.pending).filter(({ overdue }) => overdue)),
    limits,
    ...(purchase && { slot: slotOf(purchase) }),
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

const slotOf = ({ phase, key, count, cost, signedAt }: Purchase) => ({ phase, key, count, cost, signedAt });

export function lastPurchaseOf(
  { lastPurchase, noPurchaseSince }: Pick<ClusterStatus, 'lastPurchase' | 'noPurchaseSince'>,
  now: number,
): string {
  if (lastPurchase)
    return `${countOf(lastPurchase.count ?? 0)}, ${formatDuration(now - lastPurchase.at)} ago: ${lastPurchase.key}`;
  return noPurchaseSince === undefined
    ? 'no purchase in 90 days'
    : `no purchase since ${formatInstant(noPurchaseSince)}; the search ended there`;
}

function countNodes(
  all: readonly AckNode[],
  { leases }: Cluster,
  policy: ClusterConfig,
  ackNow: number | undefined,
): ClusterStatus['nodes'] {
  const lapsed = all.length - countedNodes(all, leases, policy, ackNow).length;
  const ready = all.filter(({ status }) => status === 'Ready').length;
  return { total: all.length, ready, ...(lapsed > 0 && { lapsed }) };
}
