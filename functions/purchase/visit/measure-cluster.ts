// What alarms and the dashboard watch of a cluster, from the item that a visit reads in any case.

import { budgetUsed } from '../../domain/decision/limits.ts';
import { spentAt } from '../../domain/decision/usage-window.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import type { PurchaseDeps } from '../deps.ts';

/** Levels that were not zero when they were last written. Of a new process none: its first zeros are those of the whole stack. */
const standing = new Set<string>();

export function measureCluster(
  cluster: Cluster,
  { metrics, now, policyOf }: Pick<PurchaseDeps, 'metrics' | 'now' | 'policyOf'>,
): void {
  const { name, purchase } = cluster;
  const of = { cluster: name };
  // The clock of who signed it may be ahead of ours.
  const seconds = purchase ? Math.max(0, now() - purchase.signedAt) / 1000 : 0;
  if (purchase) metrics.add('SlotAge', seconds, of);
  const levels = {
    DoubtAge: purchase?.phase === 'unknown' ? seconds : 0,
    ParkedSlots: purchase?.phase === 'parked' ? 1 : 0,
    BudgetUsed: budgetUsed(policyOf(name), spentAt(cluster, now())) ?? 0,
  };
  for (const [level, value] of Object.entries(levels) as [keyof typeof levels, number][]) {
    const id = `${level} ${name}`;
    const isTold = value !== 0 || standing.delete(id);
    if (value !== 0) standing.add(id);
    // Zeros are written as well, for the whole stack: an alarm ends by a number, and missing data keeps its state. A cluster's own series
    // costs by the hour in which it has a value, so of zeros it has the first one only.
    metrics.add(level, value, isTold ? of : {});
  }
}
