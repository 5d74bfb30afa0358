// What alarms and the dashboard watch of a cluster, from the item that a visit reads in any case.

import { budgetUsed } from '../../domain/decision/limits.ts';
import { spentAt } from '../../domain/decision/usage-window.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import type { PurchaseDeps } from '../deps.ts';

export function measureCluster(
  cluster: Cluster,
  { metrics, now, policyOf }: Pick<PurchaseDeps, 'metrics' | 'now' | 'policyOf'>,
): void {
  const { name, purchase } = cluster;
  const of = { cluster: name };
  // The clock of who signed it may be ahead of ours.
  const seconds = purchase ? Math.max(0, now() - purchase.signedAt) / 1000 : 0;
  if (purchase) metrics.add('SlotAge', seconds, of);
  // Zeros are written as well: an alarm ends by a number, and missing data keeps its state.
  metrics.add('DoubtAge', purchase?.phase === 'unknown' ? seconds : 0, of);
  metrics.add('ParkedSlots', purchase?.phase === 'parked' ? 1 : 0, of);
  metrics.add('BudgetUsed', budgetUsed(policyOf(name), spentAt(cluster, now())) ?? 0, of);
}
