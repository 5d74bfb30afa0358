// The UTC day and month in which nodes and money count against the limits. They roll over inside ARM only, and never back.
import type { Cluster } from '../job/purchase.ts';

/** The UTC day and month that a purchase counts in, as the ledger writes them. */
export function windowsAt(now: number): { readonly window: string; readonly month: string } {
  const iso = new Date(now).toISOString();
  return { window: iso.slice(0, 10), month: iso.slice(0, 7) };
}

/**
 * Nodes that count against the daily limit now: the counter of an earlier day counts no more. That of a later day
 * does: another clock, a moment ahead of ours, has seen midnight first.
 */
export function usedAt(cluster: Cluster, now: number): number {
  return cluster.window >= windowsAt(now).window ? cluster.used : 0;
}

/** Money that counts against the monthly budget now. */
export function spentAt(cluster: Cluster, now: number): number {
  return cluster.month >= windowsAt(now).month ? cluster.spent : 0;
}

/** The windows that a purchase signed then counts in, beside those of the cluster: another clock may have seen midnight first. */
export function windowsFor(
  seen: Pick<Cluster, 'window' | 'month'>,
  signedAt: number,
): { readonly window: string; readonly month: string } {
  const { window, month } = windowsAt(signedAt);
  return { window: seen.window > window ? seen.window : window, month: seen.month > month ? seen.month : month };
}
