// What must hold of a purchase for an alert that asks again, told apart from the code that is tested.
import type { Cluster, JobRecord, Verdict } from '../../functions/domain/job/purchase.ts';
import type { ScaleJob } from '../../functions/domain/job/scale-job.ts';
import { mostWrongMs } from './clocks.ts';
import type { CloudWatch } from './cloudwatch.ts';
import type { Process } from './process.ts';

interface Surroundings {
  readonly cloudwatch: CloudWatch;
  readonly gatewaySkewMs: number;
  /** The outcome of a job, if it has one. */
  readonly outcomeOf: (key: string) => Verdict | JobRecord | undefined;
  /** When it was proved that the alert stands, as the purchase says: epoch milliseconds. */
  readonly stoodAt: number;
  /** When messages told of the alert, by the world's clock. */
  readonly told: readonly number[];
}

/** The cluster as it was before the write. @param n which purchase for the alert it is */
export function askProblem(
  n: number,
  job: ScaleJob,
  was: Cluster | undefined,
  process: Process,
  { cloudwatch, gatewaySkewMs, outcomeOf, stoodAt, told }: Surroundings,
): string | undefined {
  const name = `purchase ${n} for ${job.key}`;
  const { again } = process.config.clusters[job.cluster]?.alarms[0] ?? {};
  if (!again) return `${name}: its rule does not let it ask again`;
  if (n < 2 || n > again.times + 1) return `${name}: only ${again.times} further ones are allowed`;
  const answers = Array.from({ length: n - 1 }, (_, i) => outcomeOf(i === 0 ? job.key : `${job.key}/again/${i + 1}`));
  if (!answers.at(-1)) return `${name}: the one before it has no outcome`;
  if (!was || was.purchase) return `${name}: the slot was taken`;
  if (Object.values(was.pending).some(({ overdue }) => !overdue)) return `${name}: nodes were on their way`;
  if (job.alarmArn !== undefined)
    return cloudwatch.stoodAt(job.alarmArn, job.wentOffAt ?? job.occurredAt, process.startedAt + gatewaySkewMs)
      ? undefined
      : `${name}: its alarm had recovered before its process began`;
  if (answers.some((one) => one && stoodAt <= one.story.decidedAt))
    return `${name}: what it was told was answered before`;
  // Of a pending purchase that is overdue nobody wrote when it was given up.
  const ends = Object.values(was.done).flatMap(({ outcome, endedAt }) =>
    outcome === 'accepted' && endedAt !== undefined ? [endedAt] : [],
  );
  const since = Math.max(...ends, Number.NEGATIVE_INFINITY) + again.afterMinutes * 60_000 - toleranceMs;
  // A copy tells what its first send told.
  return stoodAt >= since && told.some((at) => at + gatewaySkewMs === stoodAt)
    ? undefined
    : `${name}: no message has told of it since nodes came`;
}

/** Of the clock that wrote an end. */
const toleranceMs = mostWrongMs;
