// When a schedule is due. Cron expressions of EventBridge Scheduler are rewritten for croner.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { Cron, type CronOptions } from 'croner';
import type { Schedule } from '../../domain/config/types.ts';

/** The first occurrence after an instant, both in epoch milliseconds. */
export type Occurrences = (after: number) => number | undefined;

const options: CronOptions = {
  paused: true,
  mode: '7-part',
  // AWS counts 1 to 7 from Sunday; croner would count 0 to 7.
  alternativeWeekdays: true,
  // AWS allows 5/15: from 5, every 15.
  sloppyRanges: true,
};

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * @param startAt from which instant a rate counts, epoch milliseconds
 * @throws Error for an expression that croner cannot read
 */
export function occurrencesOf(
  { at, timezone = 'UTC' }: Pick<Schedule, 'at' | 'timezone'>,
  startAt: number,
): Occurrences {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(at) ?? [];
  switch (kind) {
    case 'cron':
      return cronOccurrences(new Cron(cronerPattern(inner), { ...options, timezone }));
    case 'at':
      return (after) => new Cron(inner, { paused: true, timezone }).nextRun(new Date(after))?.getTime();
    case 'rate':
      return rateOccurrences(inner, startAt);
    default:
      throw new Error(`${at} is no schedule expression`);
  }
}

/** Croner has seven fields, AWS six: minutes, hours, day of month, month, day of week, year. */
export function cronerPattern(expression: string): string {
  // For croner ? is the current value, for AWS it matches any day.
  const fields = expression.split(' ').map((field) => (field === '?' ? '*' : field));
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  // The last day of the week.
  const weekday = dayOfWeek === 'L' ? '7' : dayOfWeek;
  return [0, minutes, hours, dayOfMonth, month, weekday, year].join(' ');
}

function cronOccurrences(cron: Cron): Occurrences {
  return (after) => {
    let next = cron.nextRun(new Date(after));
    // A time that does not exist because of summer time: croner runs later, AWS does not run.
    while (next && !cron.match(next)) next = cron.nextRun(next);
    return next?.getTime();
  };
}

function rateOccurrences(rate: string, startAt: number): Occurrences {
  const [, count = '1', unit = 'day'] = /^(\d+) (minute|hour|day)s?$/.exec(rate) ?? [];
  const everyMs = Number(count) * (unit === 'minute' ? unitMs.minute : unit === 'hour' ? unitMs.hour : unitMs.day);
  return (after) => startAt + (Math.max(0, Math.floor((after - startAt) / everyMs)) + 1) * everyMs;
}
