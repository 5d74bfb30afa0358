// SETTLE: the verdict on a purchase is written, and its slot is free, in one write. By its sender, by evidence, or by a person.
import { type Cluster, cooldownAfterVerdict, type Purchase, type Verdict } from '../domain/job/purchase.ts';
import type { PurchaseDeps } from './deps.ts';

/**
 * Writes the verdict on a purchase, by its sender or by others. A task that failed may have made the cooldown longer since the
 * cluster was read: it is read again then, as the shorter one must not be put back.
 * @param phase in which it must still be, for who settles by evidence: another visitor may have parked it with more evidence
 * @returns false when the slot is not the purchase's any more
 */
export async function settlePurchase(
  seen: Cluster,
  purchase: Purchase,
  verdict: Verdict,
  { ledger, policyOf, now }: Pick<PurchaseDeps, 'ledger' | 'policyOf' | 'now'>,
  phase?: 'unknown',
): Promise<boolean> {
  let cluster = seen;
  for (;;) {
    const cooldownUntil = cooldownAfterVerdict(cluster, verdict, policyOf(seen.name).cooldownMinutes, now());
    const read = cluster;
    if (await retryWrite(() => ledger.settle(read, purchase, verdict, cooldownUntil, phase))) return true;
    cluster = await ledger.readCluster(seen.name);
    if (cluster.purchase?.nonce !== purchase.nonce || cluster.cooldownUntil === read.cooldownUntil) return false;
  }
}

/** Repeats a conditional write whose answer was lost, as every one may be. @throws the last error after three tries. */
export async function retryWrite(write: () => Promise<boolean>): Promise<boolean> {
  for (let left = 2; ; left -= 1) {
    try {
      return await write();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
