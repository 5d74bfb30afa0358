// A cluster is declared exclusive by its operator, and a purchase in doubt is settled by that word. Tasks of others in it show
// that the word is wrong, best before a doubt rests on it.
import type { AckTaskSummary } from '../../adapters/ack/answers.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';
import type { PurchaseDeps } from '../deps.ts';
import { scaleOutType, unownedTasks } from './unowned-tasks.ts';

/** Ids on the cluster's item at most. */
const maxReported = 10;

/** Warns of the tasks, once: an event follows from the write. */
export async function reportUnowned(
  { name, unowned }: Cluster,
  tasks: readonly AckTaskSummary[],
  { ledger, log, now }: Pick<PurchaseDeps, 'ledger' | 'log' | 'now'>,
): Promise<void> {
  const taskIds = tasks.filter(({ type }) => type === scaleOutType).map(({ taskId }) => taskId);
  if (taskIds.every((taskId) => unowned?.taskIds.includes(taskId))) return;
  log.warn('unowned-tasks', { cluster: name, taskIds });
  await ledger.reportUnowned(name, { taskIds: taskIds.slice(0, maxReported), at: now() });
}

/** Looks for tasks of others in an exclusive cluster. What fails is only a warning: the next look sees the same tasks. */
export async function lookForUnowned(name: string, deps: PurchaseDeps, until: number): Promise<void> {
  const { id, region, exclusive } = deps.policyOf(name);
  const now = deps.now();
  if (!exclusive || now >= until) return;
  try {
    const tasks = await deps.ack.listTasks(id, region);
    // The list first, the cluster second: a task of ours in the list then stands in the slot or among the verdicts.
    const cluster = await deps.ledger.readCluster(name);
    if (cluster.purchase) return;
    const since = now - timings.unownedCheckMs - timings.listLagMs;
    const dated = unownedTasks(cluster, tasks, since).filter(({ createdAt }) => createdAt !== undefined);
    await reportUnowned(cluster, dated, deps);
  } catch (error) {
    deps.log.warn('unowned-check-failed', { cluster: name, error });
  }
}
