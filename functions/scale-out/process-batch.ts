// A batch of messages in, the ids of those that must come back out. Clusters run side by side; one cluster's jobs run in
// order over one reading of its items; the alerts of a message are one decision for each rule (need.ts). A message is acknowledged only when everything in it has an outcome, stands in a
// slot, waits as a new message, or lies on the dead-letter queue: nothing is deleted unhandled.
import type { Recoveries } from '../adapters/notes/recoveries.ts';
import type { AlertMessage } from '../adapters/queue/queue.ts';
import type { AwsHome } from '../domain/alerts/alarm-origin.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { Config } from '../domain/config/types.ts';
import type { Recovery } from '../domain/job/recovery.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { toError } from '../domain/problems.ts';
import { timings } from '../domain/timings.ts';
import type { Answer } from '../purchase/answer.ts';
import { readMessage } from '../purchase/message-jobs.ts';
import { chooseJob, isLeft, type Need, needsOf } from '../purchase/need.ts';
import { type JobDeps, processJob } from '../purchase/process-job.ts';
import { readViews, type View } from '../purchase/read-view.ts';
import { carryOut, type MessageOutcome, type OutcomeDeps } from './message-outcome.ts';

export interface BatchDeps extends Omit<JobDeps, 'policyOf' | 'help' | 'onWrite'>, OutcomeDeps {
  readonly config: Config;
  readonly home: AwsHome;
  readonly recoveries: Recoveries;
  /** Finishes what is in a cluster's slot, as the reconciler would; begins nothing new from `until` on, epoch milliseconds. */
  readonly reconcile: (cluster: string, until: number) => Promise<void>;
}

/** How often a job starts over when others keep moving its cluster on, before its message takes a break. */
const maxStarts = 5;

/** Receives of a message that has failed each time, from which on a metric counts it: SQS leaves it out of the age of its queue. */
const repeatedly = 3;

interface Part {
  readonly need: Need;
  readonly message: AlertMessage;
}

/** @param deadline epoch milliseconds at which the function is stopped. @returns the ids of the messages that must come back */
export async function processBatch(
  messages: readonly AlertMessage[],
  deadline: number,
  deps: BatchDeps,
): Promise<string[]> {
  const read = messages.map((message) => ({ message, ...contentOf(message, deps) }));
  // Before any view is read: a job of this batch must find them.
  const outcomes = new Map(
    await Promise.all(
      read.map(
        async ({ message, recoveries }): Promise<[string, MessageOutcome[]]> => [
          message.messageId,
          await writeRecoveries(message, recoveries, deps),
        ],
      ),
    ),
  );
  const parts: Part[] = [];
  for (const { message, content } of read)
    if (content.kind === 'jobs')
      parts.push(...needsOf(content.jobs, deps.config, deps.now()).map((need) => ({ need, message })));
    else outcomes.get(message.messageId)?.push(content);
  // What cannot be read together is read again apart, where a failure is that of one cluster's jobs.
  const views = await readViews(jobsOf(parts), deps).catch(() => undefined);
  const clusters = Map.groupBy(parts, ({ need: [{ cluster }] }) => cluster);
  await Promise.all(
    [...clusters].map(([cluster, its]) =>
      processCluster(cluster, its, views?.get(cluster), deadline, deps, ({ message }, answer) =>
        outcomes.get(message.messageId)?.push(answer),
      ),
    ),
  );
  const finished = await Promise.all(
    read.map(({ message, content }) =>
      carryOut(message, content.kind === 'jobs' ? content.jobs.length : 0, outcomes.get(message.messageId) ?? [], deps),
    ),
  );
  const back = messages.filter((_, at) => !finished[at]);
  const again = back.filter(({ receiveCount }) => receiveCount >= repeatedly);
  if (again.length > 0) deps.metrics.add('RepeatedFailures', again.length);
  return back.map(({ messageId }) => messageId);
}

const jobsOf = (parts: readonly Part[]): readonly ScaleJob[] => parts.flatMap(({ need }) => need);

function contentOf(message: AlertMessage, { config, home, log, metrics, now }: BatchDeps) {
  const { source, content, recoveries, warnings, truncated } = readMessage(message, { config, home, now: now() });
  // A copy that waited, or one that failed, is the same alert.
  if (message.receiveCount === 1 && message.attributes['deferrals'] === undefined) {
    metrics.add('AlertsReceived', 1, { source });
    if (truncated > 0) metrics.add('TruncatedAlerts', truncated, { source });
  }
  for (const warning of warnings) log.warn('alert-incomplete', { messageId: message.messageId, warning });
  return { content, recoveries };
}

/** Recoveries that are not written must come back: a job that waits would buy for what is over. */
async function writeRecoveries(
  { messageId }: AlertMessage,
  ended: readonly Recovery[],
  { recoveries, log }: BatchDeps,
): Promise<MessageOutcome[]> {
  if (ended.length === 0) return [];
  try {
    await recoveries.write(ended);
    log.info('recovered', { messageId, alerts: ended.length });
    return [];
  } catch (error) {
    log.error('recovery-not-written', { messageId, alerts: ended.length, error });
    return [{ kind: 'retry', why: toError(error).message }];
  }
}

async function processCluster(
  cluster: string,
  parts: readonly Part[],
  asRead: View | undefined,
  deadline: number,
  deps: BatchDeps,
  answered: (part: Part, answer: Answer) => void,
): Promise<void> {
  let view = asRead;
  let helped = false;
  for (const [at, { need, message }] of parts.entries()) {
    const later = jobsOf(parts.slice(at + 1));
    const laterKeys = new Set(later.map(({ key }) => key));
    // A write to the cluster's item, or to the record of a key that comes again in the batch, ends the reading; nothing else does.
    let outdated = false;
    const policy = policyOf(deps.config, cluster);
    const jobDeps: JobDeps = {
      ...deps,
      policyOf: () => policy,
      async help() {
        // One visit finishes all that can be finished now: a second one in the same batch would only list the same tasks.
        if (helped) return;
        helped = true;
        outdated = true;
        // The timer comes in any case, and this job must only wait.
        await deps
          .reconcile(cluster, deadline - timings.jobTimeMs)
          .catch((error: unknown) => deps.log.warn('help-failed', { cluster, error }));
      },
      onWrite(item) {
        outdated ||= item === 'cluster' || laterKeys.has(item.key);
      },
    };
    const lately = new Set<string>();
    let answer: Answer = { kind: 'again' };
    // One decision answers most alerts of a message. What it leaves is decided after it.
    do {
      let [job] = need;
      answer = { kind: 'again' };
      for (let start = 0; answer.kind === 'again' && start < maxStarts; start += 1) {
        if (deps.now() + timings.jobTimeMs > deadline) {
          answer = { kind: 'retry', why: 'the function has no time left to start it' };
          break;
        }
        outdated = false;
        try {
          view ??= (await readViews([...need, ...later], deps)).get(cluster);
          if (view) {
            job = chooseJob(need, view, policy, deps.now(), lately);
            answer = await processJob(job, view, jobDeps);
          }
        } catch (error) {
          deps.log.error('job-failed', { key: job.key, cluster, error });
          answer = { kind: 'retry', why: toError(error).message };
        }
        if (outdated || need.length > 1) view = undefined;
      }
      if (answer.kind === 'again') answer = { kind: 'retry', why: `others moved ${cluster} on ${maxStarts} times` };
      const { key, source, alerts } = job;
      const of = { key, cluster, source, messageId: message.messageId, ...(alerts && { alerts }) };
      if (answer.kind !== 'done' || !answer.quiet) deps.log.info('job', { ...of, ...answer });
      if (answer.kind !== 'done' || answer.outcome === 'replayed' || need.length === 1) break;
      lately.add(key);
      view = await readViews([...need, ...later], deps).then(
        (views) => views.get(cluster),
        () => undefined,
      );
      if (!view) answer = { kind: 'retry', why: 'what it leaves could not be read' };
      else if (!isLeft(need, view, policy, deps.now(), lately)) break;
      // The next alert would most likely be rejected as well, at once.
      else if (answer.outcome === 'rejected')
        answer = {
          kind: 'defer',
          reason: 'cooldown',
          until: deps.now() + timings.afterRejectionMs,
          why: 'another alert of its message was rejected',
        };
    } while (answer.kind === 'done');
    answered({ need, message }, answer);
  }
}
