// From accepted to Ready: what was paid for is followed until its nodes serve, or until a person should know they do not.
import type { AckNode, AckTask } from '../adapters/ack-client.ts';
import type { ClusterConfig } from '../domain/config-schema.ts';
import { type Cluster, cooldownEnd, type Pending, type Progress } from '../domain/purchase.ts';
import { asError } from './as-error.ts';
import type { ReconcileDeps } from './reconcile-cluster.ts';

/** A task as it stands: how it ended if it did, and how many of its nodes are still to come. */
export interface Standing {
  readonly remaining: number;
  readonly progress?: Progress;
}

export async function followTasks(cluster: Cluster, deps: ReconcileDeps): Promise<void> {
  const pending = Object.entries(cluster.pending);
  // A sender settles with the cooldown of the cluster as it read it, and would put back a longer one written meanwhile.
  // Whoever arms after this read moves `ver` on, and so refuses what is written here.
  if (pending.length === 0 || cluster.purchase?.phase === 'sending') return;
  const policy = deps.policyOf(cluster.name);
  const nodes = await deps.ack.listNodes(policy.id, policy.region);
  let seen = cluster;
  for (const [key, expected] of pending) {
    const asked = await askedFor(key, expected, cluster, deps);
    const task = await deps.ack.readTask(expected.taskId, policy.region).catch(asError);
    const unreadable = task instanceof Error;
    // A person may have mistyped its id, or the API has forgotten it: the others are followed all the same.
    if (unreadable)
      deps.log.warn('task-unreadable', { cluster: cluster.name, key, taskId: expected.taskId, error: task });
    const standing = unreadable
      ? unendedStanding(expected, asked, `its task cannot be read: ${task.message}`, policy, deps.now())
      : standingOf(expected, asked, task, nodes, policy, deps.now());
    const moved = await record(seen, key, expected, standing, policy, deps);
    if (!moved) continue;
    // Our own write moved `ver` on by one; a refused one means that somebody else did, and the next visit goes on.
    seen = moved;
  }
}

/** Nodes that the job asked for; pending itself shrinks as they become Ready. */
async function askedFor(key: string, expected: Pending, { done }: Cluster, { ledger }: ReconcileDeps): Promise<number> {
  const verdict = done[key] ?? (await ledger.readJobs([key])).get(key);
  return verdict && verdict.outcome !== 'skipped' ? verdict.count : expected.count;
}

/** What a task and the cluster's nodes say about a purchase. Pure. */
export function standingOf(
  expected: Pending,
  asked: number,
  task: AckTask,
  nodes: readonly AckNode[],
  policy: ClusterConfig,
  now: number,
): Standing {
  const failed = task.state === 'fail' || task.state === 'failed';
  if (task.state !== 'success' && !failed)
    return unendedStanding(expected, asked, `its task is still ${task.state}`, policy, now);
  const bought = task.results.filter(({ status }) => status === 'success').map(({ instanceId }) => instanceId);
  // A task without results that says success is believed: what it was asked for is what is waited for.
  const got = failed || task.results.length > 0 ? bought.length : asked;
  const why = task.error ? `${task.error.code}: ${task.error.message}` : 'the task delivered fewer';
  if (got === 0)
    return {
      remaining: 0,
      progress: {
        state: 'failed',
        code: task.error?.code ?? 'Unknown',
        message: task.error?.message ?? 'no node was delivered',
        at: now,
      },
    };
  const ready = nodes.filter((node) => node.status === 'Ready' && isOneOf(node, bought, expected.at)).length;
  if (ready >= got)
    return {
      remaining: 0,
      progress:
        got < asked ? { state: 'partial', asked, got, why, at: now } : { state: 'completed', readyNodes: got, at: now },
    };
  if (now >= overdueAt(expected, policy))
    return {
      remaining: 0,
      progress: {
        state: 'overdue',
        asked,
        ready,
        why: `${got - ready} paid nodes have not joined in ${policy.nodeJoinTimeoutMinutes} minutes`,
        at: now,
      },
    };
  return { remaining: got - ready };
}

/**
 * Of a task that is not known to have ended. As long as the API lets it run, its nodes can still come: given up before,
 * they would come on top of those that were bought instead, and past maxNodes.
 */
function unendedStanding(expected: Pending, asked: number, why: string, policy: ClusterConfig, now: number): Standing {
  const runsUntil = expected.at + (policy.worker.timeout_mins ?? 0) * 60_000;
  if (now < Math.max(overdueAt(expected, policy), runsUntil)) return { remaining: expected.count };
  return { remaining: 0, progress: { state: 'overdue', asked, ready: 0, why, at: now } };
}

function overdueAt({ at }: Pending, { nodeJoinTimeoutMinutes }: ClusterConfig): number {
  return at + nodeJoinTimeoutMinutes * 60_000;
}

function isOneOf(node: AckNode, bought: readonly string[], acceptedAt: number): boolean {
  return bought.length > 0 ? bought.includes(node.instanceId) : (node.createdAt ?? 0) >= acceptedAt;
}

/** Writes a change down, the job's record first: a crash between the two writes repeats both. @returns the cluster after it */
async function record(
  seen: Cluster,
  key: string,
  expected: Pending,
  { remaining, progress }: Standing,
  policy: ClusterConfig,
  deps: ReconcileDeps,
): Promise<Cluster | undefined> {
  if (!progress && remaining === expected.count) return undefined;
  if (progress && !(await deps.ledger.progress(key, progress))) return undefined;
  const left: Pending | undefined = progress ? undefined : { ...expected, count: remaining };
  const failures =
    progress?.state === 'failed' ? seen.failures + 1 : progress?.state === 'completed' ? 0 : seen.failures;
  const cooldownUntil =
    failures > seen.failures
      ? Math.max(seen.cooldownUntil, cooldownEnd(policy.cooldownMinutes, failures, deps.now()))
      : seen.cooldownUntil;
  if (!(await deps.ledger.shrink(seen, key, left, { failures, cooldownUntil }))) return undefined;
  if (progress) deps.log.info('task-ended', { cluster: seen.name, key, taskId: expected.taskId, ...progress });
  const { [key]: _, ...others } = seen.pending;
  return { ...seen, ver: seen.ver + 1, failures, cooldownUntil, pending: left ? { ...others, [key]: left } : others };
}
