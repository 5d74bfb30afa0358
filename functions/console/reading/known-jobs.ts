// Pages of jobs from memory: with very many clusters, a page of the index takes two queries for each of them.
import { type JobIndex, type JobPage, matches } from '../../adapters/ledger/job-index.ts';
import { isWaiting, type ListedJob, type Listing, type Position } from '../../adapters/ledger/listed-job.ts';

type List = (listing: Listing, limit: number) => JobPage;

/** As the index lists them. Its order of jobs of one cluster and instant is not known: here it is that of their keys. */
export function listKnown(jobs: readonly ListedJob[]): List {
  const sorted = jobs
    .map((job) => ({ job, position: positionOf(job) }))
    .toSorted((a, b) => order(a.position, b.position));
  return (listing, limit) => {
    const { since = 0, until = Number.POSITIVE_INFINITY, after } = listing;
    const clusters = new Set(listing.clusters);
    const found = sorted.filter(
      ({ job, position }) =>
        job.at >= since &&
        job.at <= until &&
        clusters.has(job.cluster) &&
        matches(job, listing) &&
        (after === undefined || order(after, position) < 0),
    );
    const next = found.length > limit ? found[limit - 1]?.position : undefined;
    return { jobs: found.slice(0, limit).map(({ job }) => job), ...(next && { next }) };
  };
}

/** @param known has all jobs since then, epoch milliseconds; what is older is read from the index */
export function orKnown(index: Pick<JobIndex, 'list'>, known: List, since: number): Pick<JobIndex, 'list'> {
  return {
    async list(listing, limit) {
      const { after, ...range } = listing;
      if (after && after.at < since) return index.list(listing, limit);
      const page = known(listing, limit);
      if (page.next || (listing.since ?? 0) >= since) return page;
      const last = page.jobs.at(-1);
      if (last && page.jobs.length === limit) return { ...page, next: positionOf(last) };
      const until = Math.min(listing.until ?? since, since - 1);
      const older = await index.list({ ...range, until }, limit - page.jobs.length);
      return { ...older, jobs: [...page.jobs, ...older.jobs] };
    },
  };
}

const positionOf = (job: ListedJob): Position => ({
  ...{ at: job.at, cluster: job.cluster, key: job.key },
  ...(isWaiting(job) && { noteIn: 'notes' }),
});

/** Newest first; those of one instant by cluster, records before notes. */
function order(a: Position, b: Position): number {
  if (a.at !== b.at) return b.at - a.at;
  if (a.cluster !== b.cluster) return a.cluster < b.cluster ? -1 : 1;
  if ((a.noteIn === undefined) !== (b.noteIn === undefined)) return a.noteIn === undefined ? -1 : 1;
  return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
}
