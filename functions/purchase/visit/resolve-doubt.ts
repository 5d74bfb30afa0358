// A purchase whose answer was lost: the cluster's task list is the evidence. Doubt ends by evidence or by a person, and
// never by sending again while the first request could still execute.
import type { AckTaskSummary } from '../../adapters/ack/answers.ts';
import { clockProblem } from '../../domain/ack/clock-problem.ts';
import { AckReadError } from '../../domain/ack/read-error.ts';
import { isSameCluster } from '../../domain/ack/scale-out-request.ts';
import { type Cluster, fenceOf, type Purchase, verdictOf } from '../../domain/job/purchase.ts';
import { toError } from '../../domain/problems.ts';
import { timings } from '../../domain/timings.ts';
import type { PurchaseDeps } from '../deps.ts';
import { settlePurchase } from '../settle-purchase.ts';
import { reportUnowned } from './report-unowned.ts';
import { maxAttempts, resend } from './resend.ts';
import { candidatesFor, contradictionsTo } from './unowned-tasks.ts';

/** Empty listings after the fence that it takes to call a purchase not executed. */
const emptyListingsNeeded = 2;
const notExecuted = `no task shows up ${timings.fenceMs / 60_000} minutes after it was signed: it was probably not executed`;

/** @param until epoch milliseconds from which nothing new is begun: neither a listing nor a request */
export async function resolveDoubt(name: string, deps: PurchaseDeps, until: number): Promise<void> {
  // The cluster first, the list second: a task that was settled in between is then missing from neither.
  const cluster = await deps.ledger.readCluster(name);
  const { purchase } = cluster;
  if (purchase?.phase !== 'unknown' || deps.now() >= until) return;
  const policy = deps.policyOf(name);
  // What the config says of another cluster says nothing of the one in which it may have been bought.
  const known = isSameCluster(policy.id, purchase.clusterId);
  const fenced = deps.now() >= fenceOf(purchase);
  const tasks = await deps.ack.listTasks(purchase.clusterId, purchase.region).catch(toError);
  if (tasks instanceof Error) return waitForList(cluster, purchase, tasks, deps);
  const candidates = candidatesFor(purchase, cluster, tasks);
  const [only] = candidates;

  // Somebody else's task may be from before the cluster became exclusive.
  const exclusive = known && policy.exclusive && purchase.exclusive;
  if (only && candidates.length === 1 && exclusive && only.createdAt !== undefined)
    return adopt(cluster, purchase, only, deps);
  if (exclusive && candidates.length > 1) await reportUnowned(cluster, candidates, deps);
  if (only) return park(cluster, purchase, evidence(name, purchase, candidates, known, exclusive), deps);
  // With a wrong clock, or one that was not measured, the fence is not known to be over.
  const skewMs = deps.clockSkewMs();
  const wrongClock = clockProblem(skewMs) !== undefined;
  if (fenced && wrongClock)
    deps.log.warn('held-back', { cluster: name, key: purchase.key, reason: 'clock-skew', skewMs });
  if (!fenced || wrongClock) return;
  await deps.ledger.listed(name, purchase.nonce);
  if ((purchase.emptyListings ?? 0) + 1 < emptyListingsNeeded) return;
  if (!known || !policy.rearm || purchase.attempt >= maxAttempts) return park(cluster, purchase, notExecuted, deps);
  const contradictions = contradictionsTo(purchase, cluster, tasks);
  if (exclusive) await reportUnowned(cluster, contradictions, deps);
  const problem =
    contradictions.length > 0
      ? `${idsOf(contradictions)} may have bought`
      : await resend(cluster, purchase, policy, deps, until);
  if (problem !== undefined) await park(cluster, purchase, `${notExecuted}; it is not sent again, as ${problem}`, deps);
}

function evidence(
  name: string,
  { clusterId }: Purchase,
  candidates: readonly AckTaskSummary[],
  known: boolean,
  exclusive: boolean,
): string {
  const undated = candidates.filter(({ createdAt }) => createdAt === undefined);
  const dates = undated.length > 0 ? `, and when ${idsOf(undated)} was made cannot be read` : '';
  if (!known) return `${idsOf(candidates)} of ${clusterId} could be it, and ${name} is another cluster by now${dates}`;
  return `${idsOf(candidates)} could be it${exclusive ? '' : ', and others scale this cluster too'}${dates}`;
}

const idsOf = (tasks: readonly AckTaskSummary[]): string => tasks.map(({ taskId }) => taskId).join(', ');

/** An answer that cannot be read stays so; a cluster that cannot be reached may come back. In the end only a person can tell. */
async function waitForList(seen: Cluster, purchase: Purchase, error: Error, deps: PurchaseDeps): Promise<void> {
  const unreadable = error instanceof AckReadError && error.code === 'UnreadableAnswer';
  if (deps.now() < fenceOf(purchase) + (unreadable ? 0 : timings.unreadableMs)) throw error;
  return park(seen, purchase, `its task list cannot be read: ${error.message}`, deps);
}

async function adopt(seen: Cluster, purchase: Purchase, { taskId }: AckTaskSummary, deps: PurchaseDeps): Promise<void> {
  const resolution = { by: 'reconcile', reason: 'the only scale-out task of an exclusive cluster since it was signed' };
  const verdict = verdictOf(purchase, deps.now(), { outcome: 'accepted', taskId, resolution });
  if (!(await settlePurchase(seen, purchase, verdict, deps, 'unknown'))) return;
  await deps.ledger.copy(seen.name, purchase.key, verdict);
  deps.log.info('adopted', { cluster: seen.name, key: purchase.key, taskId });
}

async function park({ name }: Cluster, { key, nonce }: Purchase, why: string, deps: PurchaseDeps): Promise<void> {
  if (await deps.ledger.park(name, nonce, why)) deps.log.warn('parked', { cluster: name, key, why });
}
