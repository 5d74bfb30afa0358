import type { Schedule } from './types.ts';

/**
 * The message that a schedule sends, in the deployed stack and in the local engine.
 * @param scheduledTime an ISO 8601 instant, or Scheduler's placeholder
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
