import { describe, expect, test } from '@jest/globals';
import { cronerPattern, occurrencesOf } from '../../../functions/cli/report/aws-cron.ts';
import { cronExpressions } from '../../support/schedule-expressions.ts';
import { testProperty } from '../../support/test-property.ts';

const march = Date.parse('2026-03-01T00:00:00Z');

/** The first occurrences after an instant. */
function next(at: string, { timezone = 'UTC', from = march, count = 3 } = {}): string[] {
  const occurrences = occurrencesOf({ at, timezone }, from);
  const found: string[] = [];
  for (let after: number | undefined = from; found.length < count && after !== undefined; ) {
    after = occurrences(after);
    if (after !== undefined) found.push(new Date(after).toISOString().slice(0, 16));
  }
  return found;
}

test('rewrites the six fields of AWS into the seven of croner', () => {
  expect(cronerPattern('0 10 ? * 6L 2026-2028')).toBe('0 0 10 * * 6L 2026-2028');
  expect(cronerPattern('0 10 L * ? *')).toBe('0 0 10 L * * *');
  expect(cronerPattern('0 10 ? * L *')).toBe('0 0 10 * * 7 *');
});

// 2026-03-01 is a Sunday.
describe('cron', () => {
  test.each([
    ['a day of every month', 'cron(15 10 5 * ? *)', ['2026-03-05T10:15', '2026-04-05T10:15', '2026-05-05T10:15']],
    ['1 as Sunday', 'cron(0 12 ? * 1 *)', ['2026-03-01T12:00', '2026-03-08T12:00', '2026-03-15T12:00']],
    ['7 as Saturday', 'cron(0 12 ? * 7 *)', ['2026-03-07T12:00', '2026-03-14T12:00', '2026-03-21T12:00']],
    ['2-6 as Monday to Friday', 'cron(0 9 ? * 2-6 *)', ['2026-03-02T09:00', '2026-03-03T09:00', '2026-03-04T09:00']],
    ['names of days', 'cron(0 9 ? * MON,FRI *)', ['2026-03-02T09:00', '2026-03-06T09:00', '2026-03-09T09:00']],
    ['the second Tuesday', 'cron(0 9 ? * 3#2 *)', ['2026-03-10T09:00', '2026-04-14T09:00', '2026-05-12T09:00']],
    ['the last Friday', 'cron(0 9 ? * 6L *)', ['2026-03-27T09:00', '2026-04-24T09:00', '2026-05-29T09:00']],
    [
      'L as the last day of the week',
      'cron(0 9 ? * L *)',
      ['2026-03-07T09:00', '2026-03-14T09:00', '2026-03-21T09:00'],
    ],
    [
      'L as the last day of the month',
      'cron(0 9 L * ? *)',
      ['2026-03-31T09:00', '2026-04-30T09:00', '2026-05-31T09:00'],
    ],
    [
      'the weekday nearest to the 1st',
      'cron(0 9 1W * ? *)',
      ['2026-03-02T09:00', '2026-04-01T09:00', '2026-05-01T09:00'],
    ],
    ['steps from a start', 'cron(5/25 8 * * ? *)', ['2026-03-01T08:05', '2026-03-01T08:30', '2026-03-01T08:55']],
    ['steps of all', 'cron(0 */8 * * ? *)', ['2026-03-01T08:00', '2026-03-01T16:00', '2026-03-02T00:00']],
    ['names of months', 'cron(0 0 1 JAN-FEB,DEC ? *)', ['2026-12-01T00:00', '2027-01-01T00:00', '2027-02-01T00:00']],
    ['years', 'cron(0 0 1 1 ? 2027,2029)', ['2027-01-01T00:00', '2029-01-01T00:00']],
    ['a year that is over', 'cron(0 0 1 1 ? 2020)', []],
  ])('knows %s', (_, expression, expected) => {
    expect(next(expression)).toEqual(expected);
  });

  test('counts in the time zone of the schedule', () => {
    expect(next('cron(30 7 ? * MON *)', { timezone: 'Asia/Shanghai' })).toEqual([
      '2026-03-01T23:30',
      '2026-03-08T23:30',
      '2026-03-15T23:30',
    ]);
  });

  test('leaves out a time that a change to summer time leaves out', () => {
    const newYork = { timezone: 'America/New_York', from: Date.parse('2026-03-07T12:00:00Z') };
    expect(next('cron(30 2 * * ? *)', newYork)).toEqual(['2026-03-09T06:30', '2026-03-10T06:30', '2026-03-11T06:30']);
  });

  test('takes a time that a change to winter time repeats once', () => {
    const newYork = { timezone: 'America/New_York', from: Date.parse('2026-10-31T12:00:00Z') };
    expect(next('cron(30 1 * * ? *)', newYork)).toEqual(['2026-11-01T05:30', '2026-11-02T06:30', '2026-11-03T06:30']);
  });

  test('never occurs before the instant that is asked from, nor at it', () => {
    const noon = Date.parse('2026-03-01T12:00:00Z');
    expect(next('cron(0 12 * * ? *)', { from: noon, count: 1 })).toEqual(['2026-03-02T12:00']);
  });
});

testProperty('reads every cron expression that the config allows', { of: [cronExpressions()], numRuns: 300 }, (at) => {
  expect(() => occurrencesOf({ at }, march)(march)).not.toThrow();
});

describe('rate', () => {
  test.each([
    ['rate(5 minutes)', ['2026-03-01T00:05', '2026-03-01T00:10', '2026-03-01T00:15']],
    ['rate(1 hour)', ['2026-03-01T01:00', '2026-03-01T02:00', '2026-03-01T03:00']],
    ['rate(2 days)', ['2026-03-03T00:00', '2026-03-05T00:00', '2026-03-07T00:00']],
  ])('counts %s from its start', (expression, expected) => {
    expect(next(expression)).toEqual(expected);
  });
});

describe('at', () => {
  test('occurs once, in the time zone of the schedule', () => {
    expect(next('at(2026-11-11T08:00:00)', { timezone: 'Asia/Shanghai' })).toEqual(['2026-11-11T00:00']);
  });

  test('occurs no more when its time is over', () => {
    expect(next('at(2026-02-28T23:59:59)')).toEqual([]);
  });
});

test('says which expression it cannot read', () => {
  expect(() => occurrencesOf({ at: 'every monday' }, march)).toThrow('every monday is no schedule expression');
});
