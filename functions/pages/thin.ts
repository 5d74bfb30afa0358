// A series with fewer points that looks the same. Per bucket the first, the lowest, the highest and the last point stay, so no peak is
// lost (M4 aggregation: Jugel et al., VLDB 2014).
import type { Point } from './chart.ts';

/**
 * @param series values at equal distances, `null` where there is none
 * @param per how many values a bucket has
 * @returns runs of points without a gap, each in order; `at` is the index of the value
 */
export function thinned(series: readonly (number | null)[], per: number): readonly (readonly Point[])[] {
  const runs: Point[][] = [];
  let run: Point[] | undefined;
  let bucket: Point[] = [];
  const close = () => {
    if (bucket.length > 0) run?.push(...extremes(bucket));
    bucket = [];
  };
  series.forEach((value, at) => {
    if (at % per === 0) close();
    if (value === null) {
      close();
      run = undefined;
      return;
    }
    if (run === undefined) {
      run = [];
      runs.push(run);
    }
    bucket.push([at, value]);
  });
  close();
  return runs;
}

function extremes(bucket: readonly Point[]): readonly Point[] {
  const [first, last] = [bucket[0], bucket.at(-1)];
  if (first === undefined || last === undefined) return [];
  const lowest = bucket.reduce((low, point) => (point[1] < low[1] ? point : low), first);
  const highest = bucket.reduce((high, point) => (point[1] > high[1] ? point : high), first);
  return [...new Set([first, lowest, highest, last])].toSorted(([a], [b]) => a - b);
}
