// The jobs of a cluster in the order of time, by an index of the ledger's table: for people who look back. What decides
// on purchases never reads it, for an index lags behind its table.
// Its keys are attributes that every JOB and every WAIT has and no CLUSTER has, so the ledger's writes know nothing of it.
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createLedger } from './ledger.ts';
import { isWaiting, type ListedJob, type Listing, listedJob, outcomes, type Position } from './listed-job.ts';

/** As infra/ledger-table.ts makes it. Sharded by cluster: one item collection each, which only its own jobs write to. */
export const jobIndex = {
  name: 'byCluster',
  partitionKey: 'cluster',
  sortKey: 'at',
  /** What a line of a listing shows; the whole of a job is read by its key. */
  projected: ['key', 'outcome', 'count', 'cost', 'taskId', 'reason', 'code', 'story', 'progress', 'dryRun'],
} as const;

export interface JobPage {
  readonly jobs: readonly ListedJob[];
  /** Where the next page goes on; absent when nothing is left. */
  readonly next?: Position;
  /** How many jobs were looked at, when the page ends before it is full because so few of them match. */
  readonly gaveUpAfter?: number;
}

export interface JobIndex {
  /** Newest first, at most `limit` jobs, at the cost of a bounded number of queries however few jobs match. */
  list(listing: Listing, limit: number): Promise<JobPage>;
  /** The newest job that a listing would show; without one, all of the index was looked at. */
  newest(listing: Listing): Promise<ListedJob | undefined>;
}

/** Items that one query looks at when few of them may match: about as many as fit into its 1 MB. */
const filteredPage = 1000;
/** Such queries for one page, in each cluster: a second's work. */
const maxLooks = 10;

/** A job, or a place up to which there is none. */
interface Step {
  readonly position: Position;
  readonly job?: ListedJob;
}

interface Looked {
  queries: number;
  jobs: number;
}

export function createJobIndex(db: DynamoDBDocumentClient, table: string): JobIndex {
  const ledger = createLedger(db, table);

  /** A note outlives its wait: the job is not to be listed twice, as waiting and as what became of it. */
  async function withoutEnded(jobs: readonly ListedJob[]): Promise<readonly ListedJob[]> {
    const waiting = jobs.filter(isWaiting).map(({ key }) => key);
    if (waiting.length === 0) return jobs;
    const records = await ledger.readJobs(waiting);
    return jobs.filter((job) => !isWaiting(job) || !records.has(job.key));
  }

  async function* newestFirst(cluster: string, listing: Listing, limit: number, looked: Looked): AsyncGenerator<Step> {
    const range = rangeOf(cluster, listing);
    const filter = filterOf(listing);
    // DynamoDB refuses a range that ends before it begins.
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
      looked.queries += 1;
      looked.jobs += answer.ScannedCount ?? 0;
      const jobs = await withoutEnded((answer.Items ?? []).map((item) => listedJob.parse(item)));
      for (const job of jobs) yield { position: job, job };
      from = answer.LastEvaluatedKey;
      // Whoever has seen enough queries can stop here, without a job to stop at.
      if (from) yield { position: positionAt(from) };
    } while (from);
  }

  const merged = (listing: Listing, limit: number, looked: Looked) =>
    merge(listing.clusters.toSorted().map((cluster) => newestFirst(cluster, listing, limit, looked)));

  return {
    async newest(listing) {
      for await (const { job } of merged(listing, 1, { queries: 0, jobs: 0 })) if (job) return job;
      return undefined;
    },
    async list(listing, limit) {
      const jobs: ListedJob[] = [];
      const looked: Looked = { queries: 0, jobs: 0 };
      let next: Position | undefined;
      // One more than is shown tells whether there are more.
      for await (const { position, job } of merged(listing, limit + 1, looked)) {
        if (job && jobs.length === limit) return { jobs, ...(next && { next }) };
        if (job) jobs.push(job);
        next = position;
        if (!job && looked.queries >= maxLooks * listing.clusters.length)
          return { jobs, next, ...(jobs.length < limit && { gaveUpAfter: looked.jobs }) };
      }
      return { jobs };
    },
  };
}

/** Where a cluster's listing goes on: of jobs of one instant, those of clusters that sort first were shown first. */
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

/** Of a key of the index. */
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

/** Merges streams that are newest first each; of what has one instant, that of the earlier stream comes first. */
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
