import type { Progress } from '../../domain/job/purchase.ts';
import type { KnownJob } from './known-job.ts';

/** Everything that a job can be, or an accepted one become. */
export type JobState = KnownJob['state'] | Progress['state'];

/** Green is bought, red wants a person, yellow is nothing bought or nothing known. */
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
