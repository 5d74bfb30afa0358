/** What can ask for capacity, each with its name in sentences. */
export const senders = {
  cloudwatch: 'CloudWatch',
  alertmanager: 'Alertmanager',
  grafana: 'Grafana',
  arms: 'ARMS',
  cloudmonitor: 'CloudMonitor',
  schedule: 'EventBridge Scheduler',
  manual: 'A person',
} as const;
export type Source = keyof typeof senders;
export const sources = Object.keys(senders) as readonly Source[];

export const isSource = (text: string): text is Source => Object.hasOwn(senders, text);

/**
 * What a job asks for. `add` and `reach` name a number of nodes; a `breach` names the alarm, and the cluster's step
 * adjustments make nodes of it.
 */
export type Intent =
  | { readonly kind: 'add'; readonly nodes: number }
  | { readonly kind: 'reach'; readonly nodes: number }
  | {
      readonly kind: 'breach';
      /** Name of the alarm or rule, as the sender spells it; the config's alarm patterns are matched against it. */
      readonly alarm: string;
      /** How far the metric is beyond its threshold, in the metric's unit, never negative; absent when not told. */
      readonly by?: number;
    };

/** What every alert dialect becomes: one need for capacity in one cluster. */
export interface ScaleJob {
  /** The idempotency key: what the need IS, never how it was delivered (idempotency-key.ts). */
  readonly key: string;
  /** The cluster's name in the config. */
  readonly cluster: string;
  readonly source: Source;
  readonly intent: Intent;
  /** Canonical text of what is asked. The same key with another payload is a conflict, not a replay. */
  readonly payload: string;
  /** For people: the alarm's reason, or what the person typed. */
  readonly reason: string;
  readonly requestedBy?: string;
  /** When the need arose, by the sender's clock: epoch milliseconds. */
  readonly occurredAt: number;
  /** The same of a job that was asked again and is as young as the answer: when its need arose at first. */
  readonly since?: number;
  /** After this instant (epoch milliseconds) the job has no use any more. Absent: the policy's age limits decide. */
  readonly validUntil?: number;
  /** Everything happens but the send. */
  readonly dryRun?: boolean;
  /** It waited for something; what it says may be over by now. */
  readonly heldBack?: boolean;
  /** A CloudWatch alarm can be asked again whether it still stands: its ARN. */
  readonly alarmArn?: string;
  /** When that alarm went off, by CloudWatch's clock and whatever ours says: epoch milliseconds. */
  readonly wentOffAt?: number;
}

/** The part of an intent that must not differ under one key. A breach's size may: two envelopes round it differently. */
export function payloadOf(intent: Intent, dryRun = false): string {
  const asked = intent.kind === 'breach' ? 'breach' : `${intent.kind} ${intent.nodes}`;
  return dryRun ? `${asked} (dry run)` : asked;
}
