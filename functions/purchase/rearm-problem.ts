// A purchase is sent once more as it was decided. So it must still be what would be decided, as far as that can be told.
import { isDeepStrictEqual } from 'node:util';
import { inCents, nodeCents } from '../domain/config/money.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import { pendingNodes } from '../domain/decision/decide.ts';
import { withinLimits } from '../domain/decision/limits.ts';
import { windowsAt } from '../domain/decision/usage-window.ts';
import type { Cluster, Purchase } from '../domain/job/purchase.ts';

/** @param nodes in the cluster now. @returns why it may not be sent again; undefined when it may */
export function rearmProblem(
  { signedAt, request, count, cost }: Purchase,
  cluster: Cluster,
  policy: ClusterConfig,
  nodes: number,
  now: number,
): string | undefined {
  if (policy.dryRun) return 'the cluster is in dry run';
  // It is counted in the day, and so in the month, of its first send: in another one it would be counted nowhere.
  if (windowsAt(signedAt).window !== windowsAt(now).window) return 'it was decided on another day (UTC)';
  if (!isDeepStrictEqual(request, policy.worker) || inCents(cost) !== count * nodeCents(policy))
    return 'the config describes other nodes by now';
  const taken = { nodes, pending: pendingNodes(cluster), used: cluster.used - count, spent: cluster.spent - cost };
  const { limit } = withinLimits(count, policy, taken);
  return limit && `the limit ${limit.name} leaves room for ${Math.max(limit.room, 0)} by now`;
}
