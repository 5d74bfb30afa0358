import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thinned } from '../../functions/pages/thin.ts';
import { testProperty } from '../support/test-property.ts';

const values = fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { freq: 8 }), { maxLength: 300 });
const perBucket = fc.integer({ min: 1, max: 40 });

testProperty('keeps the highest and the lowest value of every bucket', { of: [values, perBucket] }, (series, per) => {
  const points = thinned(series, per).flat();
  for (let from = 0; from < series.length; from += per) {
    const bucket = series.slice(from, from + per).filter((value) => value !== null);
    const kept = points.filter(([at]) => at >= from && at < from + per).map(([, value]) => value);
    if (bucket.length === 0) expect(kept).toEqual([]);
    else expect([Math.min(...kept), Math.max(...kept)]).toEqual([Math.min(...bucket), Math.max(...bucket)]);
  }
});

testProperty(
  'keeps points of the series only, in order, and draws no line over a gap',
  { of: [values, perBucket] },
  (series, per) => {
    for (const run of thinned(series, per)) {
      const [from, to] = [run[0]?.[0] ?? 0, run.at(-1)?.[0] ?? 0];
      expect(series.slice(from, to + 1)).not.toContain(null);
      expect(run.map(([at]) => series[at])).toEqual(run.map(([, value]) => value));
      expect(run.map(([at]) => at)).toEqual(run.map(([at]) => at).toSorted((a, b) => a - b));
    }
  },
);

test('leaves four points of a bucket at most', () => {
  const series = Array.from({ length: 44_640 }, (_, minute) => (minute * 7919) % 101);
  expect(thinned(series, 75).flat().length).toBeLessThanOrEqual(4 * Math.ceil(44_640 / 75));
});
