// The current state of CloudWatch alarms. CloudWatch notifies once per state change, so waiting and missed alarms are read.
import type { AlarmType, CloudWatchClientConfig, CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { timings } from '../../domain/timings.ts';
import { type Evaluation, evaluationOf, type Reading, readingOf, requestOf } from './evaluation.ts';

export interface StandingAlarm {
  readonly name: string;
  readonly arn: string;
  /** OK, ALARM or INSUFFICIENT_DATA. */
  readonly state: string;
  readonly reason: string;
  readonly reasonData?: string;
  readonly operator?: string;
  readonly threshold?: number;
  /** Absent where it is of another kind than one metric and a fixed threshold, such as a composite alarm. */
  readonly evaluation?: Evaluation;
  /** Epoch milliseconds. */
  readonly changedAt: number;
  /** Why an ALARM asks for no nodes. Mute rules are read by `mutedBy`. */
  readonly suppressed?: string;
}

/** All throw what the call throws. */
export interface Alarms {
  /** Undefined for a deleted alarm, and for one of another Region. */
  read(arn: string): Promise<StandingAlarm | undefined>;
  inAlarm(): Promise<readonly StandingAlarm[]>;
  /** The active mute rule of an existing alarm, in words. */
  mutedBy(name: string): Promise<string | undefined>;
  /** The metric itself, by now. @param now epoch milliseconds */
  measure(evaluation: Evaluation, now: number): Promise<Reading>;
}

/** Where CloudWatch has no such operation yet, there are no mute rules. */
const unknownOperation: ReadonlySet<string> = new Set(['UnknownOperationException', 'InvalidAction']);

const AlarmTypes: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

/** The client is loaded with the first call: most invocations make none. @param measureTimeoutMs after which `measure` gives up */
export function createAlarms(
  settings: CloudWatchClientConfig,
  measureTimeoutMs: number = timings.measureTimeoutMs,
): Alarms {
  let loaded: ReturnType<typeof load> | undefined;
  async function load() {
    const sdk = await import('./sdk.ts');
    return { sdk, client: new sdk.CloudWatchClient(settings) };
  }
  const cloudwatch = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    async read(arn) {
      const { sdk, client } = await cloudwatch();
      const [, , , region, , , ...name] = arn.split(':');
      if (region !== (await client.config.region())) return undefined;
      const found = await client.send(new sdk.DescribeAlarmsCommand({ AlarmTypes, AlarmNames: [name.join(':')] }));
      const alarms = [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])];
      return alarms.map(asStanding).find((alarm) => alarm.arn === arn);
    },
    async inAlarm() {
      const { sdk, client } = await cloudwatch();
      const all: StandingAlarm[] = [];
      const pages = sdk.paginateDescribeAlarms({ client }, { AlarmTypes, StateValue: 'ALARM' });
      for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
        all.push(...MetricAlarms.map(asStanding), ...CompositeAlarms.map(asStanding));
      return all;
    },
    async mutedBy(name) {
      const { sdk, client } = await cloudwatch();
      const pages = sdk.paginateListAlarmMuteRules({ client }, { AlarmName: name, Statuses: ['ACTIVE'] });
      try {
        for await (const { AlarmMuteRuleSummaries: [rule] = [] } of pages)
          if (rule) return `it is muted by ${rule.AlarmMuteRuleArn ?? 'an alarm mute rule'}`;
      } catch (error) {
        if (!(error instanceof Error && unknownOperation.has(error.name))) throw error;
      }
      return undefined;
    },
    async measure(evaluation, now) {
      const { sdk, client } = await cloudwatch();
      // Its caller can do without, and has a purchase to make in what time is left.
      const abortSignal = AbortSignal.timeout(measureTimeoutMs);
      const answer = await client.send(new sdk.GetMetricDataCommand(requestOf(evaluation, now)), { abortSignal });
      return readingOf(answer, evaluation);
    },
  };
}

function asStanding(alarm: MetricAlarm | CompositeAlarm): StandingAlarm {
  const { AlarmName = '', AlarmArn = '', StateValue = '', StateReason = '', StateReasonData } = alarm;
  // Later evaluations change StateUpdatedTimestamp only.
  const changedAt = (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.getTime() ?? 0;
  const metric = 'ComparisonOperator' in alarm ? alarm : undefined;
  const evaluation = metric && evaluationOf(metric);
  const suppressor = 'ActionsSuppressedBy' in alarm ? alarm.ActionsSuppressedBy : undefined;
  return {
    name: AlarmName,
    arn: AlarmArn,
    state: StateValue,
    reason: StateReason,
    changedAt,
    ...(StateReasonData !== undefined && { reasonData: StateReasonData }),
    ...(metric?.ComparisonOperator !== undefined && { operator: metric.ComparisonOperator }),
    ...(metric?.Threshold !== undefined && { threshold: metric.Threshold }),
    ...(evaluation && { evaluation }),
    ...(suppressor !== undefined && { suppressed: `its actions are suppressed by ${suppressor}` }),
  };
}
