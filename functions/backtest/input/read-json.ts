// What `aws cloudwatch get-metric-data`, `aws cloudwatch describe-alarm-history` and Prometheus' query_range print.
import * as z from 'zod/mini';
import type { Transition } from '../load-alarm.ts';
import { type Point, type Points, type Remark, readTimestamp, readValue, type Unreadable } from './points.ts';

const metricData = z.object({
  MetricDataResults: z.array(
    z.object({
      Label: z.optional(z.string()),
      Timestamps: z.array(z.union([z.string(), z.number()])),
      Values: z.array(z.nullable(z.number())),
      StatusCode: z.optional(z.string()),
    }),
  ),
});

const matrix = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

const alarmHistory = z.object({
  AlarmHistoryItems: z.array(
    z.object({
      AlarmName: z.string(),
      Timestamp: z.union([z.string(), z.number()]),
      HistoryItemType: z.string(),
      HistoryData: z.optional(z.string()),
    }),
  ),
});

const stateUpdate = z.object({
  newState: z.object({
    stateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
    stateReason: z.optional(z.string()),
  }),
});

type JsonInput =
  | (Points & { readonly format: 'cloudwatch' | 'prometheus' })
  | {
      readonly format: 'alarm-history';
      readonly transitions: readonly Transition[];
      readonly remarks: readonly Remark[];
    };

export function readJson(text: string): JsonInput | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      problem: `it is no complete JSON (${error instanceof Error ? error.message : String(error)}); print it again`,
    };
  }
  const cloudwatch = metricData.safeParse(value);
  if (cloudwatch.success) return fromCloudWatch(cloudwatch.data, text);
  const prometheus = matrix.safeParse(value);
  if (prometheus.success) return fromPrometheus(prometheus.data, text);
  const history = alarmHistory.safeParse(value);
  if (history.success) return fromHistory(history.data, text);
  return {
    problem:
      'give what aws cloudwatch get-metric-data, aws cloudwatch describe-alarm-history or query_range of Prometheus prints, or CSV lines TIMESTAMP,VALUE',
  };
}

function fromCloudWatch({ MetricDataResults }: z.infer<typeof metricData>, text: string): JsonInput | Unreadable {
  const [series, another] = MetricDataResults;
  if (!series || another)
    return { problem: `it has ${MetricDataResults.length} series; ask for one, with ReturnData false for the others` };
  const { Timestamps, Values, StatusCode = 'Complete' } = series;
  if (Timestamps.length !== Values.length)
    return { problem: `it has ${Timestamps.length} timestamps and ${Values.length} values; print it again` };
  const lineOf = createLines(text);
  const remarks: Remark[] =
    StatusCode === 'Complete' ? [] : [{ says: `CloudWatch did not give all of it (${StatusCode})` }];
  const pairs = Timestamps.map((timestamp, i) => [timestamp, String(Values[i] ?? '')] as const);
  const read = pointsOf(pairs, lineOf, remarks);
  // get-metric-data prints the newest first, which is no mistake of anybody.
  const isDescending = read.points.every(({ at }, i) => at <= (read.points[i - 1]?.at ?? at));
  return { format: 'cloudwatch', ...read, ...(isDescending && { points: read.points.toReversed() }) };
}

function fromPrometheus({ data: { result } }: z.infer<typeof matrix>, text: string): JsonInput | Unreadable {
  const [series, another] = result;
  if (!series || another) return { problem: `it has ${result.length} series; ask for one, such as sum(...) of them` };
  return { format: 'prometheus', ...pointsOf(series.values, createLines(text), []) };
}

function pointsOf(
  pairs: readonly (readonly [string | number, string])[],
  lineOf: (text: string) => number,
  remarks: Remark[],
): Points {
  const points = pairs.flatMap(([timestamp, text]): Point[] => {
    const instant = readTimestamp(String(timestamp));
    const line = lineOf(String(timestamp));
    if (!instant) {
      remarks.push({ line, says: 'has no timestamp such as 2026-06-01T00:00:00Z, so it is left out' });
      return [];
    }
    if (!instant.hasZone) remarks.push({ line, says: 'has no time zone, so it is taken for UTC' });
    const value = readValue(text);
    if (value === null) remarks.push({ line, says: 'has no number of 0 or more, so its value is missing' });
    return [{ at: instant.at, value, line }];
  });
  return { points, remarks };
}

function fromHistory({ AlarmHistoryItems }: z.infer<typeof alarmHistory>, text: string): JsonInput | Unreadable {
  const lineOf = createLines(text);
  const remarks: Remark[] = [];
  const transitions = AlarmHistoryItems.filter(({ HistoryItemType }) => HistoryItemType === 'StateUpdate').flatMap(
    ({ AlarmName, Timestamp, HistoryData = '' }): Transition[] => {
      const at = readTimestamp(String(Timestamp))?.at;
      const change = readStateUpdate(HistoryData);
      if (at !== undefined && change) return [{ at, alarm: AlarmName, ...change }];
      remarks.push({ line: lineOf(String(Timestamp)), says: 'has no state that can be read, so it is left out' });
      return [];
    },
  );
  if (transitions.length === 0)
    return { problem: 'it has no change of state; print it with --history-item-type StateUpdate and a longer time' };
  return { format: 'alarm-history', transitions: transitions.toSorted((a, b) => a.at - b.at), remarks };
}

function readStateUpdate(data: string): Pick<Transition, 'state' | 'reason'> | undefined {
  try {
    const { newState } = z.parse(stateUpdate, JSON.parse(data));
    return { state: newState.stateValue, reason: newState.stateReason ?? '' };
  } catch {
    return undefined;
  }
}

/** JSON.parse tells no lines: a timestamp is looked for behind the one before it. */
function createLines(text: string): (timestamp: string) => number {
  let [at, line] = [0, 1];
  return (timestamp) => {
    const found = text.indexOf(timestamp, at);
    if (found < 0) return line;
    for (let next = text.indexOf('\n', at); next >= 0 && next < found; next = text.indexOf('\n', next + 1)) line += 1;
    at = found + timestamp.length;
    return line;
  };
}
