// From a key on the command line to the jobs that the ledger has under it.
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { Waits } from '../../adapters/notes/waits.ts';
import type { Config } from '../../domain/config/types.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { CommandFailed, UsageError } from '../terminal/errors.ts';
import { type Candidate, candidatesFor, type KnownJob, knownJob } from './known-job.ts';

/** What a job is read from. */
interface JobReaders {
  readonly ledger: Pick<Ledger, 'readCluster' | 'readJobs'>;
  readonly waits: Pick<Waits, 'read'>;
}

/** Clusters before jobs: COPY moves a verdict from the first to the second. */
export async function findJobs(
  candidates: readonly Candidate[],
  { ledger, waits }: JobReaders,
): Promise<readonly KnownJob[]> {
  const clusters = new Map<string, Cluster>();
  for (const { cluster } of candidates)
    if (cluster !== undefined) clusters.set(cluster, await ledger.readCluster(cluster));
  const keys = candidates.map(({ key }) => key);
  const [records, notes] = await Promise.all([ledger.readJobs(keys), waits.read(keys)]);
  return candidates.flatMap(
    ({ key, cluster = '' }) => knownJob(key, clusters.get(cluster), records.get(key), notes.get(key)) ?? [],
  );
}

/** For commands that change a job: the key must name one job. @param flags as Target.flags */
export async function findTheJob(
  key: string,
  { clusters }: Config,
  readers: JobReaders,
  flags: string,
): Promise<KnownJob> {
  const candidates = candidatesFor(key, Object.keys(clusters));
  const [job, ...others] = await findJobs(candidates, readers);
  if (!job) throw new CommandFailed(unknownKey(candidates, flags));
  if (others.length === 0) return job;
  throw new UsageError(`key: ${key} names ${[job, ...others].map((one) => one.key).join(' and ')}; give one of them`);
}

export function unknownKey(candidates: readonly Candidate[], flags: string): string {
  const lookedUp = candidates.map(({ key }) => key).join(', or ');
  return `no job has the key ${lookedUp}; its message may still be on the queue, or on the dead-letter queue (npx scale-out dlq list${flags})`;
}
