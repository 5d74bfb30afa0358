// What the ledger knows of a cluster and of jobs in it.
import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { Cluster, JobRecord } from '../domain/job/purchase.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';

export interface View {
  readonly cluster: Cluster;
  /** The jobs that have a record, by their keys. */
  readonly jobs: ReadonlyMap<string, JobRecord>;
}

/**
 * The clusters first, then the jobs. A verdict moves from the cluster's item to the job's record: a reader in this order sees it in
 * at least one of them, and a reader in the other order buys twice.
 * @returns by the name of the cluster
 */
export async function readViews(
  jobs: readonly Pick<ScaleJob, 'cluster' | 'key'>[],
  ledger: Pick<Ledger, 'readClusters' | 'readJobs'>,
): Promise<ReadonlyMap<string, View>> {
  if (jobs.length === 0) return new Map();
  const clusters = await ledger.readClusters(jobs.map(({ cluster }) => cluster));
  const records = await ledger.readJobs(jobs.map(({ key }) => key));
  return new Map([...clusters].map(([name, cluster]) => [name, { cluster, jobs: records }]));
}
