// What a task and its nodes say about a purchase: what is still expected, and whether it is over. Pure.
import type { AckNode, AckTask } from '../../adapters/ack/answers.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import type { Ended, Pending, Progress } from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';

/** How the delivery of a purchase goes on. */
export interface DeliveryStatus {
  /** Nodes still expected. */
  readonly remaining: number;
  readonly overdue?: true;
  /** Once nothing more is waited for. */
  readonly ended?: Ended;
  /** What is new to tell of its job. */
  readonly progress?: Progress;
}

/**
 * What the task may have bought: all that is not known to have failed, or not to have begun. It names its nodes where each of
 * those has an id; one that has none could be any node.
 */
export function boughtBy({ results }: AckTask) {
  const bought = results.filter(({ status }) => status !== 'failed' && status !== 'initial');
  const ids = [...new Set(bought.map(({ instanceId }) => instanceId).filter((id) => id !== ''))];
  const nameless = bought.filter(({ instanceId }) => instanceId === '').length;
  return { count: ids.length + nameless, ...(results.length > 0 && nameless === 0 && { named: ids }) };
}

/** @param asked nodes of the request @param its the nodes that shareNodes gives it @param now epoch milliseconds */
export function deliveryStatus(
  expected: Pending,
  asked: number,
  task: AckTask,
  its: readonly AckNode[],
  policy: ClusterConfig,
  now: number,
): DeliveryStatus {
  const failed = task.state === 'fail' || task.state === 'failed';
  const { named, count } = boughtBy(task);
  const ready = Math.min(its.filter(({ status }) => status === 'Ready').length, asked);
  if (task.state !== 'success' && !failed) {
    // All of them serve: that the task does not say so is nothing to wait for.
    if (named && ready === asked)
      return {
        remaining: 0,
        ended: { got: asked, at: now },
        progress: { state: 'completed', readyNodes: asked, at: now },
      };
    // Nodes that are not named may be those of another purchase: no fewer are expected for them.
    const remaining = named ? asked - ready : expected.count;
    return unendedStatus(
      { ...expected, count: remaining },
      { asked, ready, why: `its task is still ${task.state}` },
      policy,
      now,
    );
  }
  // A task without results that says success is believed: what it was asked for is what is waited for.
  const got = failed || task.results.length > 0 ? Math.min(count, asked) : asked;
  const why = task.error ? `${task.error.code}: ${task.error.message}` : 'the task delivered fewer';
  if (got === 0)
    return {
      remaining: 0,
      ended: { got, at: now },
      progress: {
        state: 'failed',
        code: task.error?.code ?? 'Unknown',
        message: task.error?.message ?? 'no node was delivered',
        at: now,
      },
    };
  if (ready >= got)
    return {
      remaining: 0,
      ended: { got, at: now },
      progress:
        got < asked ? { state: 'partial', asked, got, why, at: now } : { state: 'completed', readyNodes: got, at: now },
    };
  const late = `${got - ready} paid nodes have not joined in ${policy.nodeJoinTimeoutMinutes} minutes`;
  return waitingStatus(
    { ...expected, count: got - ready },
    { asked, ready, why: late },
    overdueAt(expected, policy),
    now,
  );
}

/** What describes an overdue purchase. */
type Late = Pick<Extract<Progress, { readonly state: 'overdue' }>, 'asked' | 'ready' | 'why'>;

/** Of a task that is not known to have ended: as long as the API lets it run, it is not late. */
export function unendedStatus(expected: Pending, late: Late, policy: ClusterConfig, now: number): DeliveryStatus {
  const runsUntil = expected.at + (policy.worker.timeout_mins ?? 0) * 60_000;
  return waitingStatus(expected, late, Math.max(overdueAt(expected, policy), runsUntil), now);
}

/**
 * Of nodes that have not come yet. Overdue ones stay among those on their way: given up, they would come on top of those
 * that were bought instead, and past maxNodes. A day later they are given up.
 */
function waitingStatus({ count, overdue }: Pending, late: Late, dueAt: number, now: number): DeliveryStatus {
  if (overdue && now >= dueAt + timings.overdueFollowedMs)
    return { remaining: 0, ended: { got: late.ready, at: dueAt } };
  if (overdue) return { remaining: count, overdue };
  if (now < dueAt) return { remaining: count };
  return { remaining: count, overdue: true, progress: { state: 'overdue', ...late, at: now } };
}

function overdueAt({ at }: Pending, { nodeJoinTimeoutMinutes }: ClusterConfig): number {
  return at + nodeJoinTimeoutMinutes * 60_000;
}
