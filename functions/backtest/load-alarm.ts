// The CloudWatch of a backtest: one alarm on the load of the Ready nodes, or one that changes its state as an alarm history tells.
import type { Alarms, StandingAlarm } from '../adapters/cloudwatch/alarms.ts';
import type { AwsHome } from '../domain/alerts/alarm-origin.ts';

/** Where the alarms of backtest and simulation are: no account of anybody. */
export const home: AwsHome = { account: '123456789012', region: 'eu-central-1' };
export const arnOf = (name: string): string => `arn:aws:cloudwatch:${home.region}:${home.account}:alarm:${name}`;

const operator = 'GreaterThanThreshold';
/** How many datapoints more than it needs CloudWatch looks at when some are missing. */
const extraDatapoints = 2;

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A change of state, as an alarm history has it. */
export interface Transition {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly alarm: string;
  readonly state: State;
  readonly reason: string;
}

interface BacktestAlarm {
  readonly alarms: Alarms;
  /** Epoch milliseconds of the last change while it is in ALARM; undefined otherwise. */
  readonly standsSince: () => number | undefined;
  /** @param value of the newest minute, null for a missing one. @returns the notifications of alarms that go off now */
  readonly record: (at: number, value: number | null) => readonly string[];
}

interface LoadAlarmRule {
  readonly name: string;
  readonly threshold: number;
  /** Datapoints in a row, one a minute. */
  readonly datapoints: number;
}

/** In ALARM while the last datapoints are all above the threshold. Missing ones are treated as CloudWatch does by default. */
export function createLoadAlarm({ name, threshold, datapoints }: LoadAlarmRule): BacktestAlarm {
  const arn = arnOf(name);
  const evaluation = {
    ...{ operator, threshold, period: 60, evaluationPeriods: datapoints, datapointsToAlarm: datapoints },
    queries: [],
  } as const;
  /** The newest last; without the missing ones. */
  const recent: { readonly at: number; readonly value: number }[] = [];
  let state: State = 'OK';
  let changedAt = 0;
  let reason = '';
  const standing = (): StandingAlarm => ({ name, arn, state, reason, operator, threshold, changedAt, evaluation });

  function nextState(at: number): State {
    const [oldest] = recent;
    if (!oldest) return 'INSUFFICIENT_DATA';
    const last = recent.slice(-datapoints);
    if (!last.every(({ value }) => value > threshold)) return 'OK';
    // With too few datapoints it goes off only where the oldest is as old as the window, so that none is waited for.
    const isWhole = last.length === datapoints || at - oldest.at >= (datapoints - 1) * 60_000;
    return isWhole ? 'ALARM' : state;
  }

  return {
    alarms: {
      read: async (asked) => (asked === arn ? standing() : undefined),
      inAlarm: async () => (state === 'ALARM' ? [standing()] : []),
      mutedBy: async () => undefined,
      measure: async () => ({
        values: recent
          .slice(-datapoints)
          .map(({ value }) => value)
          .reverse(),
      }),
    },
    standsSince: () => (state === 'ALARM' ? changedAt : undefined),
    record(at, value) {
      const from = at - (datapoints + extraDatapoints - 1) * 60_000;
      if (recent[0] && recent[0].at < from) recent.shift();
      if (value !== null) recent.push({ at, value });
      const next = nextState(at);
      if (next === state) return [];
      state = next;
      changedAt = at;
      if (state !== 'ALARM') return [];
      reason = reasonOf(recent.slice(-datapoints), threshold);
      return [notificationOf(name, reason, at)];
    },
  };
}

/** Changes state as it did, whatever is bought. Its metric cannot be read again, so the value with which it went off counts. */
export function createRecordedAlarm(transitions: readonly Transition[]): BacktestAlarm {
  const standing = new Map<string, Transition>();
  let next = 0;
  const asStanding = ({ alarm, state, reason, at }: Transition): StandingAlarm => ({
    ...{ name: alarm, arn: arnOf(alarm), state, reason, changedAt: at },
  });
  return {
    alarms: {
      read: async (arn) => {
        const found = standing.get(arn.slice(arnOf('').length));
        return found && asStanding(found);
      },
      inAlarm: async () => [...standing.values()].filter(({ state }) => state === 'ALARM').map(asStanding),
      mutedBy: async () => undefined,
      measure: async () => ({ problem: 'an alarm history has no metric' }),
    },
    standsSince: () => {
      const since = [...standing.values()].filter(({ state }) => state === 'ALARM').map(({ at }) => at);
      return since.length > 0 ? Math.max(...since) : undefined;
    },
    record(at) {
      const told: string[] = [];
      for (let one = transitions[next]; one !== undefined && one.at <= at; one = transitions[++next]) {
        standing.set(one.alarm, one);
        if (one.state === 'ALARM') told.push(notificationOf(one.alarm, one.reason, one.at));
      }
      return told;
    },
  };
}

/** As SNS carries it. @param at when it went off: epoch milliseconds */
export function notificationOf(name: string, reason: string, at: number): string {
  return JSON.stringify({
    AlarmName: name,
    AlarmArn: arnOf(name),
    NewStateValue: 'ALARM',
    NewStateReason: reason,
    StateChangeTime: new Date(at).toISOString().replace('Z', '+0000'),
  });
}

function reasonOf(recent: readonly { readonly at: number; readonly value: number }[], threshold: number): string {
  const [few, they] = recent.length === 1 ? ['datapoint', 'was'] : ['datapoints', 'were'];
  const list = recent.toReversed().map(({ at, value }) => `${value} (${dated(at)})`);
  const than = Number.isInteger(threshold) ? `${threshold}.0` : String(threshold);
  return `Threshold Crossed: ${recent.length} ${few} [${list.join(', ')}] ${they} greater than the threshold (${than}).`;
}

/** As CloudWatch prints it: 21/06/26 08:05:00. */
function dated(at: number): string {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T(.{8})/.exec(new Date(at).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}
