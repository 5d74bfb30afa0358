// CORRECT: a person who settled a purchase with the wrong task names the right one. The outcome stays. Crash-safe: the cluster's
// item first, as the authority, then the record; a repeat writes what is missing.
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { Cluster, JobRecord, Resolution, Verdict } from '../../domain/job/purchase.ts';
import { retryWrite } from '../settle-purchase.ts';
import type { Resolved } from './resolve-parked.ts';

/** @throws what a failed read or write throws; a repeat goes on */
export async function correctTask(
  name: string,
  key: string,
  taskId: string,
  { by, reason }: Pick<Resolution, 'by' | 'reason'>,
  ledger: Pick<Ledger, 'readCluster' | 'readJobs' | 'copy' | 'correctTask' | 'correctRecord'>,
): Promise<Resolved> {
  const cluster = await ledger.readCluster(name);
  const verdict = await verdictIn(cluster, key, ledger);
  const problem = verdict ? problemWith(verdict, cluster, key, taskId) : `${key} was not bought`;
  if (!verdict || problem !== undefined) return { kind: 'refused', why: problem ?? '' };
  const was = verdict.taskId ?? '';
  const correction = { taskId, resolution: { by, reason, replaces: was } };
  const expected = cluster.pending[key];
  if (expected && expected.taskId !== taskId) {
    const written = await retryWrite(() => ledger.correctTask(cluster, key, expected.taskId, correction));
    // A refusal may be the echo of an own write.
    if (!written && (await ledger.readCluster(name)).pending[key]?.taskId !== taskId) return changed(name);
  }
  const corrected = { ...verdict, ...correction };
  // A visit may copy the verdict as it was before. After this there is a record, and the next write finds it.
  await ledger.copy(name, key, corrected);
  if (was !== taskId) await retryWrite(() => ledger.correctRecord(key, was, correction));
  const now = await verdictIn(await ledger.readCluster(name), key, ledger);
  return now?.taskId === taskId ? { kind: 'settled', verdict: now } : changed(name);
}

/** The second write of a correction that stopped after the first: without it, nothing is written of the right task. */
export async function finishCorrection(
  name: string,
  key: string,
  record: JobRecord,
  ledger: Pick<Ledger, 'readCluster' | 'correctRecord'>,
): Promise<void> {
  // Read after the record: an older reading would put the wrong task back.
  const { pending, done } = await ledger.readCluster(name);
  const { taskId } = pending[key] ?? {};
  if (record.outcome !== 'accepted' || taskId === undefined || record.taskId === taskId) return;
  const was = record.taskId ?? '';
  const { by = 'unknown', reason = '' } = done[key]?.resolution ?? record.resolution ?? {};
  await ledger.correctRecord(key, was, { taskId, resolution: { by, reason, replaces: was } });
}

/** The record first, as it is written last. */
async function verdictIn(
  { done }: Cluster,
  key: string,
  ledger: Pick<Ledger, 'readJobs'>,
): Promise<Verdict | undefined> {
  const record = (await ledger.readJobs([key])).get(key);
  return record && record.outcome !== 'skipped' ? record : done[key];
}

function problemWith(
  { outcome, resolution, taskId: was = 'unknown' }: Verdict,
  { name, pending, done, purchase }: Cluster,
  key: string,
  taskId: string,
): string | undefined {
  if (outcome !== 'accepted') return `it is already settled as ${outcome}`;
  if (!resolution) return `it is accepted with task ${was}, by ACK's own answer: no person can change that`;
  if (resolution.by === 'reconcile') return `it is accepted with task ${was}, by evidence: no person can change that`;
  const [owner] = Object.entries({ ...done, ...pending }).find(
    ([other, one]) => other !== key && one.taskId === taskId,
  ) ?? [undefined];
  if (owner !== undefined) return `task ${taskId} was settled for ${owner} already`;
  if ((pending[key] ?? done[key])?.taskId === taskId) return undefined;
  if (!pending[key])
    return `it is settled as accepted with task ${was}, and nothing of it is on its way any more: there is nothing to follow`;
  // An adoption for the purchase in the slot could take the task at the same time.
  if (purchase) return `the slot of ${name} is taken by ${purchase.key}; repeat this when it is free`;
  return undefined;
}

const changed = (name: string): Resolved => ({
  kind: 'refused',
  why: `${name} was changed just now; repeat the command`,
});
