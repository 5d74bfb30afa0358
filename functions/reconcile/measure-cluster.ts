// What alarms and the dashboard watch of a cluster, from the item that a visit reads in any case.
import { spentAt } from '../domain/decide.ts';
import { budgetUsed } from '../domain/limits.ts';
import type { Cluster } from '../domain/purchase.ts';
import type { ReconcileDeps } from './reconcile-deps.ts';

export function measureCluster(
  cluster: Cluster,
  { metrics, now, policyOf }: Pick<ReconcileDeps, 'metrics' | 'now' | 'policyOf'>,
): void {
  const { name, purchase } = cluster;
  const of = { cluster: name };
  if (purchase) {
    // The clock of who signed it may be ahead of ours.
    const seconds = Math.max(0, now() - purchase.signedAt) / 1000;
    metrics.add('SlotAge', seconds, of);
    if (purchase.phase === 'unknown') metrics.add('DoubtAge', seconds, of);
  }
  // Also when there is none: an alarm ends by a number, not by silence.
  metrics.add('ParkedSlots', purchase?.phase === 'parked' ? 1 : 0, of);
  const percent = budgetUsed(policyOf(name), spentAt(cluster, now()));
  if (percent !== undefined) metrics.add('BudgetUsed', percent, of);
}
