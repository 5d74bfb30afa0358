// An alarm speaks once. A job that was held back is decided anew with the alarm as it stands when it comes back.
import type { Alarms } from '../adapters/alarms.ts';
import { breachOf } from '../domain/alerts/cloudwatch-breach.ts';
import type { ScaleJob } from '../domain/scale-job.ts';

/** `stands`: to be decided as it is now. `over`: nothing is to be bought for it any more. `hushed`: nothing for now. */
export type Standing =
  | { readonly kind: 'stands'; readonly job: ScaleJob }
  | { readonly kind: 'over'; readonly why: string }
  | { readonly kind: 'hushed'; readonly why: string };

/** @throws what asking throws: a need that still stands must not be lost, nor a muted one bought, for a failed call. */
export type StillStands = (job: ScaleJob) => Promise<Standing>;

/** Envelopes may cut off fractions of a second of the transition's time. */
const sameTransitionMs = 1000;

export function createStillStands({
  alarms,
  now,
}: {
  readonly alarms: Alarms;
  readonly now: () => number;
}): StillStands {
  return async (job) => {
    if (job.alarmArn === undefined || job.intent.kind !== 'breach') return { kind: 'stands', job };
    const alarm = await alarms.read(job.alarmArn);
    // Gone, or of another Region: without a way to ask, the age of the alert decides, as for every other sender.
    if (!alarm) return { kind: 'stands', job };
    if (alarm.state !== 'ALARM') return over('its alarm has recovered while it waited');
    const since = job.since ?? job.occurredAt;
    // Each time that it goes off is a job of its own: with this one, too, a flapping alarm would buy once per flap.
    if (alarm.changedAt > (job.wentOffAt ?? since) + sameTransitionMs) {
      const anew = new Date(alarm.changedAt).toISOString();
      return over(`its alarm has recovered while it waited; that it went off anew at ${anew} is another job`);
    }
    const hushed = alarm.hushed ?? (await alarms.mutedBy(alarm.name));
    // It may outlast that without another transition, and so without another job.
    if (hushed !== undefined) return { kind: 'hushed', why: `its alarm asks for nothing now: ${hushed}` };
    const by = breachOf(alarm);
    const { kind, alarm: name } = job.intent;
    const intent = { kind, alarm: name, ...(by !== undefined && { by }) };
    // It still needs the nodes, so it is as young as the answer.
    return { kind: 'stands', job: { ...job, intent, occurredAt: now(), since } };
  };
}

const over = (why: string): Standing => ({ kind: 'over', why });
