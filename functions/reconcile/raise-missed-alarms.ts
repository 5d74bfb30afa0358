// A lost notification is not a lost need: alarms that went off and have no job become one. And CloudWatch tells of an alarm once: one
// that stands and may ask again is put on the queue once more.
import type { Alarms, StandingAlarm } from '../adapters/cloudwatch/alarms.ts';
import type { Waits } from '../adapters/notes/waits.ts';
import type { AlertQueue } from '../adapters/queue/queue.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { Config } from '../domain/config/types.ts';
import { decisionRecord } from '../domain/job/decision-record.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { timings } from '../domain/timings.ts';
import { hasOutcome } from '../purchase/assess-job.ts';
import { readMessage } from '../purchase/message-jobs.ts';
import { askOf, mayAskNoMore } from '../purchase/need.ts';
import { readViews, type View, type ViewDeps } from '../purchase/read-view.ts';

interface CheckDeps extends ViewDeps {
  readonly config: Config;
  /** CloudFormation begins the names of the stack's own alarms with it. */
  readonly stackName: string;
  readonly alarms: Alarms;
  readonly waits: Waits;
  readonly queue: Pick<AlertQueue, 'enqueue'>;
  readonly log: Log;
}

/** How often the check is due: every minute where an alarm may ask again. */
export const checkIntervalMs = ({ clusters }: Config): number =>
  Object.values(clusters).some(({ alarms }) => alarms.some(({ again }) => again))
    ? timings.askCheckMs
    : timings.alarmCheckMs;

/** @throws what reading the alarms or the ledger throws; the next check tries again. */
export async function raiseMissedAlarms(deps: CheckDeps): Promise<void> {
  const { config, stackName, alarms, waits, queue, now } = deps;
  const standing = (await alarms.inAlarm()).filter(
    // Whatever pattern the config has: an alarm about this system must never buy nodes.
    ({ name, changedAt, suppressed }) =>
      suppressed === undefined && !name.startsWith(`${stackName}-`) && now() - changedAt > timings.alarmGraceMs,
  );
  const needs = standing.flatMap((alarm) => jobsOf(alarm, config, now()).map((job) => ({ alarm, job })));
  if (needs.length === 0) return;
  const jobs = needs.map(({ job }) => job);
  const [views, notes] = await Promise.all([readViews(jobs, deps), waits.read(jobs.map(({ key }) => key))]);
  const asked = new Map<string, number>();
  for (const { alarm, job } of inTurn(needs, now())) {
    const view = views.get(job.cluster);
    if (!view) continue;
    const isMissed = !hasOutcome(job, view) && !notes.has(job.key);
    const before = asked.get(job.cluster) ?? 0;
    const asks = !isMissed && before < asksAtOnce && asksAgain(job, view, config, now());
    if (asks) asked.set(job.cluster, before + 1);
    if ((!isMissed && !asks) || (await alarms.mutedBy(alarm.name)) !== undefined) continue;
    if (isMissed) await raise(alarm, job, deps);
    // Who decides it asks the alarm again, and whether anything is on its way.
    else await queue.enqueue(notificationOf(alarm));
  }
}

/** Of one cluster and check: what asks in vain must not cost in proportion to the alarms that stand. */
const asksAtOnce = 3;

/** Each check begins with another one, so that all have their turn. */
function inTurn<T>(all: readonly T[], now: number): readonly T[] {
  const first = Math.floor(now / timings.askCheckMs) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** Whether an alarm that stands is due to ask again. */
function asksAgain(job: ScaleJob, view: View, config: Config, now: number): boolean {
  return !mayAskNoMore(job, view.cluster) && askOf(job, view, policyOf(config, job.cluster), now) !== undefined;
}

/** The note makes the next check leave it alone: one alarm is one message, however long it stands. */
async function raise(alarm: StandingAlarm, job: ScaleJob, { queue, waits, now, log }: CheckDeps): Promise<void> {
  const { key, cluster, payload } = job;
  const [reason, at] = ['unheard', now()];
  const why = 'no message of its alarm arrived, so the check for missed alarms put it on the queue';
  log.warn('alarm-unheard', { key });
  await queue.enqueue(notificationOf(alarm));
  // Without the note, the next check sends a copy: one more message of the same key.
  await waits
    .note({ key, cluster, payload, reason, why, until: at, at, story: decisionRecord(job, { why, basis: {} }, at) })
    .catch((error: unknown) => log.warn('wait-not-noted', { key, cluster, error }));
}

function jobsOf(alarm: StandingAlarm, config: Config, now: number): readonly ScaleJob[] {
  const message = { body: notificationOf(alarm), attributes: {}, receiveCount: 1, sentAt: now };
  const { content } = readMessage(message, { config, now });
  return content.kind === 'jobs' ? content.jobs : [];
}

/** As SNS would have delivered it, so that both give one key. */
function notificationOf({ name, arn, state, reason, changedAt, operator, threshold }: StandingAlarm): string {
  return JSON.stringify({
    AlarmName: name,
    AlarmArn: arn,
    NewStateValue: state,
    NewStateReason: reason,
    StateChangeTime: new Date(changedAt).toISOString().replace('Z', '+0000'),
    ...(operator !== undefined && { Trigger: { ComparisonOperator: operator, Threshold: threshold } }),
  });
}
