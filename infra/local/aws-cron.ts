// When a schedule of the config is due. EventBridge Scheduler's cron expressions have fields that croner reads otherwise,
// or not at all; they are rewritten into its seven-field form here.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { Cron, type CronOptions } from 'croner';
import type { Schedule } from '../../functions/domain/config/types.ts';

/** @returns the first occurrence after an instant, both in epoch milliseconds; undefined when there is none any more */
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

/** The seven fields of croner for the six of AWS: minutes, hours, day of month, month, day of week, year. */
export function cronerPattern(expression: string): string {
  // For croner, ? is the present value of a field; for AWS, it is no value, which any day matches.
  const fields = expression.split(' ').map((field) => (field === '?' ? '*' : field));
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  // The last day of the week, which has no name of its own in croner.
  const weekday = dayOfWeek === 'L' ? '7' : dayOfWeek;
  return [0, minutes, hours, dayOfMonth, month, weekday, year].join(' ');
}

function cronOccurrences(cron: Cron): Occurrences {
  return (after) => {
    let next = cron.nextRun(new Date(after));
    // A time that a change to summer time leaves out: croner runs after the gap, AWS not at all.
    while (next && !cron.match(next)) next = cron.nextRun(next);
    return next?.getTime();
  };
}

function rateOccurrences(rate: string, startAt: number): Occurrences {
  const [, count = '1', unit = 'day'] = /^(\d+) (minute|hour|day)s?$/.exec(rate) ?? [];
  const everyMs = Number(count) * (unit === 'minute' ? unitMs.minute : unit === 'hour' ? unitMs.hour : unitMs.day);
  return (after) => startAt + (Math.max(0, Math.floor((after - startAt) / everyMs)) + 1) * everyMs;
}
