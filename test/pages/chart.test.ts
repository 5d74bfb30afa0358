import { describe, expect, test } from '@jest/globals';
import { areaPath, plot, stepPath, timeAxis } from '../../functions/pages/chart.ts';

const labels = (from: string, to: string, timeZone: string) =>
  Array.from(
    timeAxis({ from: Date.parse(from), to: Date.parse(to) }, timeZone)
      .toString()
      .matchAll(/>([^<>]+)<\/span>/g),
    ([, label]) => label,
  );

describe('the axis of time', () => {
  test('has its ticks at round local times', () => {
    expect(labels('2026-09-01T00:00:00Z', '2026-09-01T05:00:00Z', 'Asia/Kolkata')).toEqual([
      '05:30',
      '06:00',
      '06:30',
      '07:00',
      '07:30',
      '08:00',
      '08:30',
      '09:00',
      '09:30',
      '10:00',
      '10:30',
    ]);
  });

  test('has its ticks at local midnights when clocks change in between', () => {
    const days = labels('2026-03-26T00:00:00Z', '2026-04-01T00:00:00Z', 'Europe/Berlin');
    expect(days).toEqual(['27 Mar', '28 Mar', '29 Mar', '30 Mar', '31 Mar', '1 Apr']);
  });
});

describe('a plot', () => {
  const of = plot({ from: 0, to: 100 }, 50, 10);

  test('draws a step to the next one, and the last one to the right edge', () => {
    expect(
      stepPath(of, [
        [0, 10],
        [50, 0],
      ]),
    ).toBe('M0,0L500,0L500,50L1000,50L1000,50');
  });

  test('draws an area down to zero', () => {
    expect(
      areaPath(of, [
        [0, 5],
        [100, 10],
      ]),
    ).toBe('M0,25L1000,0L1000,50L0,50Z');
  });

  test('has its top at or above the largest value', () => {
    expect(plot({ from: 0, to: 1 }, 50, 17).y.domain()[1]).toBeGreaterThanOrEqual(17);
  });
});
