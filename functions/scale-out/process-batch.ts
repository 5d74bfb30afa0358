// A batch of messages in, the ids of those that must come back out. Clusters run side by side; one cluster's jobs run in
// order over one reading of its items. A message is acknowledged only when everything in it has an outcome, stands in a
// slot, waits as a new message, or lies on the dead-letter queue: nothing is deleted unhandled.
import type { AlertMessage } from '../adapters/queue/queue.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { Config } from '../domain/config/types.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { toError } from '../domain/problems.ts';
import { timings } from '../domain/timings.ts';
import type { Answer } from '../purchase/answer.ts';
import { readMessage } from '../purchase/message-jobs.ts';
import { type JobDeps, processJob } from '../purchase/process-job.ts';
import { readViews, type View } from '../purchase/read-view.ts';
import { carryOut, type MessageOutcome, type OutcomeDeps } from './message-outcome.ts';

export interface BatchDeps extends Omit<JobDeps, 'policyOf' | 'help' | 'onWrite'>, OutcomeDeps {
  readonly config: Config;
  /** Finishes what is in a cluster's slot, as the reconciler would; begins nothing new from `until` on, epoch milliseconds. */
  readonly reconcile: (cluster: string, until: number) => Promise<void>;
}

/** How often a job starts over when others keep moving its cluster on, before its message takes a break. */
const maxStarts = 5;

/** Receives of a message that has failed each time, from which on a metric counts it: SQS leaves it out of the age of its queue. */
const repeatedly = 3;

type Part = { readonly job: ScaleJob; readonly message: AlertMessage };

/** @param deadline epoch milliseconds at which the function is stopped. @returns the ids of the messages that must come back */
export async function processBatch(
  messages: readonly AlertMessage[],
  deadline: number,
  deps: BatchDeps,
): Promise<string[]> {
  const outcomes = new Map<string, MessageOutcome[]>(messages.map(({ messageId }) => [messageId, []]));
  const parts: Part[] = [];
  for (const message of messages) {
    const content = contentOf(message, deps);
    if (content.kind === 'jobs') parts.push(...content.jobs.map((job) => ({ job, message })));
    else outcomes.get(message.messageId)?.push(content);
  }
  // What cannot be read together is read again apart, where a failure is that of one cluster's jobs.
  const views = await readViews(
    parts.map(({ job }) => job),
    deps.ledger,
  ).catch(() => undefined);
  const clusters = Map.groupBy(parts, ({ job }) => job.cluster);
  await Promise.all(
    [...clusters].map(([cluster, its]) =>
      processCluster(cluster, its, views?.get(cluster), deadline, deps, ({ message }, answer) =>
        outcomes.get(message.messageId)?.push(answer),
      ),
    ),
  );
  const finished = await Promise.all(
    messages.map((message) => carryOut(message, outcomes.get(message.messageId) ?? [], deps)),
  );
  const back = messages.filter((_, at) => !finished[at]);
  const again = back.filter(({ receiveCount }) => receiveCount >= repeatedly);
  if (again.length > 0) deps.metrics.add('RepeatedFailures', again.length);
  return back.map(({ messageId }) => messageId);
}

function contentOf(message: AlertMessage, { config, log, metrics, now }: BatchDeps) {
  const { source, content, warnings, truncated } = readMessage(message, config, now());
  // A copy that waited, or one that failed, is the same alert.
  if (message.receiveCount === 1 && message.attributes['deferrals'] === undefined) {
    metrics.add('AlertsReceived', 1, { source });
    if (truncated > 0) metrics.add('TruncatedAlerts', truncated, { source });
  }
  for (const warning of warnings) log.warn('alert-incomplete', { messageId: message.messageId, warning });
  return content;
}

async function processCluster(
  cluster: string,
  parts: readonly Part[],
  asRead: View | undefined,
  deadline: number,
  deps: BatchDeps,
  answered: (part: Part, answer: Answer) => void,
): Promise<void> {
  const help = helpOnce(deadline, deps);
  let view = asRead;
  for (const [at, part] of parts.entries()) {
    const { job } = part;
    const later = parts.slice(at + 1).map((one) => one.job);
    // A write to the cluster's item, or to the record of a key that comes again in the batch, ends the reading; nothing else does.
    let outdated = false;
    const jobDeps: JobDeps = {
      ...deps,
      policyOf: (name) => policyOf(deps.config, name),
      help,
      onWrite(item) {
        outdated ||= item === 'cluster' || later.some(({ key }) => key === item.key);
      },
    };
    let answer: Answer = { kind: 'again' };
    for (let start = 0; answer.kind === 'again' && start < maxStarts; start += 1) {
      if (deps.now() + timings.jobTimeMs > deadline) {
        answer = { kind: 'retry', why: 'the function has no time left to start it' };
        break;
      }
      outdated = false;
      try {
        view ??= (await readViews([job, ...later], deps.ledger)).get(cluster);
        if (view) answer = await processJob(job, view, jobDeps);
      } catch (error) {
        deps.log.error('job-failed', { key: job.key, cluster, error });
        answer = { kind: 'retry', why: toError(error).message };
      }
      if (outdated) view = undefined;
    }
    if (answer.kind === 'again') answer = { kind: 'retry', why: `others moved ${cluster} on ${maxStarts} times` };
    deps.log.info('job', { key: job.key, cluster, source: job.source, messageId: part.message.messageId, ...answer });
    answered(part, answer);
  }
}

/** One visit finishes all that can be finished now: a second one in the same batch would only list the same tasks. */
function helpOnce(deadline: number, { reconcile, log }: BatchDeps): (cluster: string) => Promise<void> {
  let helped = false;
  return async (cluster) => {
    if (helped) return;
    helped = true;
    // The timer comes in any case, and this job must only wait.
    await reconcile(cluster, deadline - timings.jobTimeMs).catch((error: unknown) =>
      log.warn('help-failed', { cluster, error }),
    );
  };
}
