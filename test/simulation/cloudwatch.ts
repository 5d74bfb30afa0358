// The simulated CloudWatch: alarms that recover, go off anew, are muted or suppressed while their jobs wait.
import type { Alarms, StandingAlarm } from '../../functions/adapters/cloudwatch/alarms.ts';
import type { Evaluation, Reading } from '../../functions/adapters/cloudwatch/evaluation.ts';
import { arnOf, home, notificationOf } from '../../functions/backtest/load-alarm.ts';

interface Alarm {
  readonly name: string;
  readonly reason: string;
  state: 'ALARM' | 'OK';
  changedAt: number;
  muted: boolean;
  suppressed: boolean;
  /** Of its metric now; absent where there is no data. */
  value?: number;
}

export type CloudWatch = ReturnType<typeof createCloudWatch>;

export { arnOf, home, notificationOf };

const evaluation = {
  operator: 'GreaterThanThreshold',
  threshold: 50,
  period: 60,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
};

/** Alarms of one name that messages tell of are one transition. */
const sameTransitionMs = 1000;

/** An alarm that a message tells of; undefined for what is none. */
function toldBy(body: string): Pick<Alarm, 'name' | 'reason' | 'changedAt'> | undefined {
  if (!body.startsWith('{"AlarmName"')) return undefined;
  const { AlarmName, NewStateReason, StateChangeTime } = JSON.parse(body) as Record<string, string>;
  return { name: AlarmName ?? '', reason: NewStateReason ?? '', changedAt: Date.parse(StateChangeTime ?? '') };
}

/** @param bodies messages, of which those of alarms tell what has gone off */
export function createCloudWatch(bodies: readonly string[]) {
  const alarms = new Map<string, Alarm>();
  for (const told of bodies.map(toldBy))
    if (told) alarms.set(told.name, { ...told, state: 'ALARM', muted: false, suppressed: false });

  const asStanding = ({ name, state, reason, changedAt, suppressed, value }: Alarm): StandingAlarm => ({
    name,
    arn: arnOf(name),
    state,
    reason,
    changedAt,
    ...(suppressed && { suppressed: 'its actions are suppressed by another alarm' }),
    ...(value !== undefined && { evaluation: { ...evaluation, queries: [{ Id: name }] } }),
  });

  return {
    names: (): readonly string[] => [...alarms.keys()],
    /** What a process reads, as it is at the moment. */
    read: (arn: string): StandingAlarm | undefined => {
      const alarm = alarms.get(arn.slice(arnOf('').length));
      return alarm && asStanding(alarm);
    },
    inAlarm: (): readonly StandingAlarm[] =>
      [...alarms.values()].filter(({ state }) => state === 'ALARM').map(asStanding),
    mutedBy: (name: string): string | undefined => (alarms.get(name)?.muted ? 'a mute rule' : undefined),
    /** Its metric rises or falls, and stays beyond the threshold or not. */
    move(name: string, value: number) {
      const alarm = alarms.get(name);
      if (alarm) alarm.value = value;
    },
    measure: ({ queries: [query] }: Evaluation): Reading => {
      const { value } = alarms.get(query?.Id ?? '') ?? {};
      return value === undefined ? { problem: 'its metric has no data' } : { values: [value] };
    },
    recover(name: string, at: number) {
      const alarm = alarms.get(name);
      if (alarm?.state === 'ALARM') Object.assign(alarm, { state: 'OK', changedAt: at });
    },
    /** @returns its notification, or undefined for a name that no alarm has */
    goOffAnew(name: string, at: number): string | undefined {
      const alarm = alarms.get(name);
      if (!alarm) return undefined;
      Object.assign(alarm, { state: 'ALARM', changedAt: at });
      return notificationOf(name, alarm.reason, at);
    },
    /** Mutes it, or ends that. */
    mute(name: string) {
      const alarm = alarms.get(name);
      if (alarm) alarm.muted = !alarm.muted;
    },
    suppress(name: string) {
      const alarm = alarms.get(name);
      if (alarm) alarm.suppressed = !alarm.suppressed;
    },
    /** Nothing is muted or suppressed any more. */
    calm() {
      for (const alarm of alarms.values()) Object.assign(alarm, { muted: false, suppressed: false });
    },
    /** Whether it is in ALARM since exactly an instant. */
    standsAsOf: (arn: string, at: number): boolean => {
      const alarm = alarms.get(arn.slice(arnOf('').length));
      return alarm?.state === 'ALARM' && alarm.changedAt === at;
    },
    /** Whether it is in ALARM since it went off at an instant, or was so at another. */
    stoodAt: (arn: string, wentOffAt: number, at: number): boolean => {
      const { state, changedAt = 0 } = alarms.get(arn.slice(arnOf('').length)) ?? {};
      return changedAt >= at || (state === 'ALARM' && changedAt <= wentOffAt + sameTransitionMs);
    },
    /** Whether it still stands as it went off at an instant. */
    standsSince: (arn: string, since: number): boolean => {
      const alarm = alarms.get(arn.slice(arnOf('').length));
      return alarm?.state === 'ALARM' && alarm.changedAt <= since;
    },
  };
}

/** What a process asks, each question a call that can fail. */
export function alarmsOver(cloudwatch: CloudWatch, call: <T>(label: string, answer: () => T) => Promise<T>): Alarms {
  return {
    read: (arn) => call(`DescribeAlarms ${arn.slice(arnOf('').length)}`, () => cloudwatch.read(arn)),
    inAlarm: () => call('DescribeAlarms', () => cloudwatch.inAlarm()),
    measure: (evaluation) => call('GetMetricData', () => cloudwatch.measure(evaluation)),
    mutedBy: (name) => call(`ListAlarmMuteRules ${name}`, () => cloudwatch.mutedBy(name)),
  };
}
