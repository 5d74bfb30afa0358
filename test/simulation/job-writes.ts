// What must hold of every write to a job's record: an outcome is for good, an end is for good, and a skip is true for the
// process that wrote it.
import { ruleFor } from '../../functions/domain/config/alarm-rules.ts';
import { nodeCents } from '../../functions/domain/config/money.ts';
import type { ClusterConfig, Config } from '../../functions/domain/config/types.ts';
import type { JobRecord, Skip } from '../../functions/domain/job/purchase.ts';
import type { ScaleJob } from '../../functions/domain/job/scale-job.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { Peak, Watched } from './watch.ts';

type Surroundings = Pick<Watched, 'service' | 'cloudwatch' | 'initialNodes'> & {
  /** Of the process that wrote: the latest that it may have decided by. */
  readonly clock: number;
  readonly peak: Peak | undefined;
  /** Nodes that must not count, as their lease is over. */
  readonly lapsed: number;
  /** Whether its sender has told that its alert is over. */
  readonly hasEnded: (job: ScaleJob) => boolean;
};

/** @param job undefined where nothing is known of it */
export function jobProblem(
  config: Config,
  job: ScaleJob | undefined,
  was: JobRecord | undefined,
  is: JobRecord,
  around: Surroundings,
): string | undefined {
  if (was && was.outcome !== 'skipped' && (was.outcome !== is.outcome || was.nonce !== ('nonce' in is && is.nonce)))
    return `the record of ${is.key} was ${was.outcome}, and became ${is.outcome}`;
  if (was?.outcome === 'skipped' && is.outcome === 'skipped') return `the skip of ${is.key} was replaced`;
  const { progress } = was ?? {};
  const corrected = was && was.outcome !== 'skipped' && is.outcome !== 'skipped' && was.taskId !== is.taskId;
  if (corrected && is.resolution?.replaces !== was.taskId) return `the task of ${is.key} was replaced by nobody`;
  if (corrected && is.progress) return `${is.key} has the progress of a task that was replaced`;
  if (!corrected && progress && progress.state !== 'overdue' && is.progress !== progress)
    return `the end of ${is.key} was ${progress.state}, and became ${is.progress?.state}`;
  const policy = config.clusters[is.cluster];
  if (is.outcome !== 'skipped' || !job || !policy || isTrue(is, job, policy, around)) return undefined;
  return `${is.key} is skipped as ${is.reason}, which is not true for who wrote it`;
}

/** Whether a skip can be true. What cannot be told for certain passes. */
function isTrue({ reason }: Skip, job: ScaleJob, policy: ClusterConfig, around: Surroundings): boolean {
  const { clock, cloudwatch, service, initialNodes, lapsed, peak = { used: 0, spent: 0 } } = around;
  const { intent, occurredAt, alarmArn, validUntil = Number.POSITIVE_INFINITY } = job;
  const { limits } = policy;
  const bought = (): number => {
    const its = service.purchases().filter(({ clusterId }) => clusterId === policy.id);
    return its.reduce((all, { count }) => all + count, 0);
  };
  // Nodes that are in the cluster and still awaited count twice.
  const most = (): number => initialNodes - lapsed + 2 * Math.max(bought(), peak.used);
  switch (reason) {
    case 'dry-run':
      return policy.dryRun || job.dryRun === true;
    case 'recovered':
      return alarmArn === undefined ? around.hasEnded(job) : !cloudwatch.standsSince(alarmArn, occurredAt);
    case 'stale':
      return (
        clock > validUntil ||
        clock - occurredAt > (intent.kind === 'breach' ? policy.staleAfterMinutes * 60_000 : timings.jobExpiryMs)
      );
    case 'no-rule':
      return intent.kind === 'breach' && ruleFor(policy.alarms, intent.alarm) === undefined;
    case 'satisfied':
      return intent.kind === 'reach' ? most() >= intent.nodes : intent.kind === 'breach' && peak.used > 0;
    case 'max-per-day':
      return peak.used >= limits.maxPerDay;
    case 'budget':
      return limits.budgetPerMonth !== undefined && peak.spent + nodeCents(policy) / 100 > limits.budgetPerMonth;
    case 'max-nodes':
      return most() >= limits.maxNodes;
    default:
      return false;
  }
}
