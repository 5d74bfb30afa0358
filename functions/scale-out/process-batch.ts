// A batch of messages in, the ids of those that must come back out. Clusters run side by side. A message is acknowledged only when
// everything in it has an outcome, stands in a slot, waits as a new message, or lies on the dead-letter queue: nothing is deleted unhandled.
import type { Recoveries } from '../adapters/notes/recoveries.ts';
import type { AlertMessage } from '../adapters/queue/queue.ts';
import type { AwsHome } from '../domain/alerts/alarm-origin.ts';
import type { Recovery } from '../domain/job/recovery.ts';
import { toError } from '../domain/problems.ts';
import { readMessage } from '../purchase/message-jobs.ts';
import { needsOf } from '../purchase/need.ts';
import { readViews } from '../purchase/read-view.ts';
import { carryOut, type MessageOutcome, type OutcomeDeps } from './message-outcome.ts';
import { type ClusterDeps, jobsOf, type Part, processCluster } from './process-cluster.ts';

export interface BatchDeps extends ClusterDeps, OutcomeDeps {
  readonly home: AwsHome;
  readonly recoveries: Recoveries;
}

/** Receives of a message that has failed each time, from which on a metric counts it: SQS leaves it out of the age of its queue. */
const repeatedly = 3;

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
