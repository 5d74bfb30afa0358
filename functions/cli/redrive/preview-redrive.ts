// What the queue function would do with a dead letter now. The message is read and its jobs are assessed by the code of
// the function (functions/purchase). Nothing is written.
import type { DeadLetter } from '../../adapters/queue/dead-letters.ts';
import { redrivenAttributes } from '../../adapters/queue/redriven-attributes.ts';
import type { AwsHome } from '../../domain/alerts/alarm-origin.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import type { Config } from '../../domain/config/types.ts';
import type { Recovery } from '../../domain/job/recovery.ts';
import type { Assessment } from '../../purchase/assess-job.ts';
import { assessWithEvidence, type EvidenceDeps } from '../../purchase/evidence.ts';
import { missingJobs, readMessage } from '../../purchase/message-jobs.ts';
import { chooseJob, type Need, needsOf } from '../../purchase/need.ts';
import { readViews, type ViewDeps } from '../../purchase/read-view.ts';
import { describeError } from '../terminal/errors.ts';

export interface Preview {
  /** `anew`: the decision needs data that cannot be read. poison, conflict and unconfigured return to the dead-letter queue. */
  readonly kind: 'buy' | 'anew' | 'wait' | 'replay' | 'skip' | 'ignore' | 'poison' | 'conflict' | 'unconfigured';
  readonly key?: string;
  readonly says: string;
}

export const comesBack = (previews: readonly Preview[]): boolean =>
  previews.some(({ kind }) => kind === 'poison' || kind === 'conflict' || kind === 'unconfigured');

export interface PreviewDeps extends Omit<EvidenceDeps, 'policyOf'>, ViewDeps {
  readonly config: Config;
  /** Absent where the place does not tell: then the function may still refuse an alarm of elsewhere. */
  readonly home?: AwsHome | undefined;
}

/** One for each need in the message, or one that says why it has none. */
export async function previewRedrive(
  deadLetter: Pick<DeadLetter, 'body' | 'attributes' | 'sentAt'>,
  deps: PreviewDeps,
): Promise<readonly Preview[]> {
  return previewMessage({ body: deadLetter.body, attributes: redrivenAttributes(deadLetter) }, deps);
}

/** The same for a message that is not on a queue yet. */
export async function previewMessage(
  sent: Pick<DeadLetter, 'body' | 'attributes'>,
  deps: PreviewDeps,
): Promise<readonly Preview[]> {
  const message = { ...sent, receiveCount: 1 };
  const { config, home, now } = deps;
  const { content, recoveries } = readMessage(message, { config, home, now: now() });
  switch (content.kind) {
    case 'poison':
    case 'unconfigured':
      return [returning(content.kind, content.why)];
    case 'ignore':
      return [{ kind: 'ignore', says: `would be ignored: ${content.why}` }];
    case 'jobs': {
      const missing = missingJobs(message, content.jobs.length);
      const written = { ...deps, recoveries: withRecoveries(deps.recoveries, recoveries) };
      const previews = await Promise.all(
        needsOf(content.jobs, deps.config, deps.now()).map((need) => previewNeed(need, written)),
      );
      return missing === undefined ? previews : [...previews, returning('unconfigured', missing)];
    }
  }
}

/** As they are once the function has written those of the message. */
const withRecoveries = (stored: ViewDeps['recoveries'], ended: readonly Recovery[]): ViewDeps['recoveries'] => ({
  async read(source, cluster, since) {
    const latest = new Map(await stored.read(source, cluster, since));
    for (const { alert, endedAt, ...of } of ended)
      if (of.source === source && of.cluster === cluster && endedAt > (latest.get(alert) ?? since))
        latest.set(alert, endedAt);
    return latest;
  },
});

async function previewNeed(need: Need, deps: PreviewDeps): Promise<Preview> {
  const [{ cluster: name }] = need;
  const view = (await readViews(need, deps)).get(name);
  if (!view) throw new Error(`${name} was not read`);
  const job = chooseJob(need, view, policyOf(deps.config, name), deps.now());
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
