import type { Schedule } from '../functions/domain/config/types.ts';

/**
 * The message that an occurrence of a schedule puts on the queue: the stack's schedules and the local engine's ticker
 * send the same. The schedule's name and the time are its idempotency key, so one that fires twice buys once.
 * @param scheduledTime an ISO 8601 instant, or what Scheduler is to replace by it
 */
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
