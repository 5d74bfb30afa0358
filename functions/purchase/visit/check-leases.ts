// The nodes' leases: the days on which they end are told, and those that are over are remembered for the decisions to come.
import { ackClock } from '../../domain/ack/clock-problem.ts';
import { countedNodes, leasesAfter } from '../../domain/decision/leases.ts';
import type { PurchaseDeps } from '../deps.ts';

/**
 * One reading of all nodes. Events follow from its write. What fails is only a warning: until a later check, all that was not known to
 * be over counts.
 * @param until epoch milliseconds from which nothing new is begun
 */
export async function checkLeases(name: string, deps: PurchaseDeps, until: number): Promise<void> {
  const { ledger, ack, log, metrics, now, clockSkewMs } = deps;
  if (now() >= until) return;
  try {
    const policy = deps.policyOf(name);
    // The cluster first, the nodes second: a write after a younger reading is refused.
    const cluster = await ledger.readCluster(name);
    const began = now();
    const nodes = await ack.listNodes(policy.id, policy.region);
    const [skewMs, ended] = [clockSkewMs(), now()];
    const [from, to] = [ackClock(began, skewMs), ackClock(ended, skewMs)];
    if (from === undefined || to === undefined) {
      log.warn('lease-check-failed', { cluster: name, reason: 'clock-skew', skewMs });
      return;
    }
    const counted = countedNodes(nodes, cluster.leases, policy, to);
    metrics.add('NodesLapsed', nodes.length - counted.length, { cluster: name });
    const leases = leasesAfter(cluster.leases, nodes, policy, { from, to });
    if (leases) await ledger.recordLeases(cluster, leases);
  } catch (error) {
    log.warn('lease-check-failed', { cluster: name, error });
  }
}
