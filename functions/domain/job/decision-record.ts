import type { Basis, Buy } from './decision.ts';
import type { Intent, ScaleJob, Source } from './scale-job.ts';

/** Request and decision, stored with the purchase and its verdict. The stored attribute is `story`. */
export interface DecisionRecord {
  readonly source: Source;
  readonly intent: Intent;
  readonly reason: string;
  readonly occurredAt: number;
  readonly requestedBy?: string;
  readonly decidedAt: number;
  /** In words. */
  readonly decision: string;
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
