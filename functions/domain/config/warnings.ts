// What is right to deploy and probably not meant. `check` and synth print it; a deployed function does not look at it, because
// an occurrence that was to come is over later.
import { overlapWarnings, placedAlarms } from './alarm-overlaps.ts';
import { hasDateAfter } from './schedule-dates.ts';
import { occurrenceOf } from './schedule-expression.ts';
import type { Config, Schedule } from './types.ts';

/** @param now epoch milliseconds @returns one line each, with its place in the config */
export function configWarnings({ clusters }: Config, now: number): string[] {
  const places = Object.entries(clusters).flatMap(([name, { schedules }]) =>
    schedules.map((schedule, i) => ({ schedule, place: `clusters.${name}.schedules[${i}].at` })),
  );
  return [
    ...overlapWarnings(placedAlarms(clusters)),
    ...places.flatMap(({ schedule, place }) =>
      isOver(schedule, now) ? `${place}: ${schedule.at} is over; use a later date, or remove the schedule` : [],
    ),
  ];
}

function isOver({ at, timezone }: Schedule, now: number): boolean {
  const occursAt = occurrenceOf(at, timezone);
  return occursAt === undefined ? !hasDateAfter(at, now) : occursAt <= now;
}
