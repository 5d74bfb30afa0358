// A lost notification is not a lost need: alarms that went off and have no job become one.
import type { Alarms, StandingAlarm } from '../adapters/cloudwatch/alarms.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { Waits } from '../adapters/notes/waits.ts';
import type { AlertQueue } from '../adapters/queue/queue.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import { parseAlert } from '../domain/alerts/parse-alert.ts';
import type { Config } from '../domain/config/types.ts';
import { decisionRecord } from '../domain/job/decision-record.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { timings } from '../domain/timings.ts';

interface CheckDeps {
  readonly config: Config;
  /** CloudFormation begins the names of the stack's own alarms with it. */
  readonly stackName: string;
  readonly alarms: Alarms;
  readonly ledger: Pick<Ledger, 'readJobs'>;
  readonly waits: Waits;
  readonly queue: Pick<AlertQueue, 'enqueue'>;
  readonly now: () => number;
  readonly log: Log;
}

/** @throws what reading the alarms or the ledger throws; the next check comes in five minutes. */
export async function raiseMissedAlarms(deps: CheckDeps): Promise<void> {
  const { config, stackName, alarms, ledger, waits, now } = deps;
  const standing = (await alarms.inAlarm()).filter(
    // Whatever pattern the config has: an alarm about this system must never buy nodes.
    ({ name, changedAt, suppressed }) =>
      suppressed === undefined && !name.startsWith(`${stackName}-`) && now() - changedAt > timings.alarmGraceMs,
  );
  const needs = standing.flatMap((alarm) => jobsOf(alarm, config, now()).map((job) => ({ alarm, job })));
  if (needs.length === 0) return;
  const keys = needs.map(({ job }) => job.key);
  const [records, notes] = await Promise.all([ledger.readJobs(keys), waits.read(keys)]);
  for (const { alarm, job } of needs) {
    if (records.has(job.key) || notes.has(job.key) || (await alarms.mutedBy(alarm.name)) !== undefined) continue;
    await raise(alarm, job, deps);
  }
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
  const parsed = parseAlert(notificationOf(alarm), { config, now });
  return parsed.kind === 'jobs' ? parsed.jobs : [];
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
