// The jobs of the last 24 hours, for the flow, the chart and the list. All of them are read once, then what is new and what may have
// changed.
import type { JobIndex } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import { isWaiting, type ListedJob, listedJob } from '../../adapters/ledger/listed-job.ts';
import { oldestWait } from '../../adapters/notes/waits.ts';
import { type Line, listJobs } from '../../cli/jobs/listing.ts';
import { listKnown, orKnown } from './known-jobs.ts';

export interface RecentJobs {
  /** Newest first. */
  readonly lines: readonly Line[];
  /** All jobs since then are among them: epoch milliseconds. */
  readonly since: number;
  /** Reads older jobs only. */
  readonly index: Pick<JobIndex, 'list'>;
}

export const dayMs = 24 * 3_600_000;
const pageSize = 1000;
const maxJobs = 10_000;
/** Clusters that are read at the same time. */
const atOnce = 8;
/** The index lags behind its table. */
const lagMs = 60_000;

/** @returns a reader; the ledger that it gets may answer from what was just read */
export function createRecentJobs(clusters: readonly string[], index: Pick<JobIndex, 'list'>, now: () => number) {
  const known = new Map<string, ListedJob>();
  let complete = Number.POSITIVE_INFINITY;

  return async (ledger: Pick<Ledger, 'readClusters' | 'readJobs'>): Promise<RecentJobs> => {
    const from = now() - dayMs;
    const first = complete === Number.POSITIVE_INFINITY;
    const newest = [...known.values()].reduce((all, job) => (isWaiting(job) ? all : Math.max(all, job.at)), from);
    const { jobs, since } = await readBack(first ? from : newest - lagMs);
    if (first) complete = since;
    for (const job of jobs) known.set(job.key, job);
    // What is not over may have gone on.
    const open = [...known.values()].filter((job) => isWaiting(job) || isOnItsWay(job));
    for (const [key, record] of await ledger.readJobs(open.map(({ key }) => key)))
      known.set(key, listedJob.parse(record));
    for (const job of known.values())
      if (job.at < from || (isWaiting(job) && job.at < oldestWait(now()))) known.delete(job.key);
    const reached = Math.max(complete, from);
    const all = listKnown([...known.values()]);
    // Slots are shown however old they are.
    const { lines } = await listJobs(
      { clusters, unfinishedOf: clusters, limit: Number.POSITIVE_INFINITY },
      { ledger, index: { list: async (listing, limit) => all(listing, limit) } },
    );
    return {
      lines: lines.toSorted((a, b) => b.at - a.at),
      since: reached,
      index: orKnown(index, all, reached),
    };
  };

  /** Cluster by cluster: a page of all of them would read each cluster as far as the page goes. */
  async function readBack(from: number): Promise<{ readonly jobs: readonly ListedJob[]; readonly since: number }> {
    const found: ListedJob[] = [];
    let since = from;
    const left = [...clusters];
    const readNext = async (): Promise<void> => {
      for (let cluster = left.shift(); cluster !== undefined; cluster = left.shift()) {
        const own = { clusters: [cluster], since: from };
        let page = await index.list(own, pageSize);
        found.push(...page.jobs);
        while (page.next && found.length < maxJobs) {
          page = await index.list({ ...own, after: page.next }, pageSize);
          found.push(...page.jobs);
        }
        if (page.next) since = Math.max(since, page.next.at);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, readNext));
    return { jobs: found, since };
  }
}

const isOnItsWay = ({ outcome, progress }: ListedJob): boolean =>
  outcome === 'accepted' && (progress === undefined || progress.state === 'overdue');
