// From accepted to Ready: what was paid for is followed until its nodes serve, or until a person should know they do not.
import type { AckTask } from '../../adapters/ack/answers.ts';
import { AckReadError } from '../../domain/ack/read-error.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { type Cluster, cooldownEnd, type Pending, type Progress } from '../../domain/job/purchase.ts';
import { toError } from '../../domain/problems.ts';
import type { PurchaseDeps } from '../deps.ts';
import { finishCorrection } from './correct-task.ts';
import { boughtBy, type DeliveryStatus, deliveryStatus, unendedStatus } from './delivery-status.ts';
import { type NodeClaim, shareNodes } from './share-nodes.ts';

interface Followed {
  readonly expected: Pending;
  readonly asked: number;
  readonly task: AckTask | Error;
}

/**
 * @param until epoch milliseconds from which nothing new is begun: what is left is the next visit's
 * @throws AckReadError where the key may not read tasks, once all others were followed
 */
export async function followTasks(cluster: Cluster, deps: PurchaseDeps, until: number): Promise<void> {
  // A sender settles with the cooldown of the cluster as it read it, and would put back a longer one written meanwhile.
  // An ARM after this read moves `ver` on, and so the writes of this visit are refused.
  if (Object.keys(cluster.pending).length === 0 || cluster.purchase?.phase === 'sending' || deps.now() >= until) return;
  const policy = deps.policyOf(cluster.name);
  const nodes = await deps.ack.listNodes(policy.id, policy.region);
  const followed = await readTasks(cluster, deps, until);
  const shares = shareNodes(claimsOn(cluster, followed), nodes);
  let seen = cluster;
  let forbidden: Error | undefined;
  for (const [key, { expected, asked, task }] of followed) {
    // That we may not look says nothing of the task: it must not end as overdue.
    if (task instanceof AckReadError && task.status === 403) {
      forbidden = task;
      continue;
    }
    const unreadable = task instanceof Error;
    // A person may have mistyped its id, or the API has forgotten it: the others are followed all the same.
    if (unreadable)
      deps.log.warn('task-unreadable', { cluster: cluster.name, key, taskId: expected.taskId, error: task });
    const status = unreadable
      ? unendedStatus(
          expected,
          { asked, ready: 0, why: `its task cannot be read: ${task.message}` },
          policy,
          deps.now(),
        )
      : deliveryStatus(expected, asked, task, shares.get(key) ?? [], policy, deps.now());
    // Our own write moved `ver` on by one. A refused one means that another process did: the next visit goes on.
    seen = (await record(seen, key, expected, status, policy, deps)) ?? seen;
  }
  if (forbidden) throw forbidden;
}

async function readTasks(cluster: Cluster, deps: PurchaseDeps, until: number): Promise<ReadonlyMap<string, Followed>> {
  const { region } = deps.policyOf(cluster.name);
  const followed = new Map<string, Followed>();
  for (const [key, expected] of Object.entries(cluster.pending)) {
    if (deps.now() >= until) break;
    const task = await deps.ack.readTask(expected.taskId, region).catch(toError);
    followed.set(key, { expected, task, asked: await askedFor(key, expected, cluster, deps) });
  }
  return followed;
}

/**
 * Also of purchases that are not looked at, or have ended: what they brought is nobody else's. Since the task was made, as
 * far as it is known: a doubt may have lasted for hours before the purchase was settled.
 */
function claimsOn({ pending, done }: Cluster, followed: ReadonlyMap<string, Followed>): readonly NodeClaim[] {
  const awaited = Object.entries(pending).map(([key, { at, count }]): NodeClaim => {
    const { task, asked = count } = followed.get(key) ?? {};
    const since = done[key]?.story.decidedAt ?? at;
    if (!task || task instanceof Error) return { key, since, count: asked };
    const { named } = boughtBy(task);
    return { key, since: task.createdAt ?? since, count: asked, ...(named && { named }) };
  });
  const ended = Object.entries(done).flatMap(([key, { got, story }]): NodeClaim[] =>
    got && !pending[key] ? [{ key, since: story.decidedAt, count: got }] : [],
  );
  return [...awaited, ...ended];
}

/** Nodes that the job asked for; pending itself shrinks as they become Ready. */
async function askedFor(key: string, expected: Pending, { done }: Cluster, { ledger }: PurchaseDeps): Promise<number> {
  const verdict = done[key] ?? (await ledger.readJobs([key])).get(key);
  return verdict && verdict.outcome !== 'skipped' ? verdict.count : expected.count;
}

/** Writes a change down, the job's record first: a crash between the two writes repeats both. @returns the cluster after it */
async function record(
  seen: Cluster,
  key: string,
  expected: Pending,
  status: DeliveryStatus,
  policy: ClusterConfig,
  deps: PurchaseDeps,
): Promise<Cluster | undefined> {
  const left = leftOf(expected, status);
  if (left && left.count === expected.count && left.overdue === expected.overdue) return undefined;
  const told = status.progress === undefined || (await deps.ledger.progress(key, expected.taskId, status.progress));
  // Another visit has seen the end already, and this one read the task before, or that one died before its next write.
  const { ended, progress } = told ? status : await recordedEnd(seen.name, key, expected, deps);
  if (!told && !ended) return undefined;
  const remaining = ended ? undefined : left;
  const after = cooldownAfter(seen, expected, progress, policy, deps.now());
  if (!(await deps.ledger.shrink(seen, key, remaining, after, ended))) return undefined;
  const of = { cluster: seen.name, key, taskId: expected.taskId };
  if (progress) deps.log.info(ended ? 'task-ended' : 'task-overdue', { ...of, ...progress });
  else if (!remaining) deps.log.warn('overdue-given-up', { ...of, count: expected.count });
  const { [key]: _, ...others } = seen.pending;
  return { ...seen, ...after, ver: seen.ver + 1, pending: remaining ? { ...others, [key]: remaining } : others };
}

function leftOf(expected: Pending, { remaining, overdue, ended }: DeliveryStatus): Pending | undefined {
  return ended ? undefined : { ...expected, count: remaining, ...(overdue && { overdue }) };
}

/** How a job's purchase ended, as its record has it. A record with another task than the cluster's item is corrected instead. */
async function recordedEnd(
  name: string,
  key: string,
  { taskId }: Pending,
  { ledger }: PurchaseDeps,
): Promise<Pick<DeliveryStatus, 'ended' | 'progress'>> {
  const job = (await ledger.readJobs([key])).get(key);
  if (job && 'taskId' in job && job.taskId !== taskId) {
    await finishCorrection(name, key, job, ledger);
    return {};
  }
  const progress = job && 'progress' in job ? job.progress : undefined;
  switch (progress?.state) {
    case 'completed':
      return { progress, ended: { got: progress.readyNodes, at: progress.at } };
    case 'partial':
      return { progress, ended: { got: progress.got, at: progress.at } };
    case 'failed':
      return { progress, ended: { got: 0, at: progress.at } };
    default:
      return {};
  }
}

/** A task that brought fewer nodes than were asked for doubles the cooldown; one that brought them all ends the row. */
function cooldownAfter(
  { failures, cooldownUntil, pending, done }: Cluster,
  expected: Pending,
  progress: Progress | undefined,
  { cooldownMinutes }: ClusterConfig,
  now: number,
): Pick<Cluster, 'failures' | 'cooldownUntil'> {
  if (progress?.state === 'failed' || progress?.state === 'partial') {
    const longer = cooldownEnd(cooldownMinutes, failures + 1, now);
    return { failures: failures + 1, cooldownUntil: Math.max(cooldownUntil, longer) };
  }
  if (progress?.state !== 'completed' || failures === 0) return { failures, cooldownUntil };
  // The cooldown of a later purchase goes on, only no longer than usual.
  const last = Math.max(...[expected, ...Object.values(pending), ...Object.values(done)].map(({ at }) => at));
  return { failures: 0, cooldownUntil: Math.min(cooldownUntil, cooldownEnd(cooldownMinutes, 0, last)) };
}
