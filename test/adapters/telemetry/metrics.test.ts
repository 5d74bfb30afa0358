import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createMetrics, type Metrics } from '../../../functions/adapters/telemetry/metrics.ts';
import { readLog } from '../../support/function-stand-ins.ts';
import { sampleAt } from '../../support/samples.ts';

let log: readonly string[] = [];
let metrics: Metrics;
beforeEach(() => {
  log = readLog();
  metrics = createMetrics('edge-stack', () => sampleAt);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const published = () => {
  metrics.publish();
  return log.map((line): Record<string, unknown> => JSON.parse(line));
};

describe('a metric', () => {
  test('is a line in the embedded metric format, for the stack and for its dimensions', () => {
    metrics.add('Purchases', 1, { cluster: 'edge' });
    expect(published()).toEqual([
      {
        _aws: {
          Timestamp: sampleAt,
          CloudWatchMetrics: [
            {
              Namespace: 'EdgeScaleOut',
              Dimensions: [['service'], ['service', 'cluster']],
              Metrics: [{ Name: 'Purchases', Unit: 'Count' }],
            },
          ],
        },
        service: 'edge-stack',
        cluster: 'edge',
        Purchases: 1,
      },
    ]);
  });

  test('without dimensions is one of the stack alone', () => {
    metrics.add('ClockSkew', 1.5);
    expect(published()).toMatchObject([
      {
        _aws: { CloudWatchMetrics: [{ Dimensions: [['service']], Metrics: [{ Name: 'ClockSkew', Unit: 'Seconds' }] }] },
        ClockSkew: 1.5,
      },
    ]);
  });

  test('whose dimension is not told is one of the stack alone, too', () => {
    metrics.add('Deferrals', 1);
    expect(published()).toMatchObject([{ _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] }, Deferrals: 1 }]);
  });

  test('has the dimensions that it is defined with, and no others: each value is a series that costs money', () => {
    metrics.add('Decisions', 1, { kind: 'skip', reason: 'stale', cluster: 'edge' });
    const [line] = published();
    expect(line).toMatchObject({ kind: 'skip', reason: 'stale' });
    expect(line).not.toHaveProperty('cluster');
  });

  test('shares a line with others of the same dimensions', () => {
    metrics.add('SlotAge', 60, { cluster: 'edge' });
    metrics.add('ParkedSlots', 0, { cluster: 'edge' });
    metrics.add('ParkedSlots', 1, { cluster: 'north' });
    expect(published()).toMatchObject([
      { cluster: 'edge', SlotAge: 60, ParkedSlots: 0 },
      { cluster: 'north', ParkedSlots: 1 },
    ]);
  });

  test('that counts is summed up', () => {
    for (let n = 0; n < 5000; n += 1) metrics.add('Decisions', 1, { kind: 'skip', reason: 'satisfied' });
    expect(published()).toMatchObject([{ kind: 'skip', reason: 'satisfied', Decisions: 5000 }]);
  });

  test('that is measured keeps each value, at most a hundred to a line, and its dimensions on all lines', () => {
    for (let n = 0; n < 250; n += 1) metrics.add('TimeToReady', n, { cluster: 'edge' });
    metrics.add('NodesReady', 2, { cluster: 'edge' });
    const all = published();
    expect(all.map(({ cluster, TimeToReady, NodesReady }) => [cluster, TimeToReady, NodesReady])).toEqual([
      ['edge', Array.from({ length: 100 }, (_, n) => n), 2],
      ['edge', Array.from({ length: 100 }, (_, n) => 100 + n), undefined],
      ['edge', Array.from({ length: 50 }, (_, n) => 200 + n), undefined],
    ]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('of %d is left out, and spoils no other', (value) => {
    metrics.add('ClockSkew', value);
    metrics.add('ParkedSlots', 1, { cluster: 'edge' });
    expect(published()).toMatchObject([{ ParkedSlots: 1 }]);
    expect(log).toHaveLength(1);
  });
});

test('what was published is not published again', () => {
  metrics.add('ParkedSlots', 1, { cluster: 'edge' });
  expect(published()).toHaveLength(1);
  expect(published()).toHaveLength(1);
  metrics.add('ParkedSlots', 0, { cluster: 'edge' });
  expect(published().map((line) => line['ParkedSlots'])).toEqual([1, 0]);
});

test('nothing to publish is no line', () => {
  expect(published()).toEqual([]);
});
