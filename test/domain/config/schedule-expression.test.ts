import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { occurrenceOf, scheduleRemedy, scheduleSyntax } from '../../../functions/domain/config/schedule-expression.ts';

describe('scheduleRemedy', () => {
  test.each([
    'cron(30 7 ? * MON *)',
    'cron(0 10 * * ? *)',
    'cron(0/15 * * * ? *)',
    'cron(*/5 8-17 ? * MON-FRI *)',
    'cron(0,30 0 1,15 JAN,JUL ? 2026-2030)',
    'cron(10-50/10 0 1 1-12/3 ? *)',
    'cron(15 10 ? * 6L 2026-2027)',
    'cron(15 10 ? * FRIL *)',
    'cron(0 9 ? * 3#2 *)',
    'cron(0 9 ? * TUE#5 *)',
    'cron(0 9 L * ? *)',
    'cron(0 9 ? * L *)',
    'cron(0 9 3W * ? *)',
    'cron(0 9 31W * ? 2199)',
    'cron(59 23 31 12 ? 1970)',
    'rate(1 minute)',
    'rate(5 minutes)',
    'rate(1 hour)',
    'rate(12 hours)',
    'rate(1 day)',
    'rate(365 days)',
    'at(2026-11-11T00:00:00)',
    'at(2028-02-29T23:59:59)',
  ])('has nothing to say of %s', (expression) => {
    expect(scheduleRemedy(expression)).toBeUndefined();
  });

  test.each([
    ['an empty text', ''],
    ['a plain cron', '30 7 * * MON'],
    ['five fields', 'cron(30 7 * * MON)'],
    ['seven fields', 'cron(0 30 7 ? * MON *)'],
    ['two spaces', 'cron(30  7 ? * MON *)'],
    ['a space around it', ' rate(1 day)'],
    ['capitals', 'CRON(30 7 ? * MON *)'],
    ['a second line', 'rate(1 day)\nrate(1 day)'],
  ])('explains the syntax for %s', (_what, expression) => {
    expect(scheduleRemedy(expression)).toBe(scheduleSyntax);
  });

  test.each([
    ['cron(99 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(60 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(-1 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(1.5 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(? 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(0/0 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(0/60 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(0//5 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(0-10-20 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(0,,5 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(*,5 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(*-5 7 ? * MON *)', 'use 0 to 59 for the minutes'],
    ['cron(0 24 ? * MON *)', 'use 0 to 23 for the hours'],
    ['cron(0 22-6 ? * MON *)', 'use two ranges, 22-23,0-6, for the hours'],
    ['cron(0 7 0 * ? *)', 'use 1 to 31, L, 1W to 31W or ? for the day of the month'],
    ['cron(0 7 32W * ? *)', 'use 1 to 31, L, 1W to 31W or ? for the day of the month'],
    ['cron(0 7 1,L * ? *)', 'use 1 to 31, L, 1W to 31W or ? for the day of the month'],
    ['cron(0 7 1 13 ? *)', 'use 1 to 12 or JAN to DEC for the month'],
    ['cron(0 7 1 jan ? *)', 'use 1 to 12 or JAN to DEC for the month'],
    ['cron(0 7 1 MON ? *)', 'use 1 to 12 or JAN to DEC for the month'],
    ['cron(0 7 ? * 0 *)', 'use 1 to 7 or SUN to SAT without steps, L, 6L, 3#2 or ? for the day of the week'],
    ['cron(0 7 ? * 8 *)', 'use 1 to 7 or SUN to SAT without steps, L, 6L, 3#2 or ? for the day of the week'],
    ['cron(0 7 ? * MON/2 *)', 'use 1 to 7 or SUN to SAT without steps, L, 6L, 3#2 or ? for the day of the week'],
    ['cron(0 7 ? * 3#6 *)', 'use 1 to 7 or SUN to SAT without steps, L, 6L, 3#2 or ? for the day of the week'],
    ['cron(0 7 ? * 3#1,6#3 *)', 'use 1 to 7 or SUN to SAT without steps, L, 6L, 3#2 or ? for the day of the week'],
    ['cron(0 7 ? * FRI-MON *)', 'use two ranges, FRI-SAT,SUN-MON, for the day of the week'],
    ['cron(0 7 ? * MON 1969)', 'use 1970 to 2199 for the year'],
    ['cron(0 7 ? * MON 2200)', 'use 1970 to 2199 for the year'],
    ['cron(0 7 * * * *)', 'use ? for the day of the month or for the day of the week, one of them'],
    ['cron(0 7 ? * ? *)', 'use ? for the day of the month or for the day of the week, one of them'],
    ['cron(0 7 1 * MON *)', 'use ? for the day of the month or for the day of the week, one of them'],
    ['cron(99 99 ? * MON *)', 'use 0 to 59 for the minutes and use 0 to 23 for the hours'],
    ['rate(1 minutes)', 'use rate(1 minute)'],
    ['rate(5 minute)', 'use rate(5 minutes)'],
    ['rate(2 day)', 'use rate(2 days)'],
    ['rate(0 minutes)', 'use a whole number above 0 and minutes, hours or days, such as rate(5 minutes)'],
    ['rate(05 minutes)', 'use a whole number above 0 and minutes, hours or days, such as rate(5 minutes)'],
    ['rate(1.5 hours)', 'use a whole number above 0 and minutes, hours or days, such as rate(5 minutes)'],
    ['rate(30 seconds)', 'use a whole number above 0 and minutes, hours or days, such as rate(5 minutes)'],
    ['rate(5minutes)', 'use a whole number above 0 and minutes, hours or days, such as rate(5 minutes)'],
    ['at(2026-02-30T00:00:00)', 'use a date and a time that exist, such as at(2026-11-11T08:00:00)'],
    ['at(2026-11-11T24:00:00)', 'use a date and a time that exist, such as at(2026-11-11T08:00:00)'],
    ['at(2026-11-11T08:00)', 'use a date and a time that exist, such as at(2026-11-11T08:00:00)'],
    ['at(2026-11-11T08:00:00Z)', 'use a date and a time that exist, such as at(2026-11-11T08:00:00)'],
    ['at(2026-11-11T08:00:00+08:00)', 'use a date and a time that exist, such as at(2026-11-11T08:00:00)'],
    ['at(2026-11-11T08:00:00.5)', 'use a date and a time that exist, such as at(2026-11-11T08:00:00)'],
    ['at(2026-11-11 08:00:00)', 'use a date and a time that exist, such as at(2026-11-11T08:00:00)'],
  ])('puts %s right: %s', (expression, remedy) => {
    expect(scheduleRemedy(expression)).toBe(remedy);
  });

  test('has an answer for every text', () => {
    const inner = fc.string({
      unit: fc.constantFrom('0', '5', '9', ' ', '*', '?', '/', '-', ',', 'L', 'W', '#', 'MON'),
    });
    const expression = fc.oneof(
      fc.string(),
      fc.tuple(fc.constantFrom('cron', 'rate', 'at'), inner).map(([kind, text]) => `${kind}(${text})`),
    );
    fc.assert(
      fc.property(expression, (text) => {
        expect(scheduleRemedy(text) ?? 'use it').toMatch(/^use /);
      }),
    );
  });

  test('takes every time of a year', () => {
    const minutes = fc.integer({ min: 0, max: 59 });
    const hours = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(
        minutes,
        hours,
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1, max: 12 }),
        (m, h, day, month) => {
          expect(scheduleRemedy(`cron(${m} ${h} ${day} ${month} ? *)`)).toBeUndefined();
        },
      ),
    );
  });
});

describe('occurrenceOf', () => {
  test.each([
    ['at(2026-11-11T00:00:00)', undefined, '2026-11-11T00:00:00.000Z'],
    ['at(2026-11-11T00:00:00)', 'Asia/Shanghai', '2026-11-10T16:00:00.000Z'],
    ['at(2026-07-01T12:00:00)', 'America/New_York', '2026-07-01T16:00:00.000Z'],
    ['at(2026-01-01T12:00:00)', 'America/New_York', '2026-01-01T17:00:00.000Z'],
    ['at(2026-03-08T03:30:00)', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['at(2026-11-01T12:00:00)', 'America/New_York', '2026-11-01T17:00:00.000Z'],
    ['at(2026-01-01T00:00:00)', 'Asia/Kolkata', '2025-12-31T18:30:00.000Z'],
  ])('%s in %s is %s', (expression, timezone, expected) => {
    const at = occurrenceOf(expression, timezone);
    expect(at === undefined ? at : new Date(at).toISOString()).toBe(expected);
  });

  test.each(['cron(30 7 ? * MON *)', 'rate(1 day)', 'at(2026-02-30T00:00:00)'])(
    'does not know one of %s',
    (expression) => {
      expect(occurrenceOf(expression, 'UTC')).toBeUndefined();
    },
  );
});
