// An alarm speaks once. A job that was held back is decided anew with the alarm as it stands when it comes back.
import type { Alarms } from '../adapters/alarms.ts';
import type { Log } from '../adapters/log.ts';
import { breachOf } from '../domain/alerts/cloudwatch-breach.ts';
import type { ScaleJob } from '../domain/scale-job.ts';

/** The job as it stands now; undefined when its alarm has recovered. */
export type StillStands = (job: ScaleJob) => Promise<ScaleJob | undefined>;

export function createStillStands({
  alarms,
  now,
  log,
}: {
  readonly alarms: Alarms;
  readonly now: () => number;
  readonly log: Log;
}): StillStands {
  return async (job) => {
    if (job.alarmArn === undefined || job.intent.kind !== 'breach') return job;
    const alarm = await alarms.read(job.alarmArn).catch((error: unknown) => {
      log.warn('alarm-unread', { key: job.key, error });
      return undefined;
    });
    // Without a way to ask, the age of the alert decides, as for every other sender.
    if (!alarm) return job;
    if (alarm.state !== 'ALARM') return undefined;
    const by = breachOf(alarm);
    const { kind, alarm: name } = job.intent;
    // It still needs the nodes, so it is as young as the answer.
    return { ...job, intent: { kind, alarm: name, ...(by !== undefined && { by }) }, occurredAt: now() };
  };
}
