// A person's request for nodes as the message that the queue takes, judged before it leaves.
import { parseAlert } from '../../domain/alerts/parse-alert.ts';
import type { Config } from '../../domain/config/types.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import type { Target } from '../target/target.ts';
import { UsageError } from '../terminal/errors.ts';
import { operatorName } from '../terminal/operator.ts';

/** The alert parser (domain/alerts/manual.ts) says what each field may hold; a text here is one that it refuses. */
export interface ManualRequest {
  readonly cluster: string;
  readonly add?: number | string;
  readonly reach?: number | string;
  readonly reason?: string;
  readonly dryRun?: true;
}

/** Unset fields are left out by JSON. */
export function messageOf({ cluster, add, reach, reason, dryRun }: ManualRequest, key: string, now: number): string {
  const [requestedBy, requestedAt] = [operatorName(), new Date(now).toISOString()];
  const kind = { version: 1, kind: 'manual' };
  return JSON.stringify({ ...kind, key, cluster, add, reach, reason, requestedBy, requestedAt, dryRun });
}

/** The function's own parser judges the message before it is sent: what it would dead-letter never leaves. */
export function readAsTheFunctionDoes(body: string, config: Config): ScaleJob {
  const parsed = parseAlert(body, { config });
  if (parsed.kind !== 'jobs') throw new UsageError(parsed.kind === 'poison' ? parsed.detail : parsed.why);
  const [job] = parsed.jobs;
  if (!job) throw new Error('the manual message holds no job');
  return job;
}

/** @returns the id of the message. @throws what the SDK throws: then nobody knows whether the message arrived */
export async function send(body: string, target: Target): Promise<string> {
  const { connectQueue } = await import('../target/connect.ts');
  return connectQueue(target).enqueue(body);
}
