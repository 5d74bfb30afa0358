// What the queue function would do with a dead letter now. The message is read and its jobs are assessed by the code of
// the function (functions/purchase). Nothing is written.
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { DeadLetter } from '../../adapters/queue/dead-letters.ts';
import { redrivenAttributes } from '../../adapters/queue/redriven-attributes.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import type { Config } from '../../domain/config/types.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import type { Assessment } from '../../purchase/assess-job.ts';
import { assessWithEvidence, type EvidenceDeps } from '../../purchase/evidence.ts';
import { missingJobs, readMessage } from '../../purchase/message-jobs.ts';
import { readViews } from '../../purchase/read-view.ts';
import { describeError } from '../terminal/errors.ts';

export interface Preview {
  /** `anew`: the decision needs data that cannot be read. poison, conflict and unconfigured return to the dead-letter queue. */
  readonly kind: 'buy' | 'anew' | 'wait' | 'replay' | 'skip' | 'ignore' | 'poison' | 'conflict' | 'unconfigured';
  readonly key?: string;
  readonly says: string;
}

export const comesBack = (previews: readonly Preview[]): boolean =>
  previews.some(({ kind }) => kind === 'poison' || kind === 'conflict' || kind === 'unconfigured');

export interface PreviewDeps extends Omit<EvidenceDeps, 'policyOf'> {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'readClusters' | 'readJobs'>;
}

/** One for each job in the message, or one that says why it has no job. */
export async function previewRedrive(
  deadLetter: Pick<DeadLetter, 'body' | 'attributes' | 'sentAt'>,
  deps: PreviewDeps,
): Promise<readonly Preview[]> {
  const message = { body: deadLetter.body, attributes: redrivenAttributes(deadLetter), receiveCount: 1 };
  const { content } = readMessage(message, deps.config, deps.now());
  switch (content.kind) {
    case 'poison':
    case 'unconfigured':
      return [returning(content.kind, content.why)];
    case 'ignore':
      return [{ kind: 'ignore', says: `would be ignored: ${content.why}` }];
    case 'jobs': {
      const missing = missingJobs(message, content.jobs.length);
      const previews = await Promise.all(content.jobs.map((job) => previewJob(job, deps)));
      return missing === undefined ? previews : [...previews, returning('unconfigured', missing)];
    }
  }
}

async function previewJob(job: ScaleJob, deps: PreviewDeps): Promise<Preview> {
  const view = (await readViews([job], deps.ledger)).get(job.cluster);
  if (!view) throw new Error(`${job.cluster} was not read`);
  const evidence = { ...deps, policyOf: (cluster: string) => policyOf(deps.config, cluster) };
  try {
    const { assessment } = await assessWithEvidence(job, view, evidence);
    return { key: job.key, ...previewOf(assessment) };
  } catch (error) {
    const says = `would be decided again and may buy; the data for the decision cannot be read (${describeError(error)})`;
    return { kind: 'anew', key: job.key, says };
  }
}

function previewOf(assessment: Assessment): Omit<Preview, 'key'> {
  switch (assessment.kind) {
    case 'conflict':
      return returning('conflict', assessment.why);
    case 'replay':
      return { kind: 'replay', says: `${assessment.why}: replay, buys nothing` };
    case 'wait':
      return { kind: 'wait', says: `would wait (${assessment.reason}): ${assessment.why}` };
    case 'skip':
      return { kind: 'skip', says: `${assessment.reason}: would be skipped: ${assessment.why}` };
    case 'buy':
      return { kind: 'buy', says: `would buy: ${assessment.why}` };
  }
}

const returning = (kind: 'poison' | 'conflict' | 'unconfigured', why: string): Preview => ({
  kind,
  says: `${kind}: would come back: ${why}`,
});
