// Level-triggered, like a controller: it reads what is, and moves each unfinished thing one step on. Every line is one
// conditional write, so any number of visitors (the timer, and handlers that found a busy slot) may do the same at once.
import type { Cluster, JobRecord } from '../domain/purchase.ts';
import type { PurchaseDeps } from '../scale-out/purchase-steps.ts';
import { followTasks } from './follow-tasks.ts';
import { measureCluster } from './measure-cluster.ts';
import { resolveDoubt } from './resolve-doubt.ts';

export type ReconcileDeps = PurchaseDeps & {
  /** The last measured difference between the gateway's clock and ours, in milliseconds. */
  readonly clockSkewMs: () => number;
};

/** One visit. A quiet cluster costs one read. @throws what a failed read or write throws; the next visit goes on. */
export async function reconcileCluster(name: string, deps: ReconcileDeps): Promise<void> {
  const cluster = await deps.ledger.readCluster(name);
  measureCluster(cluster, deps);
  await finishSlot(cluster, deps);
  const records = await copyVerdicts(cluster, deps);
  await forgetVerdicts(cluster, records, deps);
  await followTasks(cluster, deps);
}

async function finishSlot({ name, purchase }: Cluster, deps: ReconcileDeps): Promise<void> {
  if (!purchase) return;
  const ageMs = deps.now() - purchase.signedAt;
  deps.log.info('slot', { cluster: name, key: purchase.key, phase: purchase.phase, ageMs });
  // Its sender is gone, or frozen past any use: what it may have sent is nobody's knowledge now.
  if (purchase.phase === 'sending' && deps.now() > purchase.leaseUntil) await deps.ledger.mark(name, purchase.nonce);
  if (purchase.phase === 'unknown') await resolveDoubt(name, deps);
}

/** The outbox: verdicts that a crash kept from their job's record. */
async function copyVerdicts(
  { name, done }: Cluster,
  { ledger }: ReconcileDeps,
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

/** Old verdicts go once their copy was READ: until then they are all that keeps the job from being bought again. */
async function forgetVerdicts(
  { name, purchase, done }: Cluster,
  records: ReadonlyMap<string, JobRecord>,
  { ledger, now }: ReconcileDeps,
): Promise<void> {
  if (purchase) return;
  for (const [key, verdict] of Object.entries(done)) {
    if (records.get(key)?.outcome === verdict.outcome) await ledger.forget(name, key, now());
  }
}
