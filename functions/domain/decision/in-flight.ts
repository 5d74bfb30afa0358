// Earlier purchases that answer a need.
import type { ClusterConfig } from '../config/types.ts';
import type { Fleet } from '../job/decision.ts';
import type { Cluster, Pending, Verdict } from '../job/purchase.ts';
import type { ScaleJob } from '../job/scale-job.ts';
import { timings } from '../timings.ts';
import type { LeasedNode } from './leases.ts';

export interface Supply {
  /** Nodes bought and not Ready yet. */
  readonly pending: number;
  /** Nodes bought that did not join in time. */
  readonly overdue: number;
  /** Nodes from purchases that had not ended when the need arose. */
  readonly answered: number;
  /** Nodes created since then may be pending ones. Epoch milliseconds; Infinity without any. */
  readonly awaitedFrom: number;
  /** Nodes created since then may answer the need. Epoch milliseconds. */
  readonly answersFrom: number;
}

/** A purchase answers every need that arose before its nodes came: otherwise each waiting alarm of a storm would buy. */
export function supplyFor(job: ScaleJob, { pending, done }: Cluster, policy: Policy): Supply {
  const arose = job.since ?? job.occurredAt;
  const left = Object.entries(pending);
  const awaited = left.filter(([, { overdue }]) => !overdue);
  const answers = Object.entries(done).filter(
    ([key, verdict]) => verdict.outcome === 'accepted' && endOf(verdict, pending[key], policy) >= arose,
  );
  const awaitedFrom = Math.min(...awaited.map(([key, { at }]) => done[key]?.story.decidedAt ?? at - timings.fenceMs));
  return {
    pending: nodesIn(awaited.map(([, one]) => one)),
    overdue: nodesIn(left.filter(([, { overdue }]) => overdue).map(([, one]) => one)),
    answered: answers.reduce((all, [key, verdict]) => all + cameOf(verdict, pending[key]), 0),
    awaitedFrom,
    answersFrom: Math.min(arose, awaitedFrom, ...answers.map(([, { story }]) => story.decidedAt)),
  };
}

type Policy = Pick<ClusterConfig, 'nodeJoinTimeoutMinutes'>;

export function nodesIn(pending: readonly Pending[]): number {
  return pending.reduce((all, { count }) => all + count, 0);
}

/** When its nodes came or were overdue. Without an end, the time of the verdict. */
function endOf({ at, endedAt }: Verdict, left: Pending | undefined, { nodeJoinTimeoutMinutes }: Policy): number {
  if (left) return left.overdue ? at + nodeJoinTimeoutMinutes * 60_000 : Number.POSITIVE_INFINITY;
  return endedAt ?? at;
}

/**
 * When the nodes of the last purchase came, or were given up: epoch milliseconds. Infinity while some are awaited, or a purchase is in the
 * slot; -Infinity when none is known, which is an hour ago or longer.
 */
export function lastCameAt({ purchase, pending, done }: Cluster, policy: Policy): number {
  if (purchase || Object.values(pending).some(({ overdue }) => !overdue)) return Number.POSITIVE_INFINITY;
  const bought = Object.entries(done).filter(([, { outcome }]) => outcome === 'accepted');
  return Math.max(...bought.map(([key, verdict]) => endOf(verdict, pending[key], policy)), Number.NEGATIVE_INFINITY);
}

/** Without the nodes that are still pending. */
function cameOf({ count, got = count }: Verdict, left: Pending | undefined): number {
  return Math.max(0, got - (left?.count ?? 0));
}

/**
 * The fleet of the nodes that count, with those that may come from earlier purchases.
 * @param listed all nodes of the cluster @param nodes those of them that count
 */
export function fleetOf(
  state: string,
  listed: readonly ListedNode[],
  supply: Supply,
  nodes: readonly ListedNode[] = listed,
): Fleet {
  const ready = nodes.filter(({ status }) => status === 'Ready');
  const joining = mayBeOurs(nodes, supply.awaitedFrom, supply.pending);
  const joined = mayBeOurs(ready, supply.answersFrom, supply.answered);
  return {
    state,
    nodes: nodes.length,
    notReady: nodes.length - ready.length,
    ...(joining > 0 && { joining }),
    ...(joined > 0 && { joined }),
    ...(nodes.length < listed.length && { lapsed: listed.length - nodes.length }),
  };
}

export interface ListedNode extends LeasedNode {
  /** Epoch milliseconds; undefined when it is not known. */
  readonly createdAt?: number | undefined;
}

/** Nodes of unknown age count, up to the number of bought nodes. */
function mayBeOurs(nodes: readonly ListedNode[], from: number, bought: number): number {
  const young = nodes.filter(({ createdAt = 0 }) => createdAt >= from - timings.evidenceSlackMs).length;
  const ageless = nodes.filter(({ createdAt }) => createdAt === undefined).length;
  return young + Math.min(ageless, bought);
}
