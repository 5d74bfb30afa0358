// Follows a request to its end: its nodes are Ready, or nothing more will come of it by itself.
import type { Wait } from '../../adapters/ledger/waits.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { reportJob } from '../report/job-report.ts';
import type { KnownJob } from '../report/known-job.ts';
import { nodes } from '../report/wording.ts';
import { CommandFailed, oneLine } from '../terminal/errors.ts';
import { formatInstant } from '../terminal/instants.ts';

export interface Sight {
  /** Undefined while the ledger knows nothing of it: it waits on the queue. */
  readonly job: KnownJob | undefined;
  readonly cluster: Cluster;
}

export interface FollowDeps {
  /** What was asked for, as the ledger would store it (ScaleJob.payload). */
  readonly payload: string;
  readonly look: () => Promise<Sight>;
  /** Is told where the request stands, after every look. */
  readonly tell: (step: string) => void;
  readonly pause: () => Promise<void>;
}

/** @returns the job as it ended @throws CommandFailed when the key was used before for something else */
export async function follow({ payload, look, tell, pause }: FollowDeps): Promise<KnownJob> {
  for (;;) {
    const sight = await look();
    const before = sight.job && payloadOf(sight.job);
    if (before !== undefined && before !== payload)
      throw new CommandFailed(
        `${sight.job?.key} was used before to ${before}, and asks now to ${payload}: it goes to the dead-letter queue; use another key`,
      );
    if (sight.job && hasEnded(sight.job)) return sight.job;
    tell(stepOf(sight));
    await pause();
  }
}

/** Whether it ended as it was meant to: the nodes are there, or were before. */
export function endedWell(job: KnownJob): boolean {
  if (job.state === 'accepted') return job.progress?.state === 'completed';
  return job.state === 'skipped' && (job.skip.reason === 'satisfied' || job.skip.reason === 'dry-run');
}

/** None of a note that it waits: of two intents under one key, the one that is decided first counts. */
function payloadOf(job: KnownJob): string | undefined {
  if ('purchase' in job) return job.purchase.payload;
  if ('wait' in job) return undefined;
  return 'skip' in job ? job.skip.payload : job.verdict.payload;
}

/** A parked purchase has ended as far as waiting goes: it waits for a person. */
function hasEnded(job: KnownJob): boolean {
  switch (job.state) {
    case 'waiting':
    case 'sending':
    case 'unknown':
      return false;
    case 'accepted':
      return job.progress !== undefined;
    case 'parked':
    case 'rejected':
    case 'abandoned':
    case 'skipped':
      return true;
  }
}

function stepOf({ job, cluster }: Sight): string {
  if (!job || job.state === 'waiting')
    return `waits on the queue${holdUp(cluster) || (job ? toldToWait(job.wait) : '')}`;
  if (job.state !== 'accepted') return reportJob(job).headline;
  const { verdict, pending } = job;
  const ready = verdict.count - (pending?.count ?? verdict.count);
  return `bought as task ${verdict.taskId ?? 'unknown'}: ${ready} of ${nodes(verdict.count)} Ready`;
}

const toldToWait = ({ why, until }: Wait): string => ` until ${formatInstant(until)}: ${oneLine(why)}`;

/** What keeps a request on the queue, as far as the cluster's item tells. */
function holdUp({ name, paused, purchase }: Cluster): string {
  if (paused) return `: ${name} is paused by ${paused.by} since ${formatInstant(paused.at)}: ${paused.reason}`;
  if (purchase) return `: the purchase of ${purchase.key} is ${purchase.phase}`;
  return '';
}
