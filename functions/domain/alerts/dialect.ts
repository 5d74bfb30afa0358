// What every dialect takes and gives. Adding one takes a file with a Dialect and a line in parse-alert.ts.
import type { Config } from '../config/types.ts';
import type { ScaleJob, Source } from '../job/scale-job.ts';
import type { JsonObject } from '../record.ts';
import { excerpt } from './excerpt.ts';

/** Why a message can never become a job. A short stable slug: dead letters and metrics are grouped by it. */
export type PoisonReason =
  | 'too-large'
  | 'too-deep'
  | 'not-json'
  | 'unknown-kind'
  | 'unknown-version'
  | 'unknown-cluster'
  | 'invalid-field';

/** Recovery, suppression, a configuration change, an alarm that no cluster wants: acknowledged and forgotten. */
export type Ignored = {
  readonly kind: 'ignored';
  readonly why: string;
  /** It fires, and no rule or cluster takes it: under another config it was a job, or will be one. */
  readonly unclaimed?: true;
};
/** Goes to the dead-letter queue at once; `detail` names the field, the value and the remedy. */
export type Poison = { readonly kind: 'poison'; readonly reason: PoisonReason; readonly detail: string };

export type ParsedAlert = (
  | {
      readonly kind: 'jobs';
      /** Never empty, and no key twice. */
      readonly jobs: readonly ScaleJob[];
      /** What of the message was left out, and why. */
      readonly warnings: readonly string[];
    }
  | Ignored
  | Poison
) & {
  /** Alerts that nobody looked at: left out of the message by its sender, or too many for one message. */
  readonly truncated?: number;
  /** What of the message was left out, and why, where there are no jobs. */
  readonly warnings?: readonly string[];
};

export interface AlertContext {
  readonly config: Config;
  /** Who sent it, where the webhook's path says so: other dialects are refused then. */
  readonly source?: Source;
  /** Which cluster it is for, where the webhook's path says so: nothing in the message overrules it. */
  readonly cluster?: string;
}

export interface Dialect {
  /** How an operator calls such a message. */
  readonly name: string;
  readonly sources: readonly Source[];
  recognizes(value: JsonObject, context: AlertContext): boolean;
  /** Is called for what it recognizes only. Never throws. */
  parse(value: JsonObject, context: AlertContext): ParsedAlert;
}

/** UTF-16 units of an explanation: fits a log line, and a message attribute of the dead-letter queue. */
const maxExplanation = 1000;
const maxQuoted = 60;
/** UTF-16 units of a job's reason: up to 50 of them live on one DynamoDB item of 400 KB. */
const maxReason = 500;

export const ignored = (why: string): Ignored => ({ kind: 'ignored', why: excerpt(why, maxExplanation) });

export const unclaimed = (why: string): Ignored => ({ ...ignored(why), unclaimed: true });

export const poison = (reason: PoisonReason, detail: string): Poison => ({
  kind: 'poison',
  reason,
  detail: excerpt(detail, maxExplanation),
});

/** @param problems as listProblems words them: field, value, remedy */
export const invalid = (what: string, problems: readonly string[]): Poison =>
  poison('invalid-field', `${what} cannot be used. ${problems.join('. ')}`);

export const unsupported = (version: unknown, supported: string): Poison =>
  poison('unknown-version', `version: ${quoted(version)} is not supported; use ${supported}`);

/** A text or number as JSON would print it, cut; anything else may hold anything and is not shown. */
export function quoted(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? JSON.stringify(excerpt(value, maxQuoted)) : 'what is given';
}

export const oneJob = (job: ScaleJob): ParsedAlert => ({ kind: 'jobs', jobs: [job], warnings: [] });

/** A job's reason: the first of the sender's texts that says anything, otherwise our own words. */
export function reasonFrom(texts: readonly unknown[], otherwise: string): string {
  const told = texts.map((text) => (typeof text === 'string' ? excerpt(text, maxReason) : ''));
  return told.find((text) => text !== '') ?? excerpt(otherwise, maxReason);
}
