// From the key that a person typed to what the ledger knows under it.
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { Waits } from '../../adapters/ledger/waits.ts';
import type { Config } from '../../domain/config/types.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { CommandFailed, UsageError } from '../terminal/errors.ts';
import { type Candidate, candidatesFor, type KnownJob, knownJob } from './known-job.ts';

/** What of the table tells of a job. */
export interface Books {
  readonly ledger: Pick<Ledger, 'readCluster' | 'readJobs'>;
  readonly waits: Pick<Waits, 'read'>;
}

/** The clusters first, then the jobs: a verdict that moves from one to the other between is then seen. */
export async function findJobs(
  candidates: readonly Candidate[],
  { ledger, waits }: Books,
): Promise<readonly KnownJob[]> {
  const clusters = new Map<string, Cluster>();
  for (const { cluster } of candidates)
    if (cluster !== undefined) clusters.set(cluster, await ledger.readCluster(cluster));
  const keys = candidates.map(({ key }) => key);
  const [records, noted] = await Promise.all([ledger.readJobs(keys), waits.read(keys)]);
  return candidates.flatMap(
    ({ key, cluster = '' }) => knownJob(key, clusters.get(cluster), records.get(key), noted.get(key)) ?? [],
  );
}

/** For commands that change something: a key that means several jobs means none. @param flags as Target.flags */
export async function findTheJob(key: string, { clusters }: Config, books: Books, flags: string): Promise<KnownJob> {
  const candidates = candidatesFor(key, Object.keys(clusters));
  const [job, ...others] = await findJobs(candidates, books);
  if (!job) throw new CommandFailed(unknownKey(candidates, flags));
  if (others.length === 0) return job;
  throw new UsageError(`key: ${key} means ${[job, ...others].map((one) => one.key).join(' and ')}; give one of them`);
}

export function unknownKey(candidates: readonly Candidate[], flags: string): string {
  const lookedUp = candidates.map(({ key }) => key).join(', or of ');
  return `nothing is known of ${lookedUp}; it may still wait on the queue, or lie on the dead-letter queue (npx scale-out dlq list${flags})`;
}
