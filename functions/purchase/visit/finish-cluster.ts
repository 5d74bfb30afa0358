// Level-triggered, like a controller: it reads what is, and moves each unfinished thing one step on. Every line is one
// conditional write, so any number of visitors (the timer, and handlers that found a busy slot) may do the same at once.
import { isCrowded } from '../../domain/decision/ledger-room.ts';
import type { Cluster, JobRecord } from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';
import type { PurchaseDeps } from '../deps.ts';
import { followTasks } from './follow-tasks.ts';
import { measureCluster } from './measure-cluster.ts';
import { resolveDoubt } from './resolve-doubt.ts';

/**
 * One visit. A quiet cluster costs one read.
 * @param until epoch milliseconds from which nothing new is begun; what is under way may take `jobTimeMs` more
 * @param asRead just now, consistently: what others have written since only makes writes of this visit fail
 * @throws what a failed read or write throws; the next visit goes on
 */
export async function reconcileCluster(
  name: string,
  deps: PurchaseDeps,
  until: number,
  asRead?: Cluster,
): Promise<void> {
  const cluster = await endPause(asRead ?? (await deps.ledger.readCluster(name)), deps);
  measureCluster(cluster, deps);
  await finishSlot(cluster, deps, until);
  const records = await copyVerdicts(cluster, deps);
  await followTasks(await forgetVerdicts(cluster, records, deps), deps, until);
}

/** PAUSE, once its time is over. Refused where a person has paused or resumed the cluster meanwhile. @returns the cluster after it */
async function endPause(cluster: Cluster, { ledger, log, now }: PurchaseDeps): Promise<Cluster> {
  const { paused, ...resumedCluster } = cluster;
  if (paused?.until === undefined || now() < paused.until) return cluster;
  const reason = `the pause by ${paused.by} was until ${new Date(paused.until).toISOString()}`;
  const resumed = { by: 'reconcile', reason, at: now() };
  if (!(await ledger.pause(cluster, undefined, resumed))) return cluster;
  log.info('resumed', { cluster: cluster.name, reason });
  return { ...resumedCluster, ver: cluster.ver + 1, resumed };
}

async function finishSlot({ name, purchase }: Cluster, deps: PurchaseDeps, until: number): Promise<void> {
  if (!purchase) return;
  const ageMs = deps.now() - purchase.signedAt;
  deps.log.info('slot', { cluster: name, key: purchase.key, phase: purchase.phase, ageMs });
  // The lease has expired: the sender is gone, and the request may have been sent.
  if (purchase.phase === 'sending' && deps.now() > purchase.leaseUntil) await deps.ledger.mark(name, purchase.nonce);
  if (purchase.phase === 'unknown') await resolveDoubt(name, deps, until);
}

/** The outbox: verdicts that a crash kept from their job's record. */
async function copyVerdicts(
  { name, done }: Cluster,
  { ledger }: PurchaseDeps,
): Promise<ReadonlyMap<string, JobRecord>> {
  const verdicts = Object.entries(done);
  if (verdicts.length === 0) return new Map();
  const records = await ledger.readJobs(verdicts.map(([key]) => key));
  for (const [key, verdict] of verdicts) {
    const record = records.get(key);
    if (!record || record.outcome === 'skipped') await ledger.copy(name, key, verdict);
  }
  return records;
}

/**
 * Old verdicts go once their copy was READ: until then they are all that keeps the job from being bought again. They stay
 * for as long as an alert can come that they answer; the oldest go an hour after their verdict when there are many.
 * @returns the cluster without them
 */
async function forgetVerdicts(
  cluster: Cluster,
  records: ReadonlyMap<string, JobRecord>,
  { ledger, now, policyOf }: PurchaseDeps,
): Promise<Cluster> {
  const { name, purchase, done } = cluster;
  if (purchase) return cluster;
  const left = new Map(Object.entries(done));
  let { ver } = cluster;
  const keptMs = Math.max(timings.forgetAfterMs, policyOf(name).staleAfterMinutes * 60_000);
  for (const [key, { outcome, at }] of Object.entries(done).toSorted(([, a], [, b]) => a.at - b.at)) {
    if (now() - at <= timings.forgetAfterMs) continue;
    const mayAnswer = now() - answersUntil(key, cluster) <= keptMs;
    if (mayAnswer && !isCrowded({ done: Object.fromEntries(left), pending: cluster.pending })) continue;
    if (records.get(key)?.outcome !== outcome || !(await ledger.forget(name, key, now()))) continue;
    left.delete(key);
    ver += 1;
  }
  return { ...cluster, ver, done: Object.fromEntries(left) };
}

/**
 * A purchase answers the needs that arose before its nodes were there. Some of them wait for the end of a pause or of a
 * cooldown, and the longest one of these is assumed of all: that others came between is not known any more.
 */
function answersUntil(key: string, { done, pending, paused, resumed, cooldownUntil }: Cluster): number {
  if (pending[key] || paused) return Number.POSITIVE_INFINITY;
  const { at = 0, endedAt = at } = done[key] ?? {};
  const cooled = Math.min(cooldownUntil, endedAt + timings.maxCooldownMs);
  return Math.max(endedAt, cooled, resumed?.at ?? 0);
}
