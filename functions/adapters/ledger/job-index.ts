// The jobs of a cluster by time: those with a record from an index of the ledger's table, those that wait from one of the
// notes' table. An index lags behind its table, so no decision about a purchase reads it. Every JOB item has its key
// attributes, no CLUSTER item has them. Versions before the notes' table left WAIT items in the ledger's, which has no expiry.
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { notesTable } from '../notes/notes-table.ts';
import { createWaits, oldestWait, waitKey } from '../notes/waits.ts';
import { createLedger } from './ledger.ts';
import { isWaiting, type ListedJob, type Listing, listedJob, outcomes, type Position } from './listed-job.ts';

/** As infra/ledger-table.ts creates it. */
export const jobIndex = {
  name: 'byCluster',
  partitionKey: 'cluster',
  sortKey: 'at',
  projected: ['key', 'outcome', 'count', 'cost', 'taskId', 'reason', 'code', 'story', 'progress', 'dryRun'],
} as const;

export interface JobPage {
  readonly jobs: readonly ListedJob[];
  /** Where the next page begins; absent after the last page. */
  readonly next?: Position;
  /** How many jobs were read, when the page ends early because few of them match. */
  readonly gaveUpAfter?: number;
}

export interface JobIndex {
  /** Newest first, at most `limit` jobs, with a bounded number of queries. */
  list(listing: Listing, limit: number): Promise<JobPage>;
  /** The newest matching job; reads the whole index when there is none. */
  newest(listing: Listing): Promise<ListedJob | undefined>;
}

/** Items per query with a filter: about as many as fit into 1 MB. */
const filteredPage = 1000;
/** Queries per page and cluster with a filter: about a second. */
const maxQueries = 10;

/** Queries at the same time: fewer than the SDK has connections, as a query that waits for one may time out. */
const maxAtOnce = 25;

/** A job, or a position up to which no job matches. */
interface Step {
  readonly position: Position;
  readonly job?: ListedJob;
}

interface Cost {
  queries: number;
  jobs: number;
}

/** What one query reads. */
interface Part {
  readonly cluster: string;
  readonly table: 'ledger' | 'notes';
}

const indexes = { ledger: jobIndex, notes: notesTable.index } as const;

/** @param tables by name; without that of the notes, no job waits */
export function createJobIndex(
  db: DynamoDBDocumentClient,
  tables: { readonly ledger: string; readonly notes?: string | undefined },
  now: () => number,
): JobIndex {
  const ledger = createLedger(db, tables.ledger);
  const waits = tables.notes === undefined ? undefined : createWaits(db, tables.notes, now);

  /** A note stays after its wait: a job with a record is not listed as waiting. An old note may have a new one beside it. */
  async function withoutEnded(jobs: readonly ListedJob[], { table }: Part): Promise<readonly ListedJob[]> {
    const oldest = oldestWait(now());
    const waiting = jobs.filter((job) => isWaiting(job) && job.at >= oldest).map(({ key }) => key);
    const [records, renewed] =
      waiting.length === 0
        ? []
        : await Promise.all([ledger.readJobs(waiting), table === 'ledger' ? waits?.read(waiting) : undefined]);
    const standing = new Set(waiting.filter((key) => !records?.has(key) && !renewed?.has(key)));
    return jobs.filter((job) => !isWaiting(job) || standing.has(job.key));
  }

  /** @param firstPage jobs of the first query; each later one reads twice as many, up to `limit` */
  async function* newestFirst(
    part: Part,
    listing: Listing,
    limit: number,
    firstPage: number,
    cost: Cost,
  ): AsyncGenerator<Step> {
    const { cluster, table } = part;
    const index = indexes[table];
    const range = rangeOf(part, listing, now());
    const filter = filterOf(listing);
    // DynamoDB refuses an empty range.
    if (range.since > range.until) return;
    let page = firstPage;
    let { from }: { from?: Record<string, unknown> | undefined } = range;
    do {
      const answer = await db.send(
        new QueryCommand({
          TableName: tables[table],
          IndexName: index.name,
          KeyConditionExpression: '#cluster = :cluster AND #at BETWEEN :since AND :until',
          ...(filter && { FilterExpression: filter.expression }),
          ExpressionAttributeNames: { '#cluster': index.partitionKey, '#at': index.sortKey, ...filter?.names },
          ExpressionAttributeValues: {
            ':cluster': cluster,
            ':since': range.since,
            ':until': range.until,
            ...filter?.values,
          },
          ScanIndexForward: false,
          Limit: filter ? filteredPage : page,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      cost.queries += 1;
      page = Math.min(2 * page, limit);
      cost.jobs += answer.ScannedCount ?? 0;
      const read = (answer.Items ?? []).map((item) => listedJob.parse(item));
      for (const job of await withoutEnded(read, part)) yield { position: positionOf(job, part), job };
      from = answer.LastEvaluatedKey;
      // Lets `list` stop after enough queries, also without a job.
      if (from) yield { position: positionAt(from, part) };
    } while (from);
  }

  function merged(listing: Listing, limit: number, cost: Cost) {
    const parts = partsOf(listing).filter(({ table }) => tables[table] !== undefined);
    // Of many clusters, most have none of the newest jobs.
    const firstPage = Math.min(limit, Math.ceil((2 * limit) / parts.length));
    return merge(parts.map((part) => newestFirst(part, listing, limit, firstPage, cost)));
  }

  return {
    async newest(listing) {
      for await (const { job } of merged(listing, 1, { queries: 0, jobs: 0 })) if (job) return job;
      return undefined;
    },
    async list(listing, limit) {
      const jobs: ListedJob[] = [];
      const cost: Cost = { queries: 0, jobs: 0 };
      let next: Position | undefined;
      // One more job shows whether there is a next page.
      for await (const { position, job } of merged(listing, limit + 1, cost)) {
        if (job && jobs.length === limit) return { jobs, ...(next && { next }) };
        if (job) jobs.push(job);
        next = position;
        if (!job && cost.queries >= maxQueries * listing.clusters.length)
          return { jobs, next, ...(jobs.length < limit && { gaveUpAfter: cost.jobs }) };
      }
      return { jobs };
    },
  };
}

/** In the order in which jobs of one instant are listed. A note has neither a task nor another state. */
function partsOf({ clusters, state, taskId }: Listing): readonly Part[] {
  const readsLedger = state !== 'waiting';
  const readsNotes = taskId === undefined && (state === undefined || state === 'waiting');
  return clusters
    .toSorted()
    .flatMap((cluster): readonly Part[] => [
      ...(readsLedger ? [{ cluster, table: 'ledger' } as const] : []),
      ...(readsNotes ? [{ cluster, table: 'notes' } as const] : []),
    ]);
}

/** Whether the jobs of one instant of the first are listed before those of the second. */
const isBefore = (a: Part, b: Part): boolean => a.cluster < b.cluster || (a.cluster === b.cluster && a.table < b.table);

function rangeOf(part: Part, { since: asked = 0, until = Number.MAX_SAFE_INTEGER, after }: Listing, now: number) {
  const { cluster, table } = part;
  const since = table === 'notes' ? Math.max(asked, oldestWait(now)) : asked;
  if (!after) return { since, until, from: undefined };
  const { at, key, noteIn } = after;
  const reached: Part = { cluster: after.cluster, table: noteIn ?? 'ledger' };
  const isReached = cluster === reached.cluster && table === reached.table;
  const note = waitKey(key);
  const itemKey = table === 'notes' ? note : { pk: noteIn ? note.pk : `JOB#${key}` };
  return {
    since,
    until: Math.min(until, isBefore(part, reached) ? at - 1 : at),
    from: isReached ? { ...itemKey, cluster, at } : undefined,
  };
}

const positionOf = ({ at, cluster, key, outcome }: ListedJob, { table }: Part): Position => ({
  at,
  cluster,
  key,
  ...(outcome === 'waiting' && { noteIn: table }),
});

function positionAt({ pk, cluster, at }: Readonly<Record<string, unknown>>, { table }: Part): Position {
  const [kind = '', ...key] = String(pk).split('#');
  const position = { at: Number(at), cluster: String(cluster), key: key.join('#') };
  return kind === 'WAIT' ? { ...position, noteIn: table } : position;
}

function filterOf({ state, source, taskId }: Listing) {
  const isOutcome = outcomes.some((outcome) => outcome === state);
  const conditions = [
    ...(state === undefined ? [] : [isOutcome ? '#outcome = :state' : '#progress.#state = :state']),
    ...(source === undefined ? [] : ['#story.#source = :source']),
    ...(taskId === undefined ? [] : ['#taskId = :taskId']),
  ];
  if (conditions.length === 0) return undefined;
  return {
    expression: conditions.join(' AND '),
    names: {
      ...(state !== undefined &&
        (isOutcome ? { '#outcome': 'outcome' } : { '#progress': 'progress', '#state': 'state' })),
      ...(source !== undefined && { '#story': 'story', '#source': 'source' }),
      ...(taskId !== undefined && { '#taskId': 'taskId' }),
    },
    values: {
      ...(state !== undefined && { ':state': state }),
      ...(source !== undefined && { ':source': source }),
      ...(taskId !== undefined && { ':taskId': taskId }),
    },
  };
}

/** What `filterOf` says, of a job that was read. */
export const matches = (
  { outcome, progress, story, taskId }: ListedJob,
  wanted: Pick<Listing, 'state' | 'source' | 'taskId'>,
): boolean =>
  (wanted.state === undefined || wanted.state === outcome || wanted.state === progress?.state) &&
  (wanted.source === undefined || wanted.source === story.source) &&
  (wanted.taskId === undefined || wanted.taskId === taskId);

/** Merges streams, newest first. At the same instant the earlier stream comes first. */
async function* merge(streams: readonly AsyncGenerator<Step>[]): AsyncGenerator<Step> {
  const heads: IteratorResult<Step>[] = [];
  const left = streams.entries();
  const readNext = async () => {
    for (const [i, stream] of left) heads[i] = await stream.next();
  };
  await Promise.all(Array.from({ length: maxAtOnce }, readNext));
  for (;;) {
    let newest: Step | undefined;
    let from = -1;
    for (const [i, head] of heads.entries()) {
      if (head.done || (newest && head.value.position.at <= newest.position.at)) continue;
      newest = head.value;
      from = i;
    }
    const stream = streams[from];
    if (!newest || !stream) return;
    yield newest;
    heads[from] = await stream.next();
  }
}
