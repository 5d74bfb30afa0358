import type { Source } from './scale-job.ts';

/** The end of an alert, as its sender tells it. It cancels a job that waits, and never causes a purchase. */
export interface Recovery {
  /** The cluster's name in the config. */
  readonly cluster: string;
  readonly source: Source;
  /** As ScaleJob.alert, or one firing of it (`firingOf`). */
  readonly alert: string;
  /** It ends what started before this instant, by the sender's clock: epoch milliseconds. */
  readonly endedAt: number;
}

/** One firing alone, as a recovery names it that cannot be dated rightly. No name of an alert ends so. */
export const firingOf = (alert: string, startedAt: number): string => `${alert}@${startedAt}`;
