// The jobs of a cluster by time, from an index of the ledger's table. An index lags behind its table, so no decision about
// a purchase reads it. Every JOB and WAIT item has its key attributes, no CLUSTER item has them.
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
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

/** A job, or a position up to which no job matches. */
interface Step {
  readonly position: Position;
  readonly job?: ListedJob;
}

interface Cost {
  queries: number;
  jobs: number;
}

export function createJobIndex(db: DynamoDBDocumentClient, table: string): JobIndex {
  const ledger = createLedger(db, table);

  /** A note stays after its wait: a job with a record is not listed as waiting. */
  async function withoutEnded(jobs: readonly ListedJob[]): Promise<readonly ListedJob[]> {
    const waiting = jobs.filter(isWaiting).map(({ key }) => key);
    if (waiting.length === 0) return jobs;
    const records = await ledger.readJobs(waiting);
    return jobs.filter((job) => !isWaiting(job) || !records.has(job.key));
  }

  async function* newestFirst(cluster: string, listing: Listing, limit: number, cost: Cost): AsyncGenerator<Step> {
    const range = rangeOf(cluster, listing);
    const filter = filterOf(listing);
    // DynamoDB refuses an empty range.
    if (range.since > range.until) return;
    let { from }: { from?: Record<string, unknown> | undefined } = range;
    do {
      const answer = await db.send(
        new QueryCommand({
          TableName: table,
          IndexName: jobIndex.name,
          KeyConditionExpression: '#cluster = :cluster AND #at BETWEEN :since AND :until',
          ...(filter && { FilterExpression: filter.expression }),
          ExpressionAttributeNames: { '#cluster': jobIndex.partitionKey, '#at': jobIndex.sortKey, ...filter?.names },
          ExpressionAttributeValues: {
            ':cluster': cluster,
            ':since': range.since,
            ':until': range.until,
            ...filter?.values,
          },
          ScanIndexForward: false,
          Limit: filter ? filteredPage : limit,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      cost.queries += 1;
      cost.jobs += answer.ScannedCount ?? 0;
      const jobs = await withoutEnded((answer.Items ?? []).map((item) => listedJob.parse(item)));
      for (const job of jobs) yield { position: job, job };
      from = answer.LastEvaluatedKey;
      // Lets `list` stop after enough queries, also without a job.
      if (from) yield { position: positionAt(from) };
    } while (from);
  }

  const merged = (listing: Listing, limit: number, cost: Cost) =>
    merge(listing.clusters.toSorted().map((cluster) => newestFirst(cluster, listing, limit, cost)));

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

/** Jobs of one instant are listed in the order of their clusters. */
function rangeOf(cluster: string, { since = 0, after }: Listing) {
  if (!after) return { since, until: Number.MAX_SAFE_INTEGER, from: undefined };
  const until = cluster < after.cluster ? after.at - 1 : after.at;
  return {
    since,
    until,
    from:
      cluster === after.cluster
        ? { pk: `${isWaiting(after) ? 'WAIT' : 'JOB'}#${after.key}`, cluster, at: after.at }
        : undefined,
  };
}

function positionAt({ pk, cluster, at }: Readonly<Record<string, unknown>>): Position {
  const [kind = '', ...key] = String(pk).split('#');
  const position = { at: Number(at), cluster: String(cluster), key: key.join('#') };
  return kind === 'WAIT' ? { ...position, outcome: 'waiting' } : position;
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

/** Merges streams, newest first. At the same instant the earlier stream comes first. */
async function* merge(streams: readonly AsyncGenerator<Step>[]): AsyncGenerator<Step> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
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
