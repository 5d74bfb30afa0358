import type { Basis, Buy } from './decision.ts';
import type { Intent, ScaleJob, Source } from './scale-job.ts';

/** What arrived and what was decided, kept with the purchase and its verdict so that a job's story can be told. */
export interface DecisionRecord {
  readonly source: Source;
  readonly intent: Intent;
  readonly reason: string;
  readonly occurredAt: number;
  readonly requestedBy?: string;
  readonly decidedAt: number;
  /** The decision in words. */
  readonly decision: string;
  /** The rule and the numbers that it rests on. */
  readonly basis: Basis;
}

export function decisionRecord(
  job: ScaleJob,
  { why, basis }: Pick<Buy, 'why' | 'basis'>,
  decidedAt: number,
): DecisionRecord {
  const { source, intent, reason, requestedBy } = job;
  const occurredAt = job.since ?? job.occurredAt;
  const asker = requestedBy === undefined ? {} : { requestedBy };
  return { source, intent, reason, occurredAt, ...asker, decidedAt, decision: why, basis };
}
