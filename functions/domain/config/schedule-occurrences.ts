// The most occurrences of a schedule in one UTC day or month, the windows of the limits. Never too few.
import { cronValues, type FieldValue, offsetsOf } from './schedule-expression.ts';

interface MostOccurrences {
  readonly perDay: number;
  readonly perMonth: number;
  /** UTC days of the week, 0 for Sunday; absent for any. */
  readonly weekdays?: ReadonlySet<number>;
}

const minutesPerDay = 24 * 60;
const minutesPer: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: minutesPerDay };
const longestMonth = 31;

/** @param expression a correct one */
export function mostOccurrences(expression: string, timeZone = 'UTC'): MostOccurrences {
  const [minutes, hours, dayOfMonth, , dayOfWeek] = cronValues(expression) ?? [];
  if (minutes instanceof Set && hours instanceof Set && dayOfMonth !== undefined && dayOfWeek !== undefined) {
    const times = [...hours].flatMap((hour) => [...minutes].map((minute) => 60 * hour + minute));
    return dayOfMonth === '?' ? onWeekdays(dayOfWeek, times, timeZone) : onDates(dayOfMonth, times, timeZone);
  }
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const everyMinutes = Number(count) * (minutesPer[unit] ?? 0);
  // An `at` occurs once.
  if (everyMinutes === 0) return { perDay: 1, perMonth: 1 };
  return {
    perDay: Math.ceil(minutesPerDay / everyMinutes),
    perMonth: Math.ceil((longestMonth * minutesPerDay) / everyMinutes),
  };
}

/** @param times minutes after midnight in the time zone */
function onDates(field: FieldValue, times: readonly number[], timeZone: string): MostOccurrences {
  const { least, most, twice } = offsets(times, timeZone);
  // A UTC month begins within a day of the time zone, so a date of a neighbouring month may fall into it.
  const days = (typeof field === 'string' ? 1 : field.size) + (least === 0 && most === 0 ? 0 : 1);
  return {
    perDay: times.length + twice,
    perMonth: Math.min(days, longestMonth) * times.length + twice,
  };
}

function onWeekdays(field: FieldValue, times: readonly number[], timeZone: string): MostOccurrences {
  // L alone is Saturday; 6L and 3#2 are one day of a month.
  const days = field === 'L' ? new Set([7]) : field;
  if (typeof days === 'string') return onDates(days, times, timeZone);
  const { least, most, twice } = offsets(times, timeZone);
  const shifts = new Set(times.flatMap((time) => [least, most].map((offset) => wholeDays(time - offset))));
  const weekdays = new Set([...days].flatMap((day) => [...shifts].map((shift) => (day - 1 + shift + 7) % 7)));
  // Of 31 days in a row, three days of the week come five times.
  const perMonth = (4 * days.size + Math.min(days.size, 3)) * times.length + twice;
  return { perDay: times.length + twice, perMonth, weekdays };
}

const wholeDays = (minutes: number): number => Math.floor(minutes / minutesPerDay);

/** Offsets from UTC in minutes, and how many times of a day occur twice in one UTC day because of a clock change. */
function offsets(times: readonly number[], timeZone: string) {
  const offsetAt = offsetsOf(timeZone);
  // Any year will do; week by week, because Morocco changes its clocks for a month.
  const all = Array.from({ length: 53 }, (_, week) => offsetAt(Date.UTC(2026, 0, 1 + 7 * week)) / 60_000);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const sinceMidnight = (time: number): number => time - least - minutesPerDay * wholeDays(time - least);
  return { least, most, twice: times.filter((time) => sinceMidnight(time) < most - least).length };
}
