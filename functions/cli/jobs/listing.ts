// A page of jobs: first the purchase slots, then the index, newest first. Slots, and verdicts that are not copied yet, are
// read from the cluster items, because the index does not have them.
import type { JobIndex, JobPage } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import { isWaiting, type ListedJob, listedStates, type Position } from '../../adapters/ledger/listed-job.ts';
import type { DryRun } from '../../domain/job/decision.ts';
import type { Purchase, Verdict } from '../../domain/job/purchase.ts';
import type { JobState } from '../report/state-colours.ts';

export interface Line {
  readonly key: string;
  readonly cluster: string;
  readonly state: JobState;
  /** Of the outcome, the signature, or the latest note that it waits. */
  readonly at: number;
  readonly source: string;
  readonly count?: number;
  /** What `count` nodes cost, in the currency of the cluster. */
  readonly cost?: number;
  /** Of a purchase: the nodes that were Ready when the reconciler wrote its state, and when that was. */
  readonly came?: { readonly nodes: number; readonly at: number };
  /** Of a job that is `skipped`. */
  readonly dryRun?: DryRun;
  readonly taskId?: string;
  readonly why: string;
}

interface ListRequest {
  readonly clusters: readonly string[];
  /** Configured clusters only: the ledger creates an item for every name that it reads. */
  readonly unfinishedOf: readonly string[];
  readonly state?: JobState;
  readonly source?: string;
  readonly since?: number;
  /** Inclusive. */
  readonly until?: number;
  readonly after?: Position;
  readonly limit: number;
}

export type Page = Omit<JobPage, 'jobs'> & { readonly lines: readonly Line[] };

export async function listJobs(
  request: ListRequest,
  {
    ledger,
    index,
  }: { readonly ledger: Pick<Ledger, 'readClusters' | 'readJobs'>; readonly index: Pick<JobIndex, 'list'> },
): Promise<Page> {
  const { clusters, unfinishedOf, state, source, since, until, after, limit } = request;
  const unfinished = await unfinishedIn(unfinishedOf, ledger);
  // Unfinished jobs come first on the first page, however old they are.
  const lines = (after ? [] : unfinished).filter(
    (line) =>
      (state === undefined || line.state === state) &&
      (source === undefined || line.source === source) &&
      (since === undefined || line.at >= since) &&
      (until === undefined || line.at <= until),
  );
  const listed = listedStates.find((one) => one === state);
  if (state !== undefined && listed === undefined) return { lines };
  const filter = { ...(listed && { state: listed }), ...(source !== undefined && { source }) };
  const position = {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(after && { after }),
  };
  const { jobs, ...rest } = await index.list({ clusters, ...filter, ...position }, limit);
  const shown = new Set(lines.map(({ key }) => key));
  // A note stays after its wait: the slot or the verdict replaces it.
  const begun = new Set(unfinished.map(({ key }) => key));
  return {
    lines: [
      ...lines,
      ...jobs.filter((job) => !shown.has(job.key) && !(isWaiting(job) && begun.has(job.key))).map(lineOf),
    ],
    ...rest,
  };
}

async function unfinishedIn(
  names: readonly string[],
  ledger: Pick<Ledger, 'readClusters' | 'readJobs'>,
): Promise<readonly Line[]> {
  const clusters = [...(await ledger.readClusters(names)).values()];
  const verdicts = clusters.flatMap((cluster) => Object.keys(cluster.done));
  const records = verdicts.length > 0 ? await ledger.readJobs(verdicts) : new Map();
  return clusters.flatMap((cluster) => [
    ...(cluster.purchase ? [slotLine(cluster.name, cluster.purchase)] : []),
    ...Object.entries(cluster.done)
      .filter(([key]) => !records.has(key))
      .map(([key, verdict]) => verdictLine(cluster.name, key, verdict)),
  ]);
}

function slotLine(cluster: string, { key, phase, signedAt, count, cost, story, why }: Purchase): Line {
  return { key, cluster, state: phase, at: signedAt, source: story.source, count, cost, why: why ?? story.decision };
}

function verdictLine(cluster: string, key: string, { outcome, at, count, cost, story, taskId }: Verdict): Line {
  const task = taskId === undefined ? {} : { taskId };
  return { key, cluster, state: outcome, at, source: story.source, count, cost, ...task, why: story.decision };
}

/** Of a job of the index, or of its record, which has the same attributes. */
export function lineOf(job: ListedJob): Line {
  const { key, cluster, outcome, progress, at, story, count, cost, dryRun, taskId, reason, code } = job;
  const said = reason ?? code;
  return {
    key,
    cluster,
    state: progress?.state ?? outcome,
    at,
    source: story.source,
    ...(count !== undefined && { count }),
    ...(cost !== undefined && { cost }),
    ...(progress?.at !== undefined && { came: { nodes: cameOf(progress), at: progress.at } }),
    ...(dryRun && { dryRun }),
    ...(taskId !== undefined && { taskId }),
    why: said === undefined ? story.decision : `${said}: ${story.decision}`,
  };
}

/** The states have different names for it. */
const cameOf = ({ readyNodes, got, ready }: NonNullable<ListedJob['progress']>): number =>
  readyNodes ?? got ?? ready ?? 0;
