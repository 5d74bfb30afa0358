// Stands in for CloudWatch: DescribeAlarms, GetMetricData and ListAlarmMuteRules. There are no mute rules.
import * as z from 'zod';
import { alarmArn, thresholdReason } from './alarm-texts.ts';
import { type JsonAnswer, startJsonService } from './json-service.ts';

export interface CloudWatch {
  readonly endpoint: string;
  /**
   * Sets what the metric of an alarm measures, in every period that is asked for. A value above the threshold is ALARM, any
   * other OK. The first call makes the alarm, whose metric has its name.
   * @param at when the state changes, if it does: epoch milliseconds
   */
  measure(alarm: string, value: number, at?: number): void;
  close(): Promise<void>;
}

interface Alarm {
  readonly name: string;
  readonly value: number;
  readonly state: 'OK' | 'ALARM';
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

const threshold = 50;
const [period, namespace] = [60, 'Local'];

export async function startCloudWatch(): Promise<CloudWatch> {
  const alarms = new Map<string, Alarm>();

  function answerTo(operation: string, request: unknown): JsonAnswer {
    switch (operation.split('.')[1]) {
      case 'DescribeAlarms': {
        const { AlarmNames, StateValue } = describeSchema.safeParse(request).data ?? {};
        const found = [...alarms.values()].filter(
          ({ name, state }) => (AlarmNames?.includes(name) ?? true) && state === (StateValue ?? state),
        );
        return [200, { MetricAlarms: found.map(described), CompositeAlarms: [] }];
      }
      case 'GetMetricData': {
        const asked = dataSchema.safeParse(request);
        if (!asked.success) return [400, { __type: 'InvalidParameterValue', message: asked.error.message }];
        const { MetricDataQueries, StartTime, EndTime } = asked.data;
        return [
          200,
          {
            MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric, Period } }) => {
              const value = Metric.Namespace === namespace ? alarms.get(Metric.MetricName)?.value : undefined;
              const count = value === undefined ? 0 : Math.floor((EndTime - StartTime) / Period);
              const Timestamps = Array.from({ length: count }, (_, i) => EndTime - (i + 1) * Period);
              return { Id, StatusCode: 'Complete', Timestamps, Values: Timestamps.map(() => value) };
            }),
          },
        ];
      }
      case 'ListAlarmMuteRules':
        return [200, { AlarmMuteRuleSummaries: [] }];
      default:
        return [400, { __type: 'UnknownOperationException', message: `the stand-in does not know ${operation}` }];
    }
  }

  return {
    ...(await startJsonService('1.0', answerTo)),
    measure(name, value, at = Date.now()) {
      const before = alarms.get(name);
      const state = value > threshold ? 'ALARM' : 'OK';
      // The reason stays as of the transition.
      const transition =
        before?.state === state ? before : { reason: thresholdReason(value, threshold, at), changedAt: at };
      alarms.set(name, { ...transition, name, state, value });
    },
  };
}

const describeSchema = z.object({
  AlarmNames: z.array(z.string()).optional(),
  StateValue: z.string().optional(),
});

/** No metric math. */
const dataSchema = z.object({
  MetricDataQueries: z.array(
    z.object({
      Id: z.string(),
      MetricStat: z.object({
        Metric: z.object({ Namespace: z.string(), MetricName: z.string() }),
        Period: z.int().positive(),
      }),
    }),
  ),
  StartTime: z.number(),
  EndTime: z.number(),
});

const described = ({ name, state, reason, changedAt }: Alarm) => ({
  AlarmName: name,
  AlarmArn: alarmArn(name),
  StateValue: state,
  StateReason: reason,
  StateUpdatedTimestamp: changedAt / 1000,
  StateTransitionedTimestamp: changedAt / 1000,
  Namespace: namespace,
  MetricName: name,
  Statistic: 'Average',
  Period: period,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: threshold,
});
