// Cron expressions that the config allows, at random.
import fc from 'fast-check';
import { scheduleRemedy } from '../../functions/domain/config/schedule-expression.ts';

interface CronArbitraries {
  readonly minutes: fc.Arbitrary<string>;
  readonly hours: fc.Arbitrary<string>;
  readonly year: fc.Arbitrary<string>;
}

/** A field: `*`, or a list of numbers, ranges and steps. */
export function cronNumbers(min: number, max: number): fc.Arbitrary<string> {
  const one = fc.integer({ min, max });
  const range = fc.tuple(one, one).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const from = fc.tuple(fc.oneof(one.map(String), range, fc.constant('*')), fc.integer({ min: 1, max: 12 }));
  const item = fc.oneof(
    one.map(String),
    range,
    from.map(([start, step]) => `${start}/${step}`),
  );
  return fc.oneof(
    fc.constant('*'),
    fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(',')),
  );
}

const day = fc.oneof(cronNumbers(1, 31), fc.constantFrom('L', '1W', '15W', '31W')).map((value) => [value, '?']);
const weekday = fc
  .oneof(
    fc.constantFrom('*', 'L', 'SUN', 'MON-FRI', 'TUE,THU', '1', '7', '2-6', '6L', 'FRIL', '3#2', 'SUN#1', '7#5'),
    fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }).map((days) => days.join(',')),
  )
  .map((value) => ['?', value]);

export function cronExpressions({
  minutes = cronNumbers(0, 59),
  hours = cronNumbers(0, 23),
  year = cronNumbers(2026, 2199),
}: Partial<CronArbitraries> = {}): fc.Arbitrary<string> {
  return fc
    .tuple(minutes, hours, fc.oneof(day, weekday), cronNumbers(1, 12), year)
    .map(
      ([minute, hour, [dayOfMonth, dayOfWeek], month, of]) =>
        `cron(${minute} ${hour} ${dayOfMonth} ${month} ${dayOfWeek} ${of})`,
    )
    .filter((at) => scheduleRemedy(at) === undefined);
}
