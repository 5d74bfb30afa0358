import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { occurrencesOf } from '../../../functions/cli/report/aws-cron.ts';
import { hasDateAfter } from '../../../functions/domain/config/schedule-dates.ts';
import { cronExpressions } from '../../support/schedule-expressions.ts';

const at = Date.parse('2026-11-11T08:00:00Z');

test.each<[string, boolean]>([
  ['cron(0 8 31 2 ? *)', false],
  ['cron(0 8 29 2 ? *)', true],
  ['cron(0 8 29 2 ? 2027)', false],
  ['cron(0 8 29 2 ? 2028)', true],
  ['cron(0 8 31 APR,MAY ? *)', true],
  ['cron(0 8 31W APR ? *)', false],
  ['cron(0 8 30W APR ? *)', true],
  ['cron(0 8 L 2 ? *)', true],
  ['cron(0 8 ? 2 SUN#5 2027)', false],
  ['cron(0 8 ? 2 TUE#5 2028)', true],
  ['cron(0 8 ? 2 3#5 2028)', true],
  ['cron(0 8 ? 2 FRIL 2027)', true],
  ['cron(0 8 * * ? 2025)', false],
  ['cron(0 8 * 1-10 ? 2026)', false],
  ['cron(0 8 9 11 ? 2026)', false],
  // It may still be that date somewhere.
  ['cron(0 8 10 11 ? 2026)', true],
  ['cron(0 8 12 11 ? 2026)', true],
  ['rate(1 day)', true],
  ['at(2020-01-01T00:00:00)', true],
])('%s has a date to come: %j', (expression, expected) => {
  expect(hasDateAfter(expression, at)).toBe(expected);
});

test('what occurs by the local engine has a date', () => {
  fc.assert(
    fc.property(cronExpressions(), fc.integer({ min: 2026, max: 2190 }), (expression, year) => {
      const after = Date.UTC(year, 0);
      const next = occurrencesOf({ at: expression }, after)(after);
      fc.pre(next !== undefined);
      expect(hasDateAfter(expression, after)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
