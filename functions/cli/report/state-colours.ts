import type { Progress } from '../../domain/job/purchase.ts';
import type { KnownJob } from './known-job.ts';

export type JobState = KnownJob['state'] | Progress['state'];

/** Green: bought. Red: look at it. Yellow: nothing bought, or not known. */
export const stateColours = {
  accepted: 'green',
  completed: 'green',
  partial: 'yellow',
  failed: 'red',
  overdue: 'red',
  rejected: 'red',
  abandoned: 'red',
  skipped: 'yellow',
  waiting: 'cyan',
  sending: 'cyan',
  unknown: 'yellow',
  parked: 'red',
} as const satisfies Record<JobState, string>;
