import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { occurrencesOf } from '../../../functions/cli/report/aws-cron.ts';
import { mostOccurrences } from '../../../functions/domain/config/schedule-occurrences.ts';
import { cronExpressions, cronNumbers } from '../../support/schedule-expressions.ts';

const day = 24 * 60 * 60_000;
const weekday = (...days: readonly number[]) => ({ weekdays: new Set(days) });

describe('the most occurrences', () => {
  test.each<[string, string | undefined, object]>([
    ['rate(1 minute)', undefined, { perDay: 1440, perMonth: 44_640 }],
    ['rate(7 hours)', undefined, { perDay: 4, perMonth: 107 }],
    ['rate(1 day)', 'America/New_York', { perDay: 1, perMonth: 31 }],
    ['rate(2 days)', undefined, { perDay: 1, perMonth: 16 }],
    ['rate(365 days)', undefined, { perDay: 1, perMonth: 1 }],
    ['at(2026-11-11T00:00:00)', 'Asia/Shanghai', { perDay: 1, perMonth: 1 }],
    ['cron(0 * * * ? *)', undefined, { perDay: 24, perMonth: 744 }],
    ['cron(*/15 8-17 1,15 JAN ? *)', undefined, { perDay: 40, perMonth: 80 }],
    ['cron(10-50/20,30 0/8 L * ? *)', undefined, { perDay: 9, perMonth: 9 }],
    ['cron(0 9 3W * ? *)', undefined, { perDay: 1, perMonth: 1 }],
    ['cron(0 9 ? * 3#2 *)', undefined, { perDay: 1, perMonth: 1 }],
    ['cron(0 9 ? * FRIL *)', undefined, { perDay: 1, perMonth: 1 }],
    ['cron(0 9 ? * MON *)', undefined, { perDay: 1, perMonth: 5, ...weekday(1) }],
    ['cron(0 9 ? * L *)', undefined, { perDay: 1, perMonth: 5, ...weekday(6) }],
    ['cron(0 9 ? * MON-FRI *)', undefined, { perDay: 1, perMonth: 23, ...weekday(1, 2, 3, 4, 5) }],
    ['cron(0 9 ? * * *)', undefined, { perDay: 1, perMonth: 31, ...weekday(0, 1, 2, 3, 4, 5, 6) }],
  ])('of %s in %s are known', (expression, timeZone, expected) => {
    expect(mostOccurrences(expression, timeZone)).toEqual(expected);
  });

  test('fall on the day before or after, where the time zone says so', () => {
    expect(mostOccurrences('cron(30 7,8 ? * SUN *)', 'Asia/Shanghai').weekdays).toEqual(new Set([6, 0]));
    expect(mostOccurrences('cron(30 20 ? * SAT *)', 'America/New_York').weekdays).toEqual(new Set([0]));
    expect(mostOccurrences('cron(30 19 ? * SAT *)', 'America/New_York').weekdays).toEqual(new Set([6, 0]));
  });

  test('are one more in the UTC day that begins in winter time and ends in summer time', () => {
    expect(mostOccurrences('cron(30 19 * * ? *)', 'America/New_York')).toEqual({ perDay: 2, perMonth: 32 });
    expect(mostOccurrences('cron(30 20 * * ? *)', 'America/New_York')).toEqual({ perDay: 1, perMonth: 31 });
    expect(mostOccurrences('cron(30 7 * * ? *)', 'Asia/Shanghai')).toEqual({ perDay: 1, perMonth: 31 });
  });

  test('count a date twice that a UTC month can hold at both of its ends', () => {
    const at = 'cron(0 20 28 * ? 2026)';
    const occurrences = occurrencesOf({ at, timezone: 'America/New_York' }, 0);
    const first = occurrences(Date.parse('2026-03-01T00:00:00Z')) ?? 0;
    const second = occurrences(first) ?? 0;
    expect([first, second].map((instant) => new Date(instant).toISOString().slice(0, 7))).toEqual([
      '2026-03',
      '2026-03',
    ]);
    expect(mostOccurrences(at, 'America/New_York').perMonth).toBe(2);
  });
});

/** How often it occurs in the days from an instant on, and on which days of the week. */
function counted(at: string, timezone: string, from: number, days: number) {
  const occurrences = occurrencesOf({ at, timezone }, from - 1);
  const weekdays = new Set<number>();
  let count = 0;
  for (let next = occurrences(from - 1); next !== undefined && next < from + days * day; next = occurrences(next)) {
    count += 1;
    weekdays.add(new Date(next).getUTCDay());
  }
  return { count, weekdays };
}

/** Zones whose clocks change by an hour, by half of one, in Ramadan, in the other hemisphere, and not at all. */
const zone = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'Asia/Kolkata',
  'America/New_York',
  'America/St_Johns',
  'Europe/Berlin',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
);
const month = fc.integer({ min: 0, max: 59 }).map((n) => Date.UTC(2026, n));

test('no UTC day has more, by the clock of the ticker', () => {
  const dayOf = fc.tuple(month, fc.integer({ min: 0, max: 30 })).map(([start, n]) => start + n * day);
  fc.assert(
    fc.property(cronExpressions({ year: fc.constant('*') }), zone, dayOf, (at, timezone, from) => {
      const { count, weekdays } = counted(at, timezone, from, 1);
      const most = mostOccurrences(at, timezone);
      expect(most.perDay).toBeGreaterThanOrEqual(count);
      for (const one of weekdays) expect(most.weekdays?.has(one)).not.toBe(false);
    }),
  );
});

test('no UTC month has more, by the clock of the ticker', () => {
  const seldom = {
    minutes: fc.integer({ min: 0, max: 59 }).map(String),
    hours: fc.oneof(fc.integer({ min: 0, max: 23 }).map(String), fc.constant('0,23'), cronNumbers(0, 23)),
    year: fc.constant('*'),
  };
  fc.assert(
    fc.property(cronExpressions(seldom), zone, month, (at, timezone, from) => {
      const start = new Date(from);
      const days = (Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) - from) / day;
      expect(mostOccurrences(at, timezone).perMonth).toBeGreaterThanOrEqual(counted(at, timezone, from, days).count);
    }),
  );
});
