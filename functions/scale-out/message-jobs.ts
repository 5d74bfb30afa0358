// From a message to the jobs in it, or to the reason why it has none.
import type { Log } from '../adapters/telemetry/log.ts';
import type { Metrics } from '../adapters/telemetry/metrics.ts';
import type { AlertMessage } from '../adapters/queue/queue.ts';
import { poison, quoted } from '../domain/alerts/dialect.ts';
import { type ParsedAlert, type PoisonReason, parseAlert } from '../domain/alerts/parse-alert.ts';
import type { Config } from '../domain/config/types.ts';
import { isSource, type ScaleJob } from '../domain/job/scale-job.ts';
import { timings } from '../domain/timings.ts';

export type Unread =
  | { readonly kind: 'ignore'; readonly why: string; readonly unclaimed?: true }
  | { readonly kind: 'poison'; readonly reason: PoisonReason; readonly why: string };

export interface ReadDeps {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function readMessage(
  message: AlertMessage,
  { config, log, metrics, now }: ReadDeps,
): { readonly jobs: readonly ScaleJob[] } | Unread {
  const { source, cluster } = message.attributes;
  const known = source !== undefined && isSource(source) ? source : undefined;
  const parsed: ParsedAlert =
    source === known
      ? parseAlert(message.body, { config, ...(known && { source: known }), ...(cluster && { cluster }) })
      : poison('unknown-kind', `its source ${quoted(source)} is not known`);
  const from = (parsed.kind === 'jobs' ? parsed.jobs[0]?.source : known) ?? 'unknown';
  // A copy that waited, or one that failed, is the same alert.
  if (message.receiveCount === 1 && message.attributes['deferrals'] === undefined) {
    metrics.add('AlertsReceived', 1, { source: from });
    if (parsed.truncated) metrics.add('TruncatedAlerts', parsed.truncated, { source: from });
  }
  for (const warning of parsed.warnings ?? []) log.warn('alert-incomplete', { messageId: message.messageId, warning });
  switch (parsed.kind) {
    case 'jobs':
      return { jobs: parsed.jobs.map((job) => asReceived(job, message, now())) };
    case 'ignored':
      return { kind: 'ignore', why: parsed.why, ...(parsed.unclaimed && { unclaimed: true }) };
    case 'poison':
      return { kind: 'poison', reason: parsed.reason, why: parsed.detail };
  }
}

/**
 * A message that was deferred speaks of the past. One that is dated ahead would not grow stale before its date: it is as
 * old as its first arrival, give or take what clocks may differ by, and its key stays what it is.
 */
function asReceived(job: ScaleJob, { attributes }: AlertMessage, now: number): ScaleJob {
  const arrivedAt = Math.min(Number(attributes['arrivedAt']) || now, now);
  const occurredAt = Math.min(job.occurredAt, arrivedAt + timings.maxClockSkewMs);
  return { ...job, occurredAt, ...(attributes['deferrals'] !== undefined && { heldBack: true }) };
}

/** Why jobs are missing that the message had when it began to wait: the config has changed since. */
export function missingJobs({ attributes }: Pick<AlertMessage, 'attributes'>, jobs: number): string | undefined {
  const before = Number(attributes['jobs'] ?? 0);
  if (!(before > jobs)) return undefined;
  return `${before - jobs} of its ${before} jobs are for no rule or cluster of functions/config.ts any more; the others are done`;
}
