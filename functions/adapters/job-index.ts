// The jobs of a cluster in the order of time, by an index of the ledger's table: for people who look back. What decides
// on purchases never reads it, for an index lags behind its table.
// Its keys are attributes that every JOB and every WAIT has and no CLUSTER has, so the ledger's writes know nothing of it.
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { createLedger } from './ledger.ts';

/** As infra/ledger-table.ts makes it. Sharded by cluster: one item collection each, which only its own jobs write to. */
export const jobIndex = {
  name: 'byCluster',
  partitionKey: 'cluster',
  sortKey: 'at',
  /** What a line of a listing shows; the whole of a job is read by its key. */
  projected: ['key', 'outcome', 'count', 'cost', 'taskId', 'reason', 'code', 'story', 'progress', 'dryRun'],
} as const;

/** `waiting` is that of a note on a job that waits (waits.ts); the others are those of records. */
const outcomes = ['accepted', 'rejected', 'abandoned', 'skipped', 'waiting'] as const;
const progressStates = ['completed', 'partial', 'failed', 'overdue'] as const;

const listedJob = z.object({
  key: z.string(),
  cluster: z.string(),
  outcome: z.enum(outcomes),
  /** When it got its outcome, or was last told to wait: epoch milliseconds. */
  at: z.number(),
  story: z.object({ source: z.string(), reason: z.string(), decision: z.string() }),
  count: z.optional(z.number()),
  cost: z.optional(z.number()),
  taskId: z.optional(z.string()),
  /** Of a skip or a wait. */
  reason: z.optional(z.string()),
  /** Of a rejection. */
  code: z.optional(z.string()),
  progress: z.optional(z.looseObject({ state: z.enum(progressStates) })),
  /** What a dry run would have bought. */
  dryRun: z.exactOptional(z.object({ count: z.number(), cost: z.number() })),
});
export type ListedJob = Readonly<z.output<typeof listedJob>>;

/** Where a listing over several clusters stands: at the last job that was shown. */
export type Position = Pick<ListedJob, 'at' | 'cluster' | 'key'> & {
  /** Needed only where it was a note on a job that waits. */
  readonly outcome?: ListedJob['outcome'];
};

export interface Listing {
  readonly clusters: readonly string[];
  /** An outcome, or how an accepted task ended. */
  readonly state?: (typeof listedStates)[number];
  readonly source?: string;
  /** The task that a job was settled with. */
  readonly taskId?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly after?: Position;
}
export const listedStates = [...outcomes, ...progressStates] as const;

export const isWaiting = ({ outcome }: Partial<Pick<ListedJob, 'outcome'>>): boolean => outcome === 'waiting';

export interface JobIndex {
  /** Newest first. @returns at most `limit` jobs, and whether there are more */
  list(listing: Listing, limit: number): Promise<{ readonly jobs: readonly ListedJob[]; readonly more: boolean }>;
  /** The newest job that a listing would show; what comes after it is not looked at. */
  newest(listing: Listing): Promise<ListedJob | undefined>;
}

/** Items that one query looks at when few of them may match: about as many as fit into its 1 MB. */
const filteredPage = 1000;

export function createJobIndex(db: DynamoDBDocumentClient, table: string): JobIndex {
  const ledger = createLedger(db, table);

  /** A note outlives its wait: the job is not to be listed twice, as waiting and as what became of it. */
  async function withoutEnded(jobs: readonly ListedJob[]): Promise<readonly ListedJob[]> {
    const waiting = jobs.filter(isWaiting).map(({ key }) => key);
    if (waiting.length === 0) return jobs;
    const records = await ledger.readJobs(waiting);
    return jobs.filter((job) => !isWaiting(job) || !records.has(job.key));
  }

  async function* newestFirst(cluster: string, listing: Listing, limit: number): AsyncGenerator<ListedJob> {
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
      yield* await withoutEnded((answer.Items ?? []).map((item) => listedJob.parse(item)));
      from = answer.LastEvaluatedKey;
    } while (from);
  }

  const merged = (listing: Listing, limit: number) =>
    merge(listing.clusters.toSorted().map((cluster) => newestFirst(cluster, listing, limit)));

  return {
    async newest(listing) {
      return (await merged(listing, 1).next()).value ?? undefined;
    },
    async list(listing, limit) {
      const jobs: ListedJob[] = [];
      // One more than is shown tells whether there are more.
      for await (const job of merged(listing, limit + 1)) {
        if (jobs.length === limit) return { jobs, more: true };
        jobs.push(job);
      }
      return { jobs, more: false };
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

/** Merges streams that are newest first each; of jobs of one instant, those of the earlier stream come first. */
async function* merge(streams: readonly AsyncGenerator<ListedJob>[]): AsyncGenerator<ListedJob> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let newest: ListedJob | undefined;
    let from = -1;
    for (const [i, head] of heads.entries()) {
      if (head.done || (newest && head.value.at <= newest.at)) continue;
      newest = head.value;
      from = i;
    }
    const stream = streams[from];
    if (!newest || !stream) return;
    yield newest;
    heads[from] = await stream.next();
  }
}
