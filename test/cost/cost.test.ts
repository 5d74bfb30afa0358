import { expect, test } from '@jest/globals';
import { fixedLines, prices, totalOf, type Use, useLines } from './bill.ts';
import { seriesIn } from './measure.ts';

const nothing: Use = {
  invocations: 0,
  gigabyteSeconds: 0,
  logBytes: 0,
  reads: 0,
  writes: 0,
  sqsRequests: 0,
  secretCalls: 0,
  cloudWatchCalls: 0,
  publishes: 0,
};

test('a stack costs what it consists of', () => {
  const parts = { alarmMetrics: 31, dashboards: 1, secrets: 4, keys: 0 };
  expect(totalOf(fixedLines(parts, 4))).toBeCloseTo(4 * 0.3 + 3.1 + 3 + 1.6);
  expect(totalOf(fixedLines({ ...parts, keys: 1 }, 4)) - totalOf(fixedLines(parts, 4))).toBeCloseTo(prices.keyMonth);
});

test.each<[keyof Use, number, number]>([
  ['invocations', 1e6, 0.2],
  ['logBytes', 1e9, 0.5],
  ['reads', 1e6, 0.125],
  ['writes', 1e6, 0.625],
  ['sqsRequests', 1e6, 0.4],
  ['secretCalls', 1e4, 0.05],
  ['cloudWatchCalls', 1e3, 0.01],
  ['publishes', 1e6, 0.5],
])('%s: %d cost %d', (name, used, usd) => {
  expect(totalOf(useLines({ ...nothing, [name]: used }))).toBeCloseTo(usd, 6);
});

test('series are told apart by their metric and their dimensions', () => {
  const line = (cluster: string | undefined, ...names: readonly string[]) =>
    JSON.stringify({
      _aws: {
        CloudWatchMetrics: [
          {
            Dimensions: [['service'], ...(cluster === undefined ? [] : [['service', 'cluster']])],
            Metrics: names.map((Name) => ({ Name })),
          },
        ],
      },
      service: 'stack',
      ...(cluster !== undefined && { cluster }),
    });
  const lines = [
    line(undefined, 'DoubtAge'),
    line('a', 'DoubtAge', 'ClockSkew'),
    line('b', 'DoubtAge'),
    '{"message":"x"}',
  ];
  expect(seriesIn(lines)).toBe(3);
});
