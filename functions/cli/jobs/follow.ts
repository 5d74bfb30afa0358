// Follows a request until its nodes are Ready, or until the job ends otherwise.
import type { Wait } from '../../adapters/notes/waits.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { nodes } from '../../domain/plural.ts';
import { reportJob } from '../report/job-report.ts';
import type { KnownJob } from '../report/known-job.ts';
import { CommandFailed, oneLine } from '../terminal/errors.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { formatInstant } from '../terminal/instants.ts';

export interface Snapshot {
  /** Undefined while its message is on the queue and no function has received it. */
  readonly job: KnownJob | undefined;
  readonly cluster: Cluster;
  /** Why its message is on the dead-letter queue: it becomes no job there. */
  readonly deadLetter?: { readonly reason: string; readonly detail: string } | undefined;
}

interface FollowDeps {
  /** As ScaleJob.payload. */
  readonly payload: string;
  readonly read: () => Promise<Snapshot>;
  readonly onStep: (step: string) => void;
  readonly pause: () => Promise<void>;
  /** Whether the waiting has taken too long. */
  readonly isLate?: () => boolean;
}

/**
 * @returns the job at its end
 * @throws CommandFailed when the key was used before for another request, its message is a dead letter, or it is late
 */
export async function follow({ payload, read, onStep, pause, isLate = () => false }: FollowDeps): Promise<KnownJob> {
  for (;;) {
    const snapshot = await read();
    const { job, deadLetter } = snapshot;
    const conflict = job && conflictWith(job, payload);
    if (conflict !== undefined)
      throw new CommandFailed(`${conflict}: it goes to the dead-letter queue; use another key`);
    if (job && hasEnded(job)) return job;
    if (deadLetter && (!job || job.state === 'waiting'))
      throw new CommandFailed(`its message is on the dead-letter queue (${deadLetter.reason}): ${deadLetter.detail}`);
    const step = stepOf(snapshot);
    onStep(step);
    if (isLate())
      throw new CommandFailed(`--timeout: the time is over, and the job goes on: ${step}`, exitCodes.timedOut);
    await pause();
  }
}

/** Why the job of this key cannot be the request; undefined where it is the same, or not decided. */
export function conflictWith(job: KnownJob, payload: string): string | undefined {
  const before = payloadOf(job);
  if (before === undefined || before === payload) return undefined;
  return `${job.key} was used before to ${before}, and asks now to ${payload}`;
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
