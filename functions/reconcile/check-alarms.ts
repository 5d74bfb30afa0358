// A lost notification is not a lost need: alarms that went off and have no job become one.
import type { Alarms, StandingAlarm } from '../adapters/alarms.ts';
import type { Ledger } from '../adapters/ledger.ts';
import type { Log } from '../adapters/log.ts';
import type { AlertQueue } from '../adapters/queue.ts';
import { parseAlert } from '../domain/alerts/parse-alert.ts';
import type { Config } from '../domain/config-schema.ts';
import { timings } from '../domain/timings.ts';

export interface CheckDeps {
  readonly config: Config;
  /** CloudFormation begins the names of the stack's own alarms with it. */
  readonly stackName: string;
  readonly alarms: Alarms;
  readonly ledger: Pick<Ledger, 'readJobs'>;
  readonly queue: Pick<AlertQueue, 'enqueue'>;
  readonly now: () => number;
  readonly log: Log;
}

/** Whether this minute is one of those in which alarms are checked. @param now epoch milliseconds */
export function isCheckDue(now: number): boolean {
  return Math.floor(now / 60_000) % (timings.alarmCheckMs / 60_000) === 0;
}

/** @throws what reading the alarms or the ledger throws; the next check comes in five minutes. */
export async function checkAlarms({ config, stackName, alarms, ledger, queue, now, log }: CheckDeps): Promise<void> {
  const standing = (await alarms.inAlarm()).filter(
    // Whatever pattern the config has: an alarm about this system must never buy nodes.
    ({ name, changedAt }) => !name.startsWith(`${stackName}-`) && isUnheard(now() - changedAt),
  );
  const bodies = new Map(
    standing.flatMap((alarm) => keysOf(alarm, config).map((key) => [key, notificationOf(alarm)] as const)),
  );
  if (bodies.size === 0) return;
  const known = await ledger.readJobs([...bodies.keys()]);
  for (const [key, body] of bodies) {
    if (known.has(key)) continue;
    log.warn('alarm-unheard', { key });
    await queue.enqueue(body);
  }
}

/**
 * Old enough that its notification is not just on its way, and young enough that no more than a few checks see it: a job
 * that waits its turn has no record yet, and each copy of it is one more message that waits.
 */
function isUnheard(ageMs: number): boolean {
  return ageMs > timings.alarmGraceMs && ageMs <= timings.alarmGraceMs + 3 * timings.alarmCheckMs;
}

function keysOf(alarm: StandingAlarm, config: Config): readonly string[] {
  const parsed = parseAlert(notificationOf(alarm), { config });
  return parsed.kind === 'jobs' ? parsed.jobs.map(({ key }) => key) : [];
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
