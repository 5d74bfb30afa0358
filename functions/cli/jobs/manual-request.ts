// An operator's request for nodes as a message for the queue. It is checked before it is sent.
import { randomBytes } from 'node:crypto';
import { parseAlert } from '../../domain/alerts/parse-alert.ts';
import type { Config } from '../../domain/config/types.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import type { Target } from '../target/target.ts';
import { UsageError } from '../terminal/errors.ts';
import { operatorName } from '../terminal/operator.ts';

/** domain/alerts/manual.ts checks the fields. `add` and `reach` are texts where the option is no number. */
export interface ManualRequest {
  readonly cluster: string;
  readonly add?: number | string;
  readonly reach?: number | string;
  readonly reason?: string;
  readonly dryRun?: true;
}

export function manualMessage(
  { cluster, add, reach, reason, dryRun }: ManualRequest,
  key: string,
  now: number,
): string {
  const [requestedBy, requestedAt] = [operatorName(), new Date(now).toISOString()];
  const kind = { version: 1, kind: 'manual' };
  // JSON leaves undefined fields out.
  return JSON.stringify({ ...kind, key, cluster, add, reach, reason, requestedBy, requestedAt, dryRun });
}

/** Parses the message as the queue function does. @throws UsageError for what would become a dead letter */
export function jobOf(body: string, config: Config): ScaleJob {
  // It has been dated by this clock just now.
  const parsed = parseAlert(body, { config, now: Number.POSITIVE_INFINITY });
  if (parsed.kind !== 'jobs') throw new UsageError(parsed.kind === 'poison' ? parsed.detail : parsed.why);
  const [job] = parsed.jobs;
  if (!job) throw new Error('the manual message holds no job');
  return job;
}

/** @returns the id of the message @throws what the SDK throws: the message may have been sent all the same */
export async function send(body: string, target: Target): Promise<string> {
  const { connectQueue } = await import('../target/connect.ts');
  return connectQueue(target).enqueue(body);
}

/** 20261123T140501-4f9c2a: UTC, and unique. */
export function makeKey(now: number): string {
  const second = new Date(now).toISOString().replace(/\..*|[-:]/g, '');
  return `${second}-${randomBytes(3).toString('hex')}`;
}
