import type { Again } from '../config/types.ts';

/** The senders, with their names for messages. */
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

/** Those that post to the webhook. */
export const webhookSources = ['alertmanager', 'grafana', 'arms', 'cloudmonitor'] as const satisfies readonly Source[];
export type WebhookSource = (typeof webhookSources)[number];

export const isSource = (text: string): text is Source => Object.hasOwn(senders, text);

/** `add` and `reach` name a number of nodes; the step adjustments of the cluster decide for a `breach`. */
export type Intent =
  | { readonly kind: 'add'; readonly nodes: number }
  | { readonly kind: 'reach'; readonly nodes: number }
  | {
      readonly kind: 'breach';
      /** As the sender spells it; matched with the alarm patterns of the config. */
      readonly alarm: string;
      /** How far the metric is beyond its threshold, in its unit, never negative; absent when not known. */
      readonly by?: number;
    };

/** One need for capacity in one cluster. */
export interface ScaleJob {
  /** The idempotency key (idempotency-key.ts). */
  readonly key: string;
  /** The cluster's name in the config. */
  readonly cluster: string;
  readonly source: Source;
  readonly intent: Intent;
  /** What is asked, as text. The same key with another payload is a conflict. */
  readonly payload: string;
  readonly reason: string;
  readonly requestedBy?: string;
  /** When the need arose, by the sender's clock: epoch milliseconds. */
  readonly occurredAt: number;
  /** When the need arose at first, for an alarm that was read again (then `occurredAt` is the time of reading). */
  readonly since?: number;
  /** The job buys nothing after this instant: epoch milliseconds. Absent: the age limits of the policy count. */
  readonly validUntil?: number;
  readonly dryRun?: boolean;
  /** It waited, so its alert may be over. */
  readonly heldBack?: boolean;
  /** How many alerts of its message it stands for, when more than one. */
  readonly alerts?: number;
  /** What a recovery of its sender names: the fingerprint, or rule and dimensions. Absent where no message tells of a recovery. */
  readonly alert?: string;
  /** How its rule lets its alert ask again; absent: not at all. */
  readonly again?: Again;
  /** When its sender told that its alert stands: when the webhook got the message, epoch milliseconds. Absent: nothing proves it. */
  readonly toldAt?: number;
  /** It has an outcome, and its alert asks for further nodes: under a key of its own, and as a need that arose when it was told. */
  readonly asksAgain?: true;
  /** To read the state of a CloudWatch alarm again. */
  readonly alarmArn?: string;
  /** When that alarm went off, by CloudWatch's clock and whatever ours says: epoch milliseconds. */
  readonly wentOffAt?: number;
  /** That alarm was read again, but the size of its breach is the one of its transition: why, in words. */
  readonly sizeToldBecause?: string;
}

/** Must not differ under one key. The size of a breach may: envelopes round it differently. */
export function payloadOf(intent: Intent, dryRun = false): string {
  const asked = intent.kind === 'breach' ? 'breach' : `${intent.kind} ${intent.nodes}`;
  return dryRun ? `${asked} (dry run)` : asked;
}
