// What the ledger knows of a cluster and of jobs in it.
import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { Recoveries } from '../adapters/notes/recoveries.ts';
import type { Cluster, JobRecord } from '../domain/job/purchase.ts';
import { firingOf } from '../domain/job/recovery.ts';
import type { ScaleJob, Source } from '../domain/job/scale-job.ts';
import { timings } from '../domain/timings.ts';

export interface View {
  readonly cluster: Cluster;
  /** The jobs that have a record, by their keys. */
  readonly jobs: ReadonlyMap<string, JobRecord>;
  /** When alerts of the cluster ended, by their sender: those that ended after the first job of that sender arose that may buy. */
  readonly ends: ReadonlyMap<Source, ReadonlyMap<string, number>>;
}

/** When the alert of a job ended, in epoch milliseconds; undefined while it may stand. An earlier end is that of an earlier firing. */
export function endOf({ source, alert, occurredAt }: ScaleJob, { ends }: Pick<View, 'ends'>): number | undefined {
  const its = ends.get(source);
  if (alert === undefined || its === undefined || its.size === 0) return undefined;
  const endedAt = its.get(firingOf(alert, occurredAt)) ?? its.get(alert);
  return endedAt !== undefined && endedAt > occurredAt ? endedAt : undefined;
}

export interface ViewDeps {
  readonly ledger: Pick<Ledger, 'readClusters' | 'readJobs'>;
  readonly recoveries: Pick<Recoveries, 'read'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * The clusters first, then the jobs. A verdict moves from the cluster's item to the job's record: a reader in this order sees it in
 * at least one of them, and a reader in the other order buys twice.
 * @returns by the name of the cluster
 */
export async function readViews(
  jobs: readonly ScaleJob[],
  { ledger, recoveries, now }: ViewDeps,
): Promise<ReadonlyMap<string, View>> {
  if (jobs.length === 0) return new Map();
  const clusters = await ledger.readClusters(jobs.map(({ cluster }) => cluster));
  const records = await ledger.readJobs(jobs.map(({ key }) => key));
  const undecided = Map.groupBy(
    jobs.filter(({ alert, again, key }) => alert !== undefined && (again !== undefined || !records.has(key))),
    ({ cluster }) => cluster,
  );
  const views = [...clusters].map(async ([name, cluster]): Promise<[string, View]> => {
    const ends = await readEnds(name, undecided.get(name) ?? [], now(), recoveries);
    return [name, { cluster, jobs: records, ends }];
  });
  return new Map(await Promise.all(views));
}

async function readEnds(
  cluster: string,
  jobs: readonly ScaleJob[],
  now: number,
  recoveries: ViewDeps['recoveries'],
): Promise<View['ends']> {
  const bySender = [...Map.groupBy(jobs, ({ source }) => source)];
  const ends = bySender.map(async ([source, its]): Promise<[Source, ReadonlyMap<string, number>]> => {
    // An alert that is older is stale under any policy, and one that stands for weeks must not read the recoveries of weeks; what asks
    // again is never too old for its recovery.
    const since = its.reduce((first, { occurredAt, again }) => {
      const kept = again ? timings.recoveryNoteMs : timings.jobExpiryMs;
      return Math.min(first, Math.max(occurredAt, now - kept));
    }, now);
    return [source, await recoveries.read(source, cluster, since)];
  });
  return new Map(await Promise.all(ends));
}
