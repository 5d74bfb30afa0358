// From a message to the jobs in it, or to the reason why it has none.
import type { AlertMessage } from '../adapters/queue.ts';
import { poison, quoted } from '../domain/alerts/dialect.ts';
import { type ParsedAlert, type PoisonReason, parseAlert } from '../domain/alerts/parse-alert.ts';
import { isSource, type ScaleJob } from '../domain/scale-job.ts';
import type { BatchDeps } from './process-batch.ts';

export type Unread =
  | { readonly kind: 'ignore'; readonly why: string }
  | { readonly kind: 'poison'; readonly reason: PoisonReason; readonly why: string };

export function readMessage(
  message: AlertMessage,
  { config, log, metrics }: Pick<BatchDeps, 'config' | 'log' | 'metrics'>,
): { readonly jobs: readonly ScaleJob[] } | Unread {
  const { source, cluster } = message.attributes;
  const known = source !== undefined && isSource(source) ? source : undefined;
  const parsed: ParsedAlert =
    source === known
      ? parseAlert(message.body, { config, ...(known && { source: known }), ...(cluster && { cluster }) })
      : poison('unknown-kind', `its source ${quoted(source)} is not known`);
  const from = (parsed.kind === 'jobs' ? parsed.jobs[0]?.source : known) ?? 'unknown';
  metrics.add('AlertsReceived', 1, { source: from });
  if (parsed.truncated) metrics.add('TruncatedAlerts', parsed.truncated, { source: from });
  switch (parsed.kind) {
    case 'jobs':
      for (const warning of parsed.warnings) log.warn('alert-incomplete', { messageId: message.messageId, warning });
      return { jobs: parsed.jobs.map((job) => heldBack(job, message)) };
    case 'ignored':
      return { kind: 'ignore', why: parsed.why };
    case 'poison':
      return { kind: 'poison', reason: parsed.reason, why: parsed.detail };
  }
}

/** A message that was deferred speaks of the past. */
function heldBack(job: ScaleJob, { attributes }: AlertMessage): ScaleJob {
  return attributes['deferrals'] === undefined ? job : { ...job, heldBack: true };
}
