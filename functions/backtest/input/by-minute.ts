// Points in time as one value for each minute, as CloudWatch would have it: a datapoint counts for its period, and what lies between two
// periods without one is missing.
import type { InputProblem } from '../result.ts';
import { minuteMs } from '../trace.ts';
import type { Point, Points, Remark, Unreadable } from './points.ts';

export interface MinuteSeries {
  /** Epoch milliseconds of the first minute. */
  readonly startAt: number;
  readonly values: readonly (number | null)[];
  /** Whole minutes for which a datapoint counts. */
  readonly periodMinutes: number;
  readonly problems: readonly InputProblem[];
}

const maxMinutes = 3 * 366 * 24 * 60;

export function byMinute({ points, remarks }: Points): MinuteSeries | Unreadable {
  const noted = [...remarks];
  const all = withoutDuplicates(inOrder(points, noted), noted);
  const known = all.filter(({ value }) => value !== null);
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last) {
    const nothing = all.length === 0 ? 'it has no value' : 'none of its values is a number of 0 or more';
    return { problem: `${nothing}; ask for a time in which the metric has datapoints` };
  }
  const periodMinutes = periodOf(all);
  const startAt = Math.floor(first.at / minuteMs) * minuteMs;
  const minutes = Math.floor((last.at - startAt) / minuteMs) + periodMinutes;
  if (minutes > maxMinutes)
    return {
      problem: `it spans ${Math.round((last.at - first.at) / (1440 * minuteMs))} days, from line ${first.line} to line ${last.line}; give three years at most`,
    };
  const sums = new Float64Array(minutes);
  const counts = new Uint16Array(minutes);
  for (const { at, value } of known) {
    const minute = Math.floor((at - startAt) / minuteMs);
    sums[minute] = (sums[minute] ?? 0) + (value ?? 0);
    counts[minute] = (counts[minute] ?? 0) + 1;
  }
  if (counts.some((count) => count > 1))
    noted.push({ says: 'some minutes have several values: their average counts, as CloudWatch would have it' });
  noted.push(...gapsIn(all, periodMinutes));
  return { startAt, values: held(sums, counts, periodMinutes), periodMinutes, problems: grouped(noted) };
}

/** A value counts until its period is over or the next one comes. */
function held(sums: Float64Array, counts: Uint16Array, periodMinutes: number): (number | null)[] {
  let [value, left] = [0, 0];
  return Array.from(sums, (sum, minute) => {
    const count = counts[minute] ?? 0;
    if (count > 0) [value, left] = [sum / count, periodMinutes];
    left -= 1;
    return left >= 0 ? value : null;
  });
}

function inOrder(points: readonly Point[], remarks: Remark[]): readonly Point[] {
  for (const [i, { at, line }] of points.entries())
    if (at < (points[i - 1]?.at ?? at))
      remarks.push({ line, says: 'is earlier than the line before it: all were sorted' });
  return points.toSorted((a, b) => a.at - b.at);
}

function withoutDuplicates(sorted: readonly Point[], remarks: Remark[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of sorted) {
    const before = kept.at(-1);
    if (before?.at !== point.at) kept.push(point);
    else {
      remarks.push({ line: point.line, says: 'has the same time as another line: the later line counts' });
      kept[kept.length - 1] = point;
    }
  }
  return kept;
}

/** The most frequent distance between two points, in whole minutes and at least one. */
function periodOf(sorted: readonly Point[]): number {
  const counts = new Map<number, number>();
  for (const [i, { at }] of sorted.entries()) {
    const before = sorted[i - 1];
    if (!before) continue;
    const minutes = Math.max(1, Math.round((at - before.at) / minuteMs));
    counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([a, n], [b, m]) => m - n || a - b);
  return most?.[0] ?? 1;
}

function gapsIn(sorted: readonly Point[], periodMinutes: number): readonly Remark[] {
  return sorted.flatMap(({ at, line }, i): Remark[] => {
    const before = sorted[i - 1];
    const missing = before ? Math.floor(at / minuteMs) - Math.floor(before.at / minuteMs) - periodMinutes : 0;
    // A period that is not of whole minutes drifts by one.
    if (missing <= 0 || (periodMinutes > 1 && missing < 2)) return [];
    return [{ line, says: 'comes after a gap: the minutes before it are missing data, as for CloudWatch' }];
  });
}

/** What is said of many lines is told of the first one. */
export function grouped(remarks: readonly Remark[]): readonly InputProblem[] {
  return [...Map.groupBy(remarks, ({ says }) => says)].map(([says, all]) => {
    const lines = all.flatMap(({ line }) => line ?? []);
    return {
      ...(lines.length > 0 && { line: lines.reduce((a, b) => Math.min(a, b)) }),
      ...(all.length > 1 && { more: all.length - 1 }),
      says,
    };
  });
}
