// The jobs of the last 24 hours, for the flow and the chart. All of them are read once, then what is new and what may have changed.
import type { JobIndex } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import { listedJob } from '../../adapters/ledger/listed-job.ts';
import { type Line, lineOf, listJobs } from '../../cli/jobs/listing.ts';

export interface RecentJobs {
  /** Newest first. */
  readonly lines: readonly Line[];
  /** All jobs since then are among them: epoch milliseconds. */
  readonly since: number;
}

export const dayMs = 24 * 3_600_000;
const pageSize = 1000;
const maxJobs = 10_000;
/** Clusters that are read at the same time. */
const atOnce = 8;
/** The index lags behind its table. */
const lagMs = 60_000;

type Readers = { readonly ledger: Pick<Ledger, 'readClusters' | 'readJobs'>; readonly index: JobIndex };

/** @returns a reader; the ledger that it gets may answer from what was just read */
export function createRecentJobs(clusters: readonly string[], index: JobIndex, now: () => number) {
  const all = { clusters, unfinishedOf: clusters, limit: pageSize };
  const known = new Map<string, Line>();
  let complete = Number.POSITIVE_INFINITY;

  return async (ledger: Readers['ledger']): Promise<RecentJobs> => {
    const from = now() - dayMs;
    const first = complete === Number.POSITIVE_INFINITY;
    const newest = Math.max(from, ...[...known.values()].filter(isRecord).map(({ at }) => at));
    const { lines, since } = await readBack(first ? from : newest - lagMs, { ledger, index });
    if (first) complete = since;
    const waiting = first ? [] : (await listJobs({ ...all, state: 'waiting', since: from }, { ledger, index })).lines;
    // Slots are shown however old they are.
    const { lines: slots } = await listJobs({ clusters: [], unfinishedOf: clusters, limit: 1 }, { ledger, index });
    // A slot or a note is over when it is not read again.
    for (const line of known.values()) if (!isRecord(line) || line.at < from) known.delete(line.key);
    for (const line of [...waiting, ...lines, ...slots]) known.set(line.key, line);
    const open = [...known.values()].filter(({ state }) => state === 'accepted' || state === 'overdue');
    for (const [key, record] of await ledger.readJobs(open.map(({ key }) => key)))
      known.set(key, lineOf(listedJob.parse(record)));
    return { lines: [...known.values()].toSorted((a, b) => b.at - a.at), since: Math.max(complete, from) };
  };

  /** Cluster by cluster: a page of all of them would read each cluster as far as the page goes. */
  async function readBack(from: number, readers: Readers): Promise<RecentJobs> {
    const found: Line[] = [];
    let since = from;
    const left = [...clusters];
    const readNext = async (): Promise<void> => {
      for (let cluster = left.shift(); cluster !== undefined; cluster = left.shift()) {
        const own = { clusters: [cluster], unfinishedOf: [], limit: pageSize, since: from };
        let page = await listJobs(own, readers);
        found.push(...page.lines);
        while (page.next && found.length < maxJobs) {
          page = await listJobs({ ...own, after: page.next }, readers);
          found.push(...page.lines);
        }
        if (page.next) since = Math.max(since, page.next.at);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, readNext));
    return { lines: found, since };
  }
}

/** It has an outcome, which never changes. */
const isRecord = ({ state }: Line): boolean => !['waiting', 'sending', 'unknown', 'parked'].includes(state);
