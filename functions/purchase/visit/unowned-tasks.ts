// Tasks of a cluster that no purchase of this system is known to have made: what a purchase in doubt may have made, and, in a
// cluster that is declared exclusive, what others did there all the same.
import type { AckTaskSummary } from '../../adapters/ack/answers.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';

export const scaleOutType = 'cluster_scaleout';

/**
 * Those dated at or after `since` (epoch milliseconds), of whatever type. A task whose date cannot be read may be one of them.
 * A verdict leaves the cluster's item an hour after it was made, so what is dated earlier than that may be owned all the same.
 */
export function unownedTasks(
  { done, pending }: Pick<Cluster, 'done' | 'pending'>,
  tasks: readonly AckTaskSummary[],
  since: number,
): readonly AckTaskSummary[] {
  const owned = new Set([...Object.values(done), ...Object.values(pending)].map(({ taskId }) => taskId));
  return tasks.filter(({ taskId, createdAt }) => !owned.has(taskId) && (createdAt === undefined || createdAt >= since));
}

/** What the request of a purchase may have made. A task that is missed here would be bought again; one too many is parked. */
export const candidatesFor = (
  { signedAt }: { readonly signedAt: number },
  cluster: Cluster,
  tasks: readonly AckTaskSummary[],
): readonly AckTaskSummary[] =>
  unownedTasks(cluster, tasks, signedAt - timings.evidenceSlackMs).filter(({ type }) => type === scaleOutType);

/**
 * What contradicts "it made no task": also tasks of a type that is not known to buy, and those that are dated as early as
 * the gateway would have taken the request. Absence takes a wider look than adoption.
 */
export const contradictionsTo = (
  { signedAt }: { readonly signedAt: number },
  cluster: Cluster,
  tasks: readonly AckTaskSummary[],
): readonly AckTaskSummary[] => unownedTasks(cluster, tasks, signedAt - timings.dateWindowMs - timings.evidenceSlackMs);
