// What would become of a dead letter if the queue function received it now: the message is read and its jobs are assessed by the code
// that the function runs (functions/purchase), and nothing is written.

import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { DeadLetter } from '../../adapters/queue/dead-letters.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import type { Config } from '../../domain/config/types.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import type { Assessment } from '../../purchase/assess-job.ts';
import { assessWithEvidence, type EvidenceDeps } from '../../purchase/evidence.ts';
import { missingJobs, readMessage } from '../../purchase/message-jobs.ts';
import { readViews } from '../../purchase/read-view.ts';
import { describeError } from '../terminal/errors.ts';

export interface Preview {
  /** `anew`: what the decision needs cannot be read from here. poison, conflict and unconfigured come back to the dead letters. */
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

/** One for each job in the message, or the one that says why it holds none. */
export async function previewRedrive(
  { body, attributes, sentAt }: Pick<DeadLetter, 'body' | 'attributes' | 'sentAt'>,
  deps: PreviewDeps,
): Promise<readonly Preview[]> {
  // As the redrive sends it (adapters/queue/dead-letters.ts).
  const message = { body, attributes: { arrivedAt: String(sentAt), ...attributes }, receiveCount: 1 };
  const { content } = readMessage(message, deps.config, deps.now());
  switch (content.kind) {
    case 'poison':
    case 'unconfigured':
      return [comingBack(content.kind, content.why)];
    case 'ignore':
      return [{ kind: 'ignore', says: `would be ignored: ${content.why}` }];
    case 'jobs': {
      const missing = missingJobs(message, content.jobs.length);
      const previews = await Promise.all(content.jobs.map((job) => previewJob(job, deps)));
      return missing === undefined ? previews : [...previews, comingBack('unconfigured', missing)];
    }
  }
}

async function previewJob(job: ScaleJob, deps: PreviewDeps): Promise<Preview> {
  const view = (await readViews([job], deps.ledger)).get(job.cluster);
  if (!view) throw new Error(`${job.cluster} was not read`);
  const evidence = { ...deps, policyOf: (cluster: string) => policyOf(deps.config, cluster) };
  try {
    const { assessment } = await assessWithEvidence(job, view, evidence);
    return { key: job.key, ...inWords(assessment) };
  } catch (error) {
    const says = `would be decided anew, and may buy; how cannot be told from here (${describeError(error)})`;
    return { kind: 'anew', key: job.key, says };
  }
}

function inWords(assessment: Assessment): Omit<Preview, 'key'> {
  switch (assessment.kind) {
    case 'conflict':
      return comingBack('conflict', assessment.why);
    case 'replay':
      return { kind: 'replay', says: `${assessment.why}: replay, buys nothing` };
    case 'wait':
      return { kind: 'wait', says: `would wait (${assessment.reason}): ${assessment.why}` };
    case 'skip':
      return { kind: 'skip', says: `${assessment.reason}: would be skipped, as ${assessment.why}` };
    case 'buy':
      return { kind: 'buy', says: `would buy: ${assessment.why}` };
  }
}

const comingBack = (kind: 'poison' | 'conflict' | 'unconfigured', why: string): Preview => ({
  kind,
  says: `${kind}: would come back here, as ${why}`,
});
