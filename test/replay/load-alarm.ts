// A simulated CloudWatch with one alarm on the load of the Ready nodes: in ALARM while the last 3 datapoints, one a minute, are all above 70 %.
import type { Alarms, StandingAlarm } from '../../functions/adapters/cloudwatch/alarms.ts';
import { arnOf, notificationOf } from '../simulation/cloudwatch.ts';

const threshold = 70;
const datapoints = 3;
const operator = 'GreaterThanThreshold';
const evaluation = {
  ...{ operator, threshold, period: 60, evaluationPeriods: datapoints, datapointsToAlarm: datapoints },
  queries: [],
} as const;

interface Datapoint {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Percent. */
  readonly value: number;
}

/** @param readsMetric whether its value can be read again while it stands; otherwise that of the transition stays */
export function createLoadAlarm(name: string, readsMetric: boolean) {
  let recent: readonly Datapoint[] = [];
  let state: 'OK' | 'ALARM' = 'OK';
  let changedAt = 0;
  let wentOffWith: readonly Datapoint[] = [];

  const standing = (): StandingAlarm => ({
    name,
    arn: arnOf(name),
    state,
    reason: reasonOf(wentOffWith),
    operator,
    threshold,
    changedAt,
    ...(readsMetric && { evaluation }),
  });
  const alarms: Alarms = {
    read: async (arn) => (arn === arnOf(name) ? standing() : undefined),
    inAlarm: async () => (state === 'ALARM' ? [standing()] : []),
    mutedBy: async () => undefined,
    measure: async () => ({ values: recent.map(({ value }) => value) }),
  };
  return {
    alarms,
    isInAlarm: (): boolean => state === 'ALARM',
    /** A datapoint, and the state that follows from it. @returns the notification when the alarm goes off */
    record(datapoint: Datapoint): string | undefined {
      recent = [datapoint, ...recent].slice(0, datapoints);
      const next = recent.length === datapoints && recent.every(({ value }) => value > threshold) ? 'ALARM' : 'OK';
      if (next === state) return undefined;
      state = next;
      changedAt = datapoint.at;
      wentOffWith = recent;
      return state === 'ALARM' ? notificationOf(name, reasonOf(recent), changedAt) : undefined;
    },
  };
}

function reasonOf(newestFirst: readonly Datapoint[]): string {
  const [few, they] = newestFirst.length === 1 ? ['datapoint', 'was'] : ['datapoints', 'were'];
  const list = newestFirst.map(({ at, value }) => `${value} (${dated(at)})`).join(', ');
  return `Threshold Crossed: ${newestFirst.length} ${few} [${list}] ${they} greater than the threshold (${threshold}.0).`;
}

/** As CloudWatch prints it: 21/06/26 08:05:00. */
function dated(at: number): string {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T(.{8})/.exec(new Date(at).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}
