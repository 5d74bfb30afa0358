// Stands in for CloudWatch: DescribeAlarms, GetMetricData and ListAlarmMuteRules, and the metrics in log lines. There are no mute rules.
import * as z from 'zod';
import { parseJson } from '../../../functions/domain/record.ts';
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
  /** Takes a line of a log: one in the embedded metric format is measured. */
  log(line: string): void;
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
  const metrics = createLoggedMetrics();

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
              if (Metric.Namespace !== namespace)
                return { Id, StatusCode: 'Complete', ...metrics.sums(Metric, Period, StartTime, EndTime) };
              const value = alarms.get(Metric.MetricName)?.value;
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
    log: metrics.take,
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

/** Counts of log lines in the embedded metric format, by minute. */
function createLoggedMetrics() {
  const series = new Map<string, Map<number, number>>();
  const idOf = (namespace_: string, name: string, dimensions: readonly (readonly [string, unknown])[]) =>
    JSON.stringify([namespace_, name, dimensions.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  return {
    take(line: string): void {
      const { data } = embeddedSchema.safeParse(line.startsWith('{"_aws"') ? parseJson(line) : undefined);
      if (!data) return;
      const minute = Math.floor(data._aws.Timestamp / 60_000) * 60;
      for (const { Namespace, Dimensions, Metrics } of data._aws.CloudWatchMetrics)
        for (const names of Dimensions)
          for (const { Name } of Metrics) {
            const id = idOf(
              Namespace,
              Name,
              names.map((one) => [one, data[one]]),
            );
            const values = series.get(id) ?? new Map<number, number>();
            const sum = [data[Name]]
              .flat()
              .reduce<number>((all, value) => all + Number(value), values.get(minute) ?? 0);
            series.set(id, values.set(minute, sum));
          }
    },
    /** Seconds since 1970. */
    sums(
      { Namespace, MetricName, Dimensions = [] }: z.output<typeof metricSchema>,
      Period: number,
      from: number,
      to: number,
    ) {
      const dimensions = Dimensions.map(({ Name, Value }) => [Name, Value] as const);
      const sums = new Map<number, number>();
      for (const [minute, value] of series.get(idOf(Namespace, MetricName, dimensions)) ?? []) {
        const at = Math.floor(minute / Period) * Period;
        if (at >= from && at < to) sums.set(at, (sums.get(at) ?? 0) + value);
      }
      return { Timestamps: [...sums.keys()], Values: [...sums.values()] };
    },
  };
}

const embeddedSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).optional(),
});

const describeSchema = z.object({
  AlarmNames: z.array(z.string()).optional(),
  StateValue: z.string().optional(),
});

/** No metric math, and of logged metrics the sums only. */
const dataSchema = z.object({
  MetricDataQueries: z.array(
    z.object({
      Id: z.string(),
      MetricStat: z.object({
        Metric: metricSchema,
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
