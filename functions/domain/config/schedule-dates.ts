// Whether a cron expression has a date at all: 31 February is none, and a year that is over has none any more.
import { cronValues, type FieldValue, weekdays } from './schedule-expression.ts';

/**
 * @param expression a correct one @param after epoch milliseconds, in any time zone
 * @returns false only where every date is over; true for a rate or an at
 */
export function hasDateAfter(expression: string, after: number): boolean {
  const [, , dayOfMonth, months, dayOfWeek, years] = cronValues(expression) ?? [];
  if (!(months instanceof Set) || !(years instanceof Set) || dayOfMonth === undefined || dayOfWeek === undefined)
    return true;
  for (const year of years)
    for (const month of months)
      for (let day = daysOf(year, month); day >= 1; day -= 1) {
        const date = { year, month, day };
        if (utcOf(date) + latestEndMs <= after) break;
        if (isOnMonthDay(dayOfMonth, date) && isOnWeekday(dayOfWeek, date)) return true;
      }
  return false;
}

interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** The last time zone is twelve hours behind UTC. */
const latestEndMs = 36 * 60 * 60_000;

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
const utcOf = ({ year, month, day }: CalendarDate): number => Date.UTC(year, month - 1, day);

/** nW is the weekday nearest to day n, in the same month. */
function isOnMonthDay(field: FieldValue, { year, month, day }: CalendarDate): boolean {
  if (typeof field !== 'string') return field.has(day);
  const nearest = /^(\d+)W$/.exec(field)?.[1];
  return nearest === undefined || Number(nearest) <= daysOf(year, month);
}

/** d#n is the nth such day of the month. The last one, and every day of the week, are in each month. */
function isOnWeekday(field: FieldValue, date: CalendarDate): boolean {
  const weekday = new Date(utcOf(date)).getUTCDay() + 1;
  if (typeof field !== 'string') return field.has(weekday);
  const [, of = '', nth] = /^(\w+)#(\d)$/.exec(field) ?? [];
  return (
    nth === undefined ||
    ([String(weekday), weekdays[weekday - 1]].includes(of) && Math.ceil(date.day / 7) === Number(nth))
  );
}
