// Follows a request until its nodes are Ready, or until the job ends otherwise.
import type { Wait } from '../../adapters/notes/waits.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { nodes } from '../../domain/plural.ts';
import { reportJob } from '../report/job-report.ts';
import type { KnownJob } from '../report/known-job.ts';
import { CommandFailed, oneLine } from '../terminal/errors.ts';
import { formatInstant } from '../terminal/instants.ts';

export interface Snapshot {
  /** Undefined while its message is on the queue and no function has received it. */
  readonly job: KnownJob | undefined;
  readonly cluster: Cluster;
}

interface FollowDeps {
  /** As ScaleJob.payload. */
  readonly payload: string;
  readonly read: () => Promise<Snapshot>;
  readonly onStep: (step: string) => void;
  readonly pause: () => Promise<void>;
}

/** @returns the job at its end @throws CommandFailed when the key was used before for another request */
export async function follow({ payload, read, onStep, pause }: FollowDeps): Promise<KnownJob> {
  for (;;) {
    const snapshot = await read();
    const before = snapshot.job && payloadOf(snapshot.job);
    if (before !== undefined && before !== payload)
      throw new CommandFailed(
        `${snapshot.job?.key} was used before to ${before}, and asks now to ${payload}: it goes to the dead-letter queue; use another key`,
      );
    if (snapshot.job && hasEnded(snapshot.job)) return snapshot.job;
    onStep(stepOf(snapshot));
    await pause();
  }
}

/** The nodes are Ready, or were there before. */
export function endedWell(job: KnownJob): boolean {
  if (job.state === 'accepted') return job.progress?.state === 'completed';
  return job.state === 'skipped' && (job.skip.reason === 'satisfied' || job.skip.reason === 'dry-run');
}

/** Undefined for a note: of two requests with one key, the first decision counts. */
function payloadOf(job: KnownJob): string | undefined {
  if ('purchase' in job) return job.purchase.payload;
  if ('wait' in job) return undefined;
  return 'skip' in job ? job.skip.payload : job.verdict.payload;
}

/** A parked purchase ends the waiting: a person must settle it. */
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

function stepOf({ job, cluster }: Snapshot): string {
  if (!job || job.state === 'waiting')
    return `waits on the queue${causeOf(cluster) || (job ? waitInWords(job.wait) : '')}`;
  if (job.state !== 'accepted') return reportJob(job).headline;
  const { verdict, pending } = job;
  const ready = verdict.count - (pending?.count ?? verdict.count);
  return `bought as task ${verdict.taskId ?? 'unknown'}: ${ready} of ${nodes(verdict.count)} Ready`;
}

const waitInWords = ({ why, until }: Wait): string => ` until ${formatInstant(until)}: ${oneLine(why)}`;

/** Why the request is still on the queue, from the cluster item. */
function causeOf({ name, paused, purchase }: Cluster): string {
  if (paused) return `: ${name} is paused by ${paused.by} since ${formatInstant(paused.at)}: ${paused.reason}`;
  if (purchase) return `: the purchase of ${purchase.key} is ${purchase.phase}`;
  return '';
}
