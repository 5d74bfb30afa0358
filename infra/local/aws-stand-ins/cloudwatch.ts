// Stands in for CloudWatch: DescribeAlarms, GetMetricData and ListAlarmMuteRules of the JSON 1.0 protocol. There are no mute rules.
import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { parseJson } from '../../../functions/domain/record.ts';
import { account } from './account.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

export interface CloudWatch {
  readonly endpoint: string;
  /**
   * Sets what the metric of an alarm measures, in every period that is asked for. A value above the threshold is ALARM, any other OK.
   * The first call makes the alarm, whose metric has its name.
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
  const server = createServer((incoming, response) => {
    text(incoming).then(
      (body) => send(response, answerTo(String(incoming.headers['x-amz-target']), parseJson(body))),
      () => response.destroy(),
    );
  });

  function answerTo(operation: string, request: unknown): Answer {
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

  const endpoint = await listenOnLoopback(server);
  return {
    endpoint,
    measure(name, value, at = Date.now()) {
      const before = alarms.get(name);
      const state = value > threshold ? 'ALARM' : 'OK';
      // The reason stays as of the transition.
      const transition = before?.state === state ? before : { reason: reasonOf(value, at), changedAt: at };
      alarms.set(name, { ...transition, name, state, value });
    },
    close: () => closeServer(server),
  };
}

type Answer = readonly [status: number, body: object];

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

/** As CloudWatch words it: with the value at the transition, and none of later. */
function reasonOf(value: number, at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split(/[T.]/);
  const [year = '', month, day] = date.split('-');
  const number = (one: number) => (Number.isInteger(one) ? `${one}.0` : String(one));
  const compared = value > threshold ? 'greater than' : 'not greater than';
  return `Threshold Crossed: 1 datapoint [${number(value)} (${day}/${month}/${year.slice(2)} ${time})] was ${compared} the threshold (${number(threshold)}).`;
}

const described = ({ name, state, reason, changedAt }: Alarm) => ({
  AlarmName: name,
  AlarmArn: `arn:aws:cloudwatch:${account.region}:${account.id}:alarm:${name}`,
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

function send(response: ServerResponse, [status, body]: Answer): void {
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() })
    .end(JSON.stringify(body));
}
