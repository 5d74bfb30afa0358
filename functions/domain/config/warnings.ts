// What is right to deploy and probably not meant. `check` and synth print it; a deployed function does not look at it, because
// an occurrence that was to come is over later.
import { overlapWarnings, placedAlarms } from './alarm-overlaps.ts';
import { hasDateAfter } from './schedule-dates.ts';
import { occurrenceOf } from './schedule-expression.ts';
import type { Config, Schedule } from './types.ts';

/** @param now epoch milliseconds @returns one line each, with its place in the config */
export function configWarnings({ clusters }: Config, now: number): string[] {
  const places = Object.entries(clusters).flatMap(([name, { schedules }]) =>
    schedules.map((schedule, i) => ({ schedule, place: `clusters.${name}.schedules[${i}]` })),
  );
  return [
    ...overlapWarnings(placedAlarms(clusters)),
    ...places.flatMap(({ schedule, place }) =>
      isOver(schedule, now) ? `${place}.at: ${schedule.at} is over; use a later date, or remove the schedule` : [],
    ),
    ...places.flatMap(({ schedule, place }) => invertedZone(schedule, `${place}.timezone`)),
  ];
}

/** POSIX counts hours west of Greenwich, and the names of these zones still do. */
function invertedZone({ timezone = '' }: Schedule, place: string): string[] {
  const [, sign, hours] = /^Etc\/GMT([+-])([1-9]\d?)$/.exec(timezone) ?? [];
  if (sign === undefined) return [];
  const actual = sign === '+' ? '-' : '+';
  return [
    `${place}: ${timezone} is UTC${actual}${hours}, as the sign of these names is inverted; if UTC${sign}${hours} is meant, use Etc/GMT${actual}${hours}, or a place such as Asia/Shanghai`,
  ];
}

function isOver({ at, timezone }: Schedule, now: number): boolean {
  const occursAt = occurrenceOf(at, timezone);
  return occursAt === undefined ? !hasDateAfter(at, now) : occursAt <= now;
}
