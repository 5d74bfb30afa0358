import type { Progress } from '../../domain/job/purchase.ts';
import type { KnownJob } from './known-job.ts';

export type JobState = KnownJob['state'] | Progress['state'];

/** Green: the nodes are there. Cyan: it goes on by itself. Yellow: look at it. Red: a person is needed. Dim: nothing to do. */
export const stateColours = {
  accepted: 'cyan',
  completed: 'green',
  partial: 'yellow',
  failed: 'red',
  overdue: 'red',
  rejected: 'red',
  abandoned: 'red',
  skipped: 'dim',
  waiting: 'cyan',
  sending: 'cyan',
  unknown: 'yellow',
  parked: 'red',
} as const satisfies Record<JobState, string>;
