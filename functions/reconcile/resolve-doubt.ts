// A purchase whose answer was lost: the cluster's task list is the evidence. Doubt ends by evidence or by a person, and
// never by sending again while the first request could still execute.
import type { AckTaskSummary } from '../adapters/ack-client.ts';
import type { ClusterConfig } from '../domain/config-types.ts';
import { type Cluster, claim, cooldownEnd, type Purchase, verdictOf } from '../domain/purchase.ts';
import { timings } from '../domain/timings.ts';
import { sendPurchase } from '../scale-out/purchase-steps.ts';
import { asError } from './as-error.ts';
import { rearmProblem } from './rearm-problem.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

/** Empty listings after the fence that it takes to call a purchase not executed. */
const emptyListingsNeeded = 2;
const notExecuted = 'no task shows up 35 minutes after it was signed: it was probably not executed';
/** Sends of one purchase, the first included, where the cluster opts into rearm. */
export const maxAttempts = 2;

export async function resolveDoubt(name: string, deps: ReconcileDeps): Promise<void> {
  // The cluster first, the list second: a task that was settled in between is then missing from neither.
  const cluster = await deps.ledger.readCluster(name);
  const { purchase } = cluster;
  if (purchase?.phase !== 'unknown') return;
  const policy = deps.policyOf(name);
  // What the config says of another cluster says nothing of the one in which it may have been bought.
  const known = policy.id === purchase.clusterId;
  const fenced = deps.now() >= fenceOf(purchase);
  const tasks = await deps.ack.listTasks(purchase.clusterId, purchase.region).catch(asError);
  if (tasks instanceof Error) return waitForList(cluster, purchase, tasks, deps);
  const candidates = candidatesFor(purchase, cluster, tasks);
  const [only] = candidates;

  // Somebody else's task may be from before the cluster became exclusive.
  const exclusive = known && policy.exclusive && purchase.exclusive;
  if (only?.createdAt !== undefined && candidates.length === 1 && exclusive)
    return adopt(cluster, purchase, only, deps);
  if (only) return park(cluster, purchase, evidence(name, purchase, candidates, known, exclusive), deps);
  // With a wrong clock "35 minutes later" is not known to have come.
  const skewMs = deps.clockSkewMs();
  const wrongClock = Math.abs(skewMs) > timings.maxClockSkewMs;
  if (fenced && wrongClock)
    deps.log.warn('held-back', { cluster: name, key: purchase.key, reason: 'clock-skew', skewMs });
  if (!fenced || wrongClock) return;
  await deps.ledger.listed(name, purchase.nonce);
  if ((purchase.emptyListings ?? 0) + 1 < emptyListingsNeeded) return;
  if (known && policy.rearm && purchase.attempt < maxAttempts) await rearm(cluster, purchase, policy, deps);
  else await park(cluster, purchase, notExecuted, deps);
}

/** Sends it once more, where the cluster may buy and it would still be decided so. */
async function rearm(cluster: Cluster, purchase: Purchase, policy: ClusterConfig, deps: ReconcileDeps): Promise<void> {
  if (cluster.paused) return deps.log.warn('held-back', { cluster: cluster.name, key: purchase.key, reason: 'paused' });
  const nodes = await deps.ack.listNodes(policy.id, policy.region);
  const problem = rearmProblem(purchase, cluster, policy, nodes.length, deps.now());
  if (problem === undefined) await sendAgain(cluster, purchase, deps);
  else await park(cluster, purchase, `${notExecuted}; it is not sent again, as ${problem}`, deps);
}

function evidence(
  name: string,
  { clusterId }: Purchase,
  candidates: readonly AckTaskSummary[],
  known: boolean,
  exclusive: boolean,
): string {
  const tasks = candidates.map(({ taskId }) => taskId).join(', ');
  if (!known) return `${tasks} of ${clusterId} could be it, and ${name} is another cluster by now`;
  return `${tasks} could be it${exclusive ? '' : ', and others scale this cluster too'}`;
}

/** When a request can no longer execute unseen: the date window of the gateway, and the lag of its task list. Epoch milliseconds. */
export function fenceOf({ signedAt }: Pick<Purchase, 'signedAt'>): number {
  return signedAt + timings.fenceMs;
}

/** A cluster that is gone, or a right that was taken away: only a person can look into the order book instead. */
async function waitForList(seen: Cluster, purchase: Purchase, error: Error, deps: ReconcileDeps): Promise<void> {
  if (deps.now() < fenceOf(purchase) + timings.unreadableMs) throw error;
  return park(seen, purchase, `its task list cannot be read: ${error.message}`, deps);
}

function candidatesFor(
  purchase: Purchase,
  { done }: Cluster,
  tasks: readonly AckTaskSummary[],
): readonly AckTaskSummary[] {
  const settled = new Set(Object.values(done).map(({ taskId }) => taskId));
  // Twice what the clocks may differ by: the skew is measured give or take a round trip, and the list cuts off fractions
  // of a second. A task that is missed here would be bought again; one too many is parked, or settled already.
  const since = purchase.signedAt - 2 * timings.maxClockSkewMs;
  return tasks.filter(
    ({ taskId, type, createdAt = since }) => type === 'cluster_scaleout' && createdAt >= since && !settled.has(taskId),
  );
}

async function adopt(
  seen: Cluster,
  purchase: Purchase,
  { taskId }: AckTaskSummary,
  deps: ReconcileDeps,
): Promise<void> {
  const resolution = { by: 'reconcile', reason: 'the only scale-out task of an exclusive cluster since it was signed' };
  const verdict = verdictOf(purchase, deps.now(), { outcome: 'accepted', taskId, resolution });
  const cooldownUntil = Math.max(
    seen.cooldownUntil,
    cooldownEnd(deps.policyOf(seen.name).cooldownMinutes, seen.failures, deps.now()),
  );
  if (!(await deps.ledger.settle(seen.name, purchase, verdict, cooldownUntil, seen))) return;
  await deps.ledger.copy(seen.name, purchase.key, verdict);
  deps.log.info('adopted', { cluster: seen.name, key: purchase.key, taskId });
}

async function park({ name }: Cluster, { key, nonce }: Purchase, why: string, deps: ReconcileDeps): Promise<void> {
  if (await deps.ledger.park(name, nonce, why)) deps.log.warn('parked', { cluster: name, key, why });
}

async function sendAgain(seen: Cluster, purchase: Purchase, deps: ReconcileDeps): Promise<void> {
  const next = { nonce: deps.newNonce(), signedAt: deps.now() };
  const rearmed = { ...purchase, ...next, attempt: purchase.attempt + 1 };
  const applied = await deps.ledger.rearm(seen.name, purchase.nonce, next, maxAttempts).catch(() => false);
  // Refused or unanswered: the slot itself says whether the new nonce is in it.
  const armed = claim(rearmed, applied ? 'applied' : await deps.ledger.readCluster(seen.name));
  if (!armed) return;
  deps.log.warn('rearmed', { cluster: seen.name, key: purchase.key, attempt: armed.attempt });
  await sendPurchase(armed, seen, deps);
}
