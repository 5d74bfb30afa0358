import type { Schedule } from '../functions/domain/config/types.ts';

/** The message of an occurrence, of the stack and of the local engine. @param scheduledTime an ISO 8601 instant, or Scheduler's placeholder */
export function scheduleInput(cluster: string, { name, add, reach, until }: Schedule, scheduledTime: string) {
  return {
    version: 1,
    kind: 'schedule',
    schedule: name,
    scheduledTime,
    cluster,
    ...(add !== undefined && { add }),
    ...(reach !== undefined && { reach }),
    ...(until !== undefined && { until }),
  } as const;
}
