// From a message to the jobs in it, or to the reason why it has none. Pure: the queue function and the previews of a redrive read
// messages in the same way.
import type { AlertMessage } from '../adapters/queue/queue.ts';
import { type AlertContext, type ParsedAlert, type PoisonReason, poison, quoted } from '../domain/alerts/dialect.ts';
import { parseAlert } from '../domain/alerts/parse-alert.ts';
import { ruleFor } from '../domain/config/alarm-rules.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { Config } from '../domain/config/types.ts';
import type { Recovery } from '../domain/job/recovery.ts';
import { isSource, type ScaleJob, type Source } from '../domain/job/scale-job.ts';

type Received = Pick<AlertMessage, 'body' | 'attributes' | 'receiveCount' | 'sentAt'>;

/** Why a message has no jobs. `unconfigured` and `poison` are dead letters. */
export type NoJobs =
  | { readonly kind: 'ignore' | 'unconfigured'; readonly why: string }
  | { readonly kind: 'poison'; readonly reason: PoisonReason; readonly why: string };

interface MessageContent {
  readonly source: Source | 'unknown';
  readonly content: { readonly kind: 'jobs'; readonly jobs: readonly ScaleJob[] } | NoJobs;
  readonly recoveries: readonly Recovery[];
  /** What of the message was left out, and why. */
  readonly warnings: readonly string[];
  /** Alerts that were not looked at. */
  readonly truncated: number;
}

export function readMessage(message: Received, within: Pick<AlertContext, 'config' | 'now' | 'home'>): MessageContent {
  const { source, cluster, clusters, toldAt, arrivedAt } = message.attributes;
  const known = source !== undefined && isSource(source) ? source : undefined;
  const sentAt = toldBy(toldAt ?? arrivedAt, message.sentAt) ?? message.sentAt;
  const context = {
    ...(sentAt !== undefined && { sentAt }),
    ...(known && { source: known }),
    ...(cluster && { cluster }),
    ...(clusters && { allowedClusters: clusters.split(',') }),
  };
  const parsed: ParsedAlert =
    source === known
      ? parseAlert(message.body, { ...within, ...context })
      : poison('unknown-kind', `its source ${quoted(source)} is not known`);
  return {
    source: (parsed.kind === 'jobs' ? parsed.jobs[0]?.source : known) ?? 'unknown',
    content: contentOf(parsed, message, within.config),
    recoveries: parsed.recoveries ?? [],
    warnings: parsed.warnings ?? [],
    truncated: parsed.truncated ?? 0,
  };
}

function contentOf(parsed: ParsedAlert, message: Received, config: Config): MessageContent['content'] {
  switch (parsed.kind) {
    case 'jobs':
      return { kind: 'jobs', jobs: parsed.jobs.map((job) => asReceived(job, message, config)) };
    case 'ignored':
      // It may have been a job when it came before, under another config: a mistake there must not lose a need.
      return { kind: parsed.unclaimed && cameBefore(message) ? 'unconfigured' : 'ignore', why: parsed.why };
    case 'poison':
      return { kind: 'poison', reason: parsed.reason, why: parsed.detail };
  }
}

/** It failed, waited, or was among the dead letters. */
function cameBefore({ receiveCount, attributes }: Received): boolean {
  return receiveCount > 1 || attributes['arrivedAt'] !== undefined;
}

/** With what the message and the config say of it. What was deferred is about the past. */
function asReceived(job: ScaleJob, { attributes, sentAt }: Received, config: Config): ScaleJob {
  const again = job.intent.kind === 'breach' && ruleFor(policyOf(config, job.cluster).alarms, job.intent.alarm)?.again;
  const toldAt = toldBy(attributes['toldAt'], sentAt);
  return {
    ...job,
    ...(attributes['deferrals'] !== undefined && { heldBack: true }),
    ...(again && { again, ...(toldAt !== undefined && { toldAt }) }),
  };
}

/** As the webhook wrote it. That a message was sent proves nothing: SQS's own redrive sends it anew, and does not say so. */
function toldBy(said: string | undefined, sentAt = Number.POSITIVE_INFINITY): number | undefined {
  return said !== undefined && /^\d{13}$/.test(said) ? Math.min(Number(said), sentAt) : undefined;
}

/** With the time of its first send: a copy must not look like a new alert. */
export const asSentFirst = (message: AlertMessage): AlertMessage => ({
  ...message,
  attributes: { arrivedAt: String(message.sentAt ?? 0), ...message.attributes },
});

/** The message as it waits: also with how many jobs it has. */
export function asWaiting(message: AlertMessage, jobs: number): AlertMessage {
  const first = asSentFirst(message);
  return { ...first, attributes: { ...(jobs > 1 && { jobs: String(jobs) }), ...first.attributes } };
}

/** Why jobs are missing that the message had when it began to wait: the config has changed since. */
export function missingJobs({ attributes }: Pick<Received, 'attributes'>, jobs: number): string | undefined {
  const before = Number(attributes['jobs'] ?? 0);
  if (!(before > jobs)) return undefined;
  return `${before - jobs} of its ${before} jobs are for no rule or cluster of the config any more; the others are done`;
}
