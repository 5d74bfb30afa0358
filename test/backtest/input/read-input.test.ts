import { describe, expect, test } from '@jest/globals';
import { readMetricFile, traceOf, unitProblem } from '../../../functions/backtest/input/read-input.ts';

const at = Date.parse('2026-06-01T00:00:00Z');
const csv = (...rows: readonly string[]) => ['timestamp,value', ...rows].join('\n');
const row = (minute: number, value: number | string) => `2026-06-01T00:${String(minute).padStart(2, '0')}:00Z,${value}`;

function seriesOf(text: string) {
  const read = readMetricFile(text);
  if ('problem' in read || read.format === 'alarm-history') throw new Error(JSON.stringify(read));
  return read;
}

describe('each file gives the same load', () => {
  const cloudwatch = (newestFirst: boolean) => {
    const Timestamps = ['2026-06-01T00:00:00+00:00', '2026-06-01T00:01:00+00:00', '2026-06-01T00:02:00+00:00'];
    const Values = [5, 6.5, 7];
    const order = <T>(all: readonly T[]) => (newestFirst ? all.toReversed() : all);
    return JSON.stringify({
      MetricDataResults: [
        { Id: 'm', Label: 'load', Timestamps: order(Timestamps), Values: order(Values), StatusCode: 'Complete' },
      ],
      Messages: [],
    });
  };
  const values = [
    [at / 1000, '5'],
    [at / 1000 + 60, '6.5'],
    [at / 1000 + 120, '7'],
  ];

  test.each([
    ['CSV', csv(row(0, 5), row(1, 6.5), row(2, 7))],
    ['CSV without a first line', csv(row(0, 5), row(1, 6.5), row(2, 7)).replace('timestamp,value\n', '')],
    ['CSV with other columns', 'host,value,time\na,5,1780272000\na,6.5,1780272060\na,7,1780272120'],
    [
      'CSV in another zone',
      csv('2026-06-01T08:00:00+08:00,5', '2026-06-01T08:01:00+08:00,6.5', '2026-06-01T08:02:00+08:00,7'),
    ],
    ['get-metric-data, newest first', cloudwatch(true)],
    ['get-metric-data, oldest first', cloudwatch(false)],
    [
      'query_range',
      JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } }),
    ],
  ])('%s', (_, text) => {
    expect(seriesOf(text)).toMatchObject({ startAt: at, values: [5, 6.5, 7], periodMinutes: 1, problems: [] });
  });
});

describe('what is odd is told with its line, and handled as CloudWatch would', () => {
  test.each([
    [
      'a gap is missing data',
      [row(0, 5), row(1, 6), row(4, 7), row(5, 8)],
      [5, 6, null, null, 7, 8],
      [{ line: 4, says: 'comes after a gap: the minutes before it are missing data, as for CloudWatch' }],
    ],
    [
      'what is no number is missing',
      [row(0, 5), row(1, 'NaN'), row(2, ''), row(3, -1), row(4, 6)],
      [5, null, null, null, 6],
      [{ line: 3, more: 2, says: 'has no number of 0 or more, so its value is missing' }],
    ],
    [
      'of duplicates the last one counts',
      [row(0, 5), row(1, 6), row(1, 7), row(2, 8)],
      [5, 7, 8],
      [{ line: 4, says: 'has the same time as another line: the later line counts' }],
    ],
    [
      'lines are sorted',
      [row(2, 7), row(0, 5), row(1, 6)],
      [5, 6, 7],
      [{ line: 3, says: 'is earlier than the line before it: all were sorted' }],
    ],
    [
      'without a zone, it is UTC',
      ['2026-06-01 00:00:00,5', '2026-06-01 00:01,6'],
      [5, 6],
      [{ line: 2, more: 1, says: 'has no time zone, so it is taken for UTC' }],
    ],
    [
      'a line without a time is left out',
      [row(0, 5), 'yesterday,6', row(1, 7)],
      [5, 7],
      [{ line: 3, says: 'has no timestamp such as 2026-06-01T00:00:00Z, so it is left out' }],
    ],
    [
      'several values of a minute are averaged',
      ['2026-06-01T00:00:00Z,5', '2026-06-01T00:00:30Z,7', row(1, 6)],
      [6, 6],
      [{ says: 'some minutes have several values: their average counts, as CloudWatch would have it' }],
    ],
  ])('%s', (_, rows, values, told) => {
    const { problems, ...series } = seriesOf(csv(...rows));
    expect(series.values).toEqual(values);
    expect(
      problems.filter(({ says }) => !says.startsWith('comes after a gap') || told.some((one) => one.says === says)),
    ).toEqual(told);
  });

  test('a value counts for its period', () => {
    const { values, periodMinutes } = seriesOf(csv(row(0, 5), row(5, 6), row(10, 7), row(20, 8)));
    const five = (value: number | null) => Array.from({ length: 5 }, () => value);
    expect(periodMinutes).toBe(5);
    expect(values).toEqual([...five(5), ...five(6), ...five(7), ...five(null), ...five(8)]);
  });

  test('in JSON, by the line of the timestamp', () => {
    const text = JSON.stringify(
      {
        data: {
          resultType: 'matrix',
          result: [
            {
              values: [
                [1780272000, '5'],
                [1780272060, 'NaN'],
                [1780272120, '5'],
              ],
            },
          ],
        },
      },
      null,
      1,
    );
    const line = 1 + text.split('\n').findIndex((one) => one.includes('1780272060'));
    expect(seriesOf(text).problems).toContainEqual({
      line,
      says: 'has no number of 0 or more, so its value is missing',
    });
  });
});

test('an alarm history is its transitions, oldest first', () => {
  const change = (Timestamp: string, stateValue: string) => ({
    ...{ AlarmName: 'edge-cpu', Timestamp, HistoryItemType: 'StateUpdate', HistorySummary: '' },
    HistoryData: JSON.stringify({ version: '1.0', newState: { stateValue, stateReason: `it is ${stateValue}` } }),
  });
  const action = { AlarmName: 'edge-cpu', Timestamp: '2026-06-01T00:00:01Z', HistoryItemType: 'Action' };
  const items = [change('2026-06-01T00:09:00Z', 'OK'), action, change('2026-06-01T00:00:00Z', 'ALARM')];
  expect(readMetricFile(JSON.stringify({ AlarmHistoryItems: items }))).toEqual({
    format: 'alarm-history',
    transitions: [
      { at, alarm: 'edge-cpu', state: 'ALARM', reason: 'it is ALARM' },
      { at: at + 9 * 60_000, alarm: 'edge-cpu', state: 'OK', reason: 'it is OK' },
    ],
    problems: [],
  });
});

test.each([
  ['', 'it is empty'],
  ['timestamp,value', 'give lines TIMESTAMP,VALUE'],
  ['# Notes\n\nThis is a text.', 'give lines TIMESTAMP,VALUE'],
  [
    '2026-06-01T00:00:00Z;2410\n2026-06-01T00:01:00Z;2420',
    'with a comma between them, such as 2026-06-01T00:00:00Z,2410; line 2 is "2026-06-01T00:01:00Z;2420"',
  ],
  ['time,value\n06/01/2026 00:00,7', 'line 2 is "06/01/2026 00:00,7"'],
  [csv(row(0, 'NaN')), 'none of its values is a number of 0 or more'],
  [csv(row(0, -1)), 'none of its values is a number of 0 or more'],
  ['{"MetricDataResults": [', 'it is no complete JSON'],
  ['{"Datapoints": []}', 'give what aws cloudwatch get-metric-data'],
  [
    '{"MetricDataResults": [{"Timestamps":[],"Values":[]},{"Timestamps":[],"Values":[]}]}',
    'it has 2 series; ask for one',
  ],
  ['{"MetricDataResults": [{"Timestamps":[],"Values":[]}]}', 'it has no value'],
  ['{"data":{"resultType":"matrix","result":[]}}', 'it has 0 series; ask for one'],
  ['{"AlarmHistoryItems": []}', 'it has no change of state'],
  [csv('2020-06-01T00:00:00Z,1', '2026-06-01T00:00:00Z,2'), 'it spans 2191 days, from line 2 to line 3'],
])('%j cannot be played, and it says why', (text, problem) => {
  expect(readMetricFile(text)).toEqual({ problem: expect.stringContaining(problem) });
});

describe('utilisation', () => {
  test('is of the nodes at that time', () => {
    const nodes = seriesOf(csv(row(0, 4), row(2, 8)));
    const trace = traceOf(seriesOf(csv(row(0, 50), row(1, 60), row(2, 50), row(3, 50))), undefined, nodes);
    expect(trace).toMatchObject({ loads: [200, 240, 400, 400], perNode: 100, kind: 'utilisation' });
  });

  test.each([
    [[0.4, 0.9], undefined, 'must be percent from 0 to 100; multiply it by 100'],
    [[4000, 9000], undefined, 'which is no percentage; give --per-node'],
    [[4e9], 5000, 'would need 800000 nodes of --per-node 5000; give --per-node in the unit of the metric'],
    [[0, 0], 5000, 'all its values are 0'],
    [[40, 90], undefined, undefined],
    [[4000, 9000], 5000, undefined],
  ])('or load: %j with --per-node %s', (values, perNode, problem) => {
    const trace = traceOf({ startAt: at, values, periodMinutes: 1, problems: [] }, perNode, 4);
    const told = unitProblem(trace, values);
    if (problem === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(problem);
  });
});
