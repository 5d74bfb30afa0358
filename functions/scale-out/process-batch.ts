// A batch of messages in, the ids of those that must come back out. Clusters run side by side; one cluster's jobs run in
// order over one reading of its items. A message is acknowledged only when everything in it has an outcome, stands in a
// slot, waits as a new message, or lies on the dead-letter queue: nothing is deleted unhandled.
import type { AlertMessage, AlertQueue } from '../adapters/queue/queue.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { Config } from '../domain/config/types.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { timings } from '../domain/timings.ts';
import { type JobDeps, processJob, type View } from '../purchase/process-job.ts';
import type { Answer, WaitReason } from '../purchase/send-purchase.ts';
import { missingJobs, readMessage, type Unread } from './message-jobs.ts';

export interface BatchDeps extends Omit<JobDeps, 'policyOf' | 'help'> {
  readonly config: Config;
  readonly queue: AlertQueue;
  /** Uniform in [0, 1): spreads waits, so that what failed together does not come back together. */
  readonly random: () => number;
  /** Finishes what stands in a cluster's slot, as the reconciler would; begins nothing new from `until` on, epoch milliseconds. */
  readonly reconcile: (cluster: string, until: number) => Promise<void>;
}

/** How often a job starts over when others keep moving its cluster on, before its message takes a break. */
const maxStarts = 5;

/** Failures of a message of which a person should hear. From then on SQS leaves it out of the age of its queue. */
const repeatedly = 3;

type Part = { readonly job: ScaleJob; readonly message: AlertMessage };
/** What becomes of a message: the answers of all its jobs, or a reason why it has none. */
type Fate = Answer | Unread;

/** @param deadline epoch milliseconds at which the function is stopped. @returns the ids of the messages that must come back. */
export async function processBatch(
  messages: readonly AlertMessage[],
  deadline: number,
  deps: BatchDeps,
): Promise<string[]> {
  const fates = new Map<string, Fate[]>(messages.map(({ messageId }) => [messageId, []]));
  const parts: Part[] = [];
  for (const message of messages) {
    const read = readMessage(message, deps);
    if ('jobs' in read) parts.push(...read.jobs.map((job) => ({ job, message })));
    else fates.get(message.messageId)?.push(read);
  }
  // What cannot be read together is read again apart, where a failure is that of one cluster's jobs.
  const views = await readViews(parts, deps).catch(() => undefined);
  const clusters = Map.groupBy(parts, ({ job }) => job.cluster);
  await Promise.all(
    [...clusters].map(([cluster, its]) =>
      processCluster(cluster, its, views?.get(cluster), deadline, deps, ({ message }, answer) =>
        fates.get(message.messageId)?.push(answer),
      ),
    ),
  );
  const finished = await Promise.all(
    messages.map((message) => finish(message, fates.get(message.messageId) ?? [], deps)),
  );
  const back = messages.filter((_, at) => !finished[at]);
  const again = back.filter(({ receiveCount }) => receiveCount >= repeatedly);
  if (again.length > 0) deps.metrics.add('RepeatedFailures', again.length);
  return back.map(({ messageId }) => messageId);
}

async function processCluster(
  cluster: string,
  parts: readonly Part[],
  asRead: View | undefined,
  deadline: number,
  deps: BatchDeps,
  answered: (part: Part, answer: Answer) => void,
): Promise<void> {
  const jobDeps: JobDeps = { ...deps, policyOf: (name) => policyOf(deps.config, name), help: helpOnce(deadline, deps) };
  let view = asRead;
  for (const [at, part] of parts.entries()) {
    const { job } = part;
    let answer: Answer = { kind: 'again' };
    for (let start = 0; answer.kind === 'again' && start < maxStarts; start += 1) {
      if (deps.now() + timings.jobTimeMs > deadline) {
        answer = { kind: 'retry', why: 'the function has no time left to start it' };
        break;
      }
      try {
        view ??= (await readViews(parts.slice(at), deps)).get(cluster);
        if (view) answer = await processJob(job, view, jobDeps);
      } catch (error) {
        deps.log.error('job-failed', { key: job.key, cluster, error });
        answer = { kind: 'retry', why: error instanceof Error ? error.message : String(error) };
      }
      const comesAgain = () => parts.slice(at + 1).some((later) => later.job.key === job.key);
      if (!leavesAsRead(answer, comesAgain)) view = undefined;
    }
    if (answer.kind === 'again') answer = { kind: 'retry', why: `others moved ${cluster} on ${maxStarts} times` };
    deps.log.info('job', { key: job.key, cluster, source: job.source, messageId: part.message.messageId, ...answer });
    answered(part, answer);
  }
}

/** The clusters first, then the jobs: a purchase that moved from a cluster item to its record between is then seen. */
async function readViews(parts: readonly Part[], { ledger }: BatchDeps): Promise<ReadonlyMap<string, View>> {
  if (parts.length === 0) return new Map();
  const clusters = await ledger.readClusters(parts.map(({ job }) => job.cluster));
  const jobs = await ledger.readJobs(parts.map(({ job }) => job.key));
  return new Map([...clusters].map(([name, cluster]) => [name, { cluster, jobs }]));
}

/** What was done or found in the slot: the cluster is, or may soon be, another one. */
const slotReasons: readonly WaitReason[] = ['sending', 'busy', 'not-sent'];

/**
 * Skips, replays and decisions to wait write nothing to the cluster item: the next job is decided over the same reading. But a
 * skip is a record of its job, which another copy of it must find.
 */
function leavesAsRead(answer: Answer, comesAgain: () => boolean): boolean {
  switch (answer.kind) {
    case 'conflict':
      return true;
    case 'done':
      return answer.outcome === 'replayed' || (answer.outcome === 'skipped' && !comesAgain());
    case 'defer':
      return !slotReasons.includes(answer.reason);
    default:
      return false;
  }
}

/** One visit finishes all that can be finished now: a second one in the same batch would only list the same tasks. */
function helpOnce(deadline: number, { reconcile, log }: BatchDeps): (cluster: string) => Promise<void> {
  let helped = false;
  return async (cluster) => {
    if (helped) return;
    helped = true;
    // Help is a courtesy: the timer comes in any case, and this job must only wait.
    await reconcile(cluster, deadline - timings.jobTimeMs).catch((error: unknown) =>
      log.warn('help-failed', { cluster, error }),
    );
  };
}

/** Carries the answers out. @returns whether the message may be deleted */
async function finish(message: AlertMessage, fates: readonly Fate[], deps: BatchDeps): Promise<boolean> {
  const fate = worst(fates);
  try {
    switch (fate.kind) {
      case 'done': {
        const missing = missingJobs(message, fates.length);
        return missing === undefined || (await bury(message, 'unconfigured', missing, deps));
      }
      case 'ignore':
        // It may have been a job when it came before, under another config: a mistake there must not lose a need.
        if (fate.unclaimed && cameBefore(message)) return await bury(message, 'unconfigured', fate.why, deps);
        deps.log.info('ignored', { messageId: message.messageId, why: fate.why });
        return true;
      case 'conflict':
        return await bury(message, 'conflict', fate.why, deps);
      case 'poison':
        return await bury(message, fate.reason, fate.why, deps);
      case 'defer':
        // Waiting is no failure: a new message waits, so receive counts and the dead-letter queue speak of failures only.
        await deps.queue.defer(asWaiting(message, fates.length, deps.now()), waitMs(message, fate.until, deps));
        for (const one of fates) if (one.kind === 'defer') deps.metrics.add('Deferrals', 1, { reason: one.reason });
        return true;
      case 'retry':
      case 'again':
        await deps.queue.hide(message, retryMs(message, deps));
        return false;
    }
  } catch (error) {
    deps.log.error('message-failed', { messageId: message.messageId, intended: fate.kind, error });
    return false;
  }
}

/** For a person to look at. @returns true: the message may be deleted */
async function bury(message: AlertMessage, reason: string, why: string, { queue, log, metrics }: BatchDeps) {
  await queue.deadLetter(message, reason, why);
  log.warn('dead-lettered', { messageId: message.messageId, reason, why });
  metrics.add('DeadLettered', 1, { reason });
  return true;
}

/** Keeps when it came at first: a copy that waits must not look like a new alert. And of several jobs how many they are. */
function asWaiting(message: AlertMessage, jobs: number, now: number): AlertMessage {
  return {
    ...message,
    attributes: { arrivedAt: String(now), ...(jobs > 1 && { jobs: String(jobs) }), ...message.attributes },
  };
}

/** It failed, waited, or was among the dead letters. */
function cameBefore({ receiveCount, attributes }: AlertMessage): boolean {
  return receiveCount > 1 || attributes['arrivedAt'] !== undefined;
}

/** The answer that asks most of the message: as long as one of its jobs needs it, it stays; finished ones replay. */
function worst(fates: readonly Fate[]): Fate {
  const order: readonly Fate['kind'][] = ['again', 'retry', 'defer', 'conflict', 'poison', 'ignore', 'done'];
  return (
    fates.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0] ?? { kind: 'retry', why: 'no answer' }
  );
}

/** At least until the instant that the job waits for, more after each deferral, at most what SQS can delay. */
function waitMs({ attributes }: AlertMessage, until: number, { now, random }: BatchDeps): number {
  const deferrals = Math.min(Number(attributes['deferrals'] ?? 0) || 0, 5);
  const floor = timings.busyDelayMs * 2 ** deferrals * 0.5;
  return Math.min(Math.max(until - now(), floor) * (1 + random() / 10), timings.maxDelayMs);
}

/**
 * Exponential with jitter: about 7 s, 20 s, 1 min, 3 min, and 11 min from then on. Eight receives (infra/max-receives.ts)
 * so outlast an outage of more than half an hour before the dead-letter queue calls a person.
 */
function retryMs({ receiveCount }: AlertMessage, { random }: BatchDeps): number {
  const ceiling = Math.min(10_000 * 3 ** Math.min(receiveCount - 1, 5), timings.maxDelayMs);
  return ceiling * (0.5 + random() / 2);
}
