// The UTC day and month of the limits. They change in ARM only, and never back to an earlier one.
import type { Cluster } from '../job/purchase.ts';

export function windowsAt(now: number): { readonly window: string; readonly month: string } {
  const iso = new Date(now).toISOString();
  return { window: iso.slice(0, 10), month: iso.slice(0, 7) };
}

/** Nodes of this day. The counter of a later day counts, too: another clock may be past midnight. */
export function usedAt(cluster: Cluster, now: number): number {
  return cluster.window >= windowsAt(now).window ? cluster.used : 0;
}

export function spentAt(cluster: Cluster, now: number): number {
  return cluster.month >= windowsAt(now).month ? cluster.spent : 0;
}

/** The windows of a purchase, never earlier than those of the cluster: another clock may be past midnight. */
export function windowsFor(
  seen: Pick<Cluster, 'window' | 'month'>,
  signedAt: number,
): { readonly window: string; readonly month: string } {
  const { window, month } = windowsAt(signedAt);
  return { window: seen.window > window ? seen.window : window, month: seen.month > month ? seen.month : month };
}
