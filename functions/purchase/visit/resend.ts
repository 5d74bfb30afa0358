// REARM, and the second send: a purchase that made no task is sent once more, where the cluster may buy, its alert is not over, and the
// same would still be decided, as far as that can be told.
import { isDeepStrictEqual } from 'node:util';
import { ackClock } from '../../domain/ack/clock-problem.ts';
import { inCents, nodeCents } from '../../domain/config/money.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { pendingNodes } from '../../domain/decision/decide.ts';
import { countedNodes } from '../../domain/decision/leases.ts';
import { withinLimits } from '../../domain/decision/limits.ts';
import { windowsAt } from '../../domain/decision/usage-window.ts';
import { type Cluster, claim, type Purchase } from '../../domain/job/purchase.ts';
import type { PurchaseDeps } from '../deps.ts';
import { sendPurchase } from '../send-purchase.ts';
import { recheckPurchase } from './recheck-purchase.ts';

/** Sends of one purchase, the first included, where the cluster opts into rearm. */
export const maxAttempts = 2;

/**
 * In a paused cluster, while its alarm is suppressed, or once the time is over, a later visit does it.
 * @param until epoch milliseconds from which no request is begun
 * @returns why it must not be sent again, by anybody; undefined when it was, or will be
 */
export async function resend(
  cluster: Cluster,
  purchase: Purchase,
  policy: ClusterConfig,
  deps: PurchaseDeps,
  until: number,
): Promise<string | undefined> {
  if (cluster.paused) {
    deps.log.warn('held-back', { cluster: cluster.name, key: purchase.key, reason: 'paused' });
    return undefined;
  }
  const nodes = await deps.ack.listNodes(policy.id, policy.region);
  const recheck = await recheckPurchase(purchase, cluster.name, deps);
  if (recheck.kind === 'suppressed') {
    deps.log.warn('held-back', { cluster: cluster.name, key: purchase.key, reason: 'suppressed' });
    return undefined;
  }
  const counted = countedNodes(nodes, cluster.leases, policy, ackClock(deps.now(), deps.clockSkewMs()));
  const problem =
    recheck.kind === 'over' ? recheck.why : rearmProblem(purchase, cluster, policy, counted.length, deps.now());
  // A process that ends between REARM and its answer leaves another doubt of more than half an hour.
  if (problem === undefined && deps.now() < until) await sendAgain(cluster, purchase, deps);
  return problem;
}

/** @param nodes that count in the cluster now. @returns why it may not be sent again; undefined when it may */
function rearmProblem(
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

async function sendAgain(seen: Cluster, purchase: Purchase, deps: PurchaseDeps): Promise<void> {
  const next = { nonce: deps.newNonce(), signedAt: deps.now() };
  const rearmed = { ...purchase, ...next, attempt: purchase.attempt + 1 };
  const applied = await deps.ledger.rearm(seen, purchase.nonce, next, maxAttempts).catch(() => false);
  // Refused or unanswered: the slot itself says whether the new nonce is in it.
  const armed = claim(rearmed, applied ? 'applied' : await deps.ledger.readCluster(seen.name));
  if (!armed) return;
  deps.log.warn('rearmed', { cluster: seen.name, key: purchase.key, attempt: armed.attempt });
  await sendPurchase(armed, seen, deps);
}
