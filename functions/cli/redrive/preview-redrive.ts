// What would become of a message if the function received it now: its parser, the ledger and its decision are asked, in
// the order in which the function asks them (scale-out/process-job.ts), and nothing is written.
import type { DeadLetter } from '../../adapters/queue/dead-letters.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import { parseAlert } from '../../domain/alerts/parse-alert.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import type { Config } from '../../domain/config/types.ts';
import { decide } from '../../domain/decision/decide.ts';
import { isSource, type ScaleJob } from '../../domain/job/scale-job.ts';
import { missingJobs } from '../../scale-out/message-jobs.ts';

export interface Prospect {
  /** poison, conflict and unconfigured come back to the dead letters. */
  readonly kind: 'anew' | 'wait' | 'replay' | 'skip' | 'ignore' | 'poison' | 'conflict' | 'unconfigured';
  readonly key?: string;
  readonly says: string;
}

export const comesBack = (prospects: readonly Prospect[]): boolean =>
  prospects.some(({ kind }) => kind === 'poison' || kind === 'conflict' || kind === 'unconfigured');

export interface ProspectDeps {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'readCluster' | 'readJobs'>;
  readonly now: () => number;
}

/** One for each job in the message, or the one that says why it holds none. */
export async function prospectsOf(
  { body, attributes }: Pick<DeadLetter, 'body' | 'attributes'>,
  deps: ProspectDeps,
): Promise<readonly Prospect[]> {
  const { source, cluster } = attributes;
  if (source !== undefined && !isSource(source)) return [comingBack('poison', `its source ${source} is not known`)];
  const parsed = parseAlert(body, { config: deps.config, ...(source && { source }), ...(cluster && { cluster }) });
  switch (parsed.kind) {
    case 'poison':
      return [comingBack('poison', parsed.detail)];
    case 'ignored':
      if (parsed.unclaimed) return [comingBack('unconfigured', parsed.why)];
      return [{ kind: 'ignore', says: `would be ignored: ${parsed.why}` }];
    case 'jobs': {
      const missing = missingJobs({ attributes }, parsed.jobs.length);
      const left = await Promise.all(parsed.jobs.map((job) => prospectOf(job, deps)));
      return missing === undefined ? left : [...left, comingBack('unconfigured', missing)];
    }
  }
}

async function prospectOf(job: ScaleJob, { config, ledger, now }: ProspectDeps): Promise<Prospect> {
  const { key } = job;
  // The cluster first: a verdict that moves from it to the job's record between is then seen.
  const cluster = await ledger.readCluster(job.cluster);
  const slot = cluster.purchase?.key === key ? cluster.purchase : undefined;
  const earlier = cluster.done[key] ?? slot ?? (await ledger.readJobs([key])).get(key);
  if (earlier && earlier.payload !== job.payload)
    return {
      ...comingBack('conflict', `its key was used before to ${earlier.payload}, and asks now to ${job.payload}`),
      key,
    };
  if (earlier && 'phase' in earlier)
    return { kind: 'replay', key, says: `its purchase is ${earlier.phase}: replay, buys nothing` };
  if (earlier) return { kind: 'replay', key, says: replayed[earlier.outcome] };

  const decision = decide({ job, cluster, policy: policyOf(config, job.cluster), now: now() });
  switch (decision.kind) {
    case 'skip':
      return { kind: 'skip', key, says: `${decision.reason}: would be skipped, as ${decision.why}` };
    case 'defer':
      return { kind: 'wait', key, says: `would wait: ${decision.why}` };
    case 'look':
    case 'buy':
      return { kind: 'anew', key, says: 'would be decided anew, and may buy' };
  }
}

const replayed = {
  accepted: 'already bought: replay, buys nothing',
  rejected: 'refused by the API before: replay, buys nothing',
  abandoned: 'abandoned before: replay, buys nothing',
  skipped: 'skipped before: replay, buys nothing',
} as const;

const comingBack = (kind: 'poison' | 'conflict' | 'unconfigured', why: string): Prospect => ({
  kind,
  says: `${kind}: would come back here, as ${why}`,
});
