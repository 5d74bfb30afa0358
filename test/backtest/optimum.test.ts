import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cheapestCover } from '../../functions/backtest/optimum.ts';
import { perMinute } from '../../functions/backtest/result.ts';
import { testProperty } from '../support/test-property.ts';

/** Leases that cover a minute, when `starts[m]` of them start in minute m. */
const running = (starts: readonly number[], minute: number, lease: number) =>
  starts.slice(Math.max(0, minute - lease + 1), minute + 1).reduce((sum, count) => sum + count, 0);

/** Tries every number of leases at every minute, from before the first one on. */
function fewestByTrial(demand: readonly number[], initial: number, lease: number): number {
  const most = Math.max(0, ...demand.map((nodes) => Math.ceil(nodes) - initial));
  let fewest = Number.POSITIVE_INFINITY;
  const attempt = (starts: readonly number[], bought: number): void => {
    if (bought >= fewest) return;
    const minute = starts.length;
    if (minute === demand.length) {
      fewest = bought;
      return;
    }
    for (let count = 0; count <= most; count++) {
      const next = [...starts, count];
      if (initial + running(next, minute, lease) >= (demand[minute] ?? 0)) attempt(next, bought + count);
    }
  };
  attempt([], 0);
  return fewest;
}

describe('the clairvoyant optimum', () => {
  testProperty(
    'buys as few leases as any purchases that are never short, by trying them all',
    {
      of: [
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 7 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 8 }),
      ],
      numRuns: 500,
    },
    (demand, initial, lease) => {
      expect(cheapestCover(demand, initial, lease).leases).toBe(fewestByTrial(demand, initial, lease));
    },
  );

  testProperty(
    'is never short, and its nodes are those of the start and of running leases',
    {
      of: [
        fc.array(fc.option(fc.double({ min: 0, max: 40, noNaN: true })), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 1, max: 60 }),
      ],
    },
    (demand, initial, lease) => {
      const { purchases, nodes, leases } = cheapestCover(demand, initial, lease);
      const starts = demand.map((_, minute) => purchases.find(([at]) => at === minute)?.[1] ?? 0);
      const present = perMinute(nodes, demand.length);
      expect(present).toEqual(demand.map((_, minute) => initial + running(starts, minute, lease)));
      expect(demand.filter((needed, minute) => (needed ?? 0) - 1e-9 > (present[minute] ?? 0))).toEqual([]);
      expect(leases).toBe(starts.reduce((sum, count) => sum + count, 0));
    },
  );

  test('lets a node that a peak left over serve the next need', () => {
    // A cover of each level by itself takes three: the first level needs a second lease, while that of the second level still runs.
    expect(cheapestCover([1, 2, 1], 0, 2)).toEqual({
      purchases: [
        [0, 1],
        [1, 1],
      ],
      leases: 2,
      nodes: [
        [0, 1],
        [1, 2],
        [2, 1],
      ],
    });
  });

  test('buys nothing for what the nodes of the start carry, nor where the metric has no value', () => {
    expect(cheapestCover([2.5, null, 3], 3, 10)).toEqual({ purchases: [], leases: 0, nodes: [[0, 3]] });
  });

  test('leases again where a need outlasts the lease', () => {
    expect(cheapestCover([4, 4, 4, 4, 4], 3, 2).purchases).toEqual([
      [0, 1],
      [2, 1],
      [4, 1],
    ]);
  });

  test('follows a year of minutes', () => {
    const year = Array.from({ length: 365 * 1440 }, (_, minute) => 6 + 5 * Math.sin((2 * Math.PI * minute) / 1440));
    // Leases of 30 days, for a peak of 11 nodes every day: 13 times 8 nodes, the last ones into the next year.
    expect(cheapestCover(year, 3, 30 * 1440).leases).toBe(13 * 8);
  });
});
