// The interface of a dialect. A new one is a file with a Dialect and a line in parse-alert.ts.
import type { Config } from '../config/types.ts';
import type { Recovery } from '../job/recovery.ts';
import type { ScaleJob, Source } from '../job/scale-job.ts';
import type { JsonObject } from '../record.ts';
import type { AwsHome } from './alarm-origin.ts';
import { excerpt } from './excerpt.ts';

/** Why a message can never become a job. Stable: dead letters and metrics use it. */
export type PoisonReason =
  | 'too-large'
  | 'too-deep'
  | 'not-json'
  | 'unknown-kind'
  | 'unknown-version'
  | 'unknown-cluster'
  | 'invalid-field';

/** Recovery, suppression, a configuration change, an alarm without a rule: acknowledged. */
export type Ignored = {
  readonly kind: 'ignored';
  readonly why: string;
  /** It fires, but no rule or cluster matches. With another config it would be a job. */
  readonly unclaimed?: true;
};
/** Goes to the dead-letter queue at once; `detail` names the field, the value and the remedy. */
export type Poison = { readonly kind: 'poison'; readonly reason: PoisonReason; readonly detail: string };

export type ParsedAlert = (
  | {
      readonly kind: 'jobs';
      /** At least one; keys are unique. */
      readonly jobs: readonly ScaleJob[];
      /** What of the message was left out, and why. */
      readonly warnings: readonly string[];
    }
  | Ignored
  | Poison
) & {
  /** Alerts that the sender left out. */
  readonly truncated?: number;
  /** The same, where there are no jobs. */
  readonly warnings?: readonly string[];
  /** Alerts that are over, each once, with its latest end. */
  readonly recoveries?: readonly Recovery[];
};

export interface AlertContext {
  readonly config: Config;
  /** Epoch milliseconds. What is dated far ahead of it is refused. */
  readonly now: number;
  /** When the message was sent for the first time: epoch milliseconds. Absent: `now`. */
  readonly sentAt?: number;
  /** CloudWatch alarms of other accounts and Regions are refused, unless the config lists the account. Absent: all are taken. */
  readonly home?: AwsHome | undefined;
  /** From the webhook's path: other dialects are refused then. */
  readonly source?: Source;
  /** From the webhook's path: the message cannot override it. */
  readonly cluster?: string;
  /** Those of the webhook's token, whatever path and labels name. Absent: all. */
  readonly allowedClusters?: readonly string[];
}

export interface Dialect {
  /** For error messages. */
  readonly name: string;
  readonly sources: readonly Source[];
  recognizes(value: JsonObject, context: AlertContext): boolean;
  /** Called for recognized messages only. Never throws. */
  parse(value: JsonObject, context: AlertContext): ParsedAlert;
}

/** UTF-16 units, for a log line and a message attribute. */
const maxExplanation = 1000;
const maxQuoted = 60;
/** UTF-16 units: about 50 reasons are on one item of DynamoDB (../decision/ledger-room.ts). */
const maxReason = 500;

export const ignored = (why: string): Ignored => ({ kind: 'ignored', why: excerpt(why, maxExplanation) });

export const unclaimed = (why: string): Ignored => ({ ...ignored(why), unclaimed: true });

export const poison = (reason: PoisonReason, detail: string): Poison => ({
  kind: 'poison',
  reason,
  detail: excerpt(detail, maxExplanation),
});

/** @param problems of listProblems */
export const invalid = (what: string, problems: readonly string[]): Poison =>
  poison('invalid-field', `${what} cannot be used. ${problems.join('. ')}`);

export const unsupported = (version: unknown, supported: string): Poison =>
  poison('unknown-version', `version: ${quoted(version)} is not supported; use ${supported}`);

/** A text, cut, or a number. Other values are not shown. */
export function quoted(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? JSON.stringify(excerpt(value, maxQuoted)) : 'what is given';
}

export const oneJob = (job: ScaleJob): ParsedAlert => ({ kind: 'jobs', jobs: [job], warnings: [] });

/** The first text that is not empty. */
export function reasonFrom(texts: readonly unknown[], otherwise: string): string {
  for (const text of texts) {
    const cut = typeof text === 'string' ? excerpt(text, maxReason) : '';
    if (cut !== '') return cut;
  }
  return excerpt(otherwise, maxReason);
}
