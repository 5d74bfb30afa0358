// CloudWatch notifies once per state change. A job that was held back is assessed with the alarm as it is when the job comes back.
import type { Alarms, StandingAlarm } from '../adapters/cloudwatch/alarms.ts';
import { breachByValues, breachOf, isAboutMissingData } from '../domain/alerts/cloudwatch-breach.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';

/** `stands`: to be decided as it is now. `over`: nothing is to be bought for it any more. `suppressed`: nothing for now. */
export type Recheck =
  | { readonly kind: 'stands'; readonly job: ScaleJob }
  | { readonly kind: 'over' | 'suppressed'; readonly why: string; readonly job?: undefined };

/** @throws what the call throws: a need that still stands must not be lost, nor a muted one bought, for a failed call */
export type RecheckAlert = (job: ScaleJob) => Promise<Recheck>;

/** Envelopes may cut off fractions of a second of the transition's time. */
const sameTransitionMs = 1000;

/** @param alarms absent where there is no CloudWatch to ask: then the age of the alert decides, as for every other sender */
export function createRecheckAlert({
  alarms,
  now,
}: {
  readonly alarms?: Pick<Alarms, 'read' | 'mutedBy' | 'measure'> | undefined;
  readonly now: () => number;
}): RecheckAlert {
  return async (job) => {
    if (job.alarmArn === undefined || job.intent.kind !== 'breach') return { kind: 'stands', job };
    const alarm = await alarms?.read(job.alarmArn);
    // It is gone, of another Region, or there is no CloudWatch to ask. A further purchase needs proof.
    if (!alarms || !alarm)
      return job.asksAgain
        ? over('its alarm cannot be read, so nothing proves that it stands')
        : { kind: 'stands', job };
    if (alarm.state !== 'ALARM') return over('its alarm has recovered while it waited');
    const since = job.since ?? job.occurredAt;
    // Each time that it goes off is a job of its own: with this one, too, a flapping alarm would buy once per flap.
    if (alarm.changedAt > (job.wentOffAt ?? since) + sameTransitionMs) {
      const anew = new Date(alarm.changedAt).toISOString();
      return over(`its alarm has recovered while it waited; that it went off anew at ${anew} is another job`);
    }
    const noLoad = isAboutMissingData(alarm.reason) ? 'it reports missing data, not load' : undefined;
    const suppressed = alarm.suppressed ?? noLoad ?? (await alarms.mutedBy(alarm.name));
    // The alarm may outlast that without another transition, and so without another job.
    if (suppressed !== undefined) return { kind: 'suppressed', why: `its alarm asks for nothing now: ${suppressed}` };
    const { by, ...size } = await breachBy(alarm, alarms, now());
    const { kind, alarm: name } = job.intent;
    const intent = { kind, alarm: name, ...(by !== undefined && { by }) };
    // It still needs the nodes, so it is as young as the answer.
    return { kind: 'stands', job: { ...job, intent, ...size, occurredAt: now(), since } };
  };
}

type Size = Pick<ScaleJob, 'sizeToldBecause'> & { readonly by?: number | undefined };

/** Of today, by the metric itself. CloudWatch keeps with an alarm only the values with which it went off: they count where that fails. */
async function breachBy(alarm: StandingAlarm, alarms: Pick<Alarms, 'measure'>, now: number): Promise<Size> {
  const told = (sizeToldBecause: string): Size => ({ by: breachOf(alarm), sizeToldBecause });
  const { evaluation } = alarm;
  if (!evaluation) return told('it is no alarm on one metric with a fixed threshold');
  const reading = await alarms.measure(evaluation, now).catch((error: unknown) => ({ problem: unread(error) }));
  if ('problem' in reading) return told(reading.problem);
  const by = breachByValues(reading.values, evaluation);
  // Its next evaluation ends it, or it keeps its state for a reason that is not in the values.
  return by === undefined ? told('its metric is within the threshold by now') : { by };
}

const unread = (error: unknown): string =>
  `its metric could not be read (${error instanceof Error ? error.name : 'unknown'})`;

const over = (why: string): Recheck => ({ kind: 'over', why });
