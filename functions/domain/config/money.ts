// Money, counted in whole hundredths of the cluster's currency.
import type { ClusterConfig } from './types.ts';

/** Money is counted in whole hundredths: as fractions, three times 0.1 is more than 0.3. */
export const inCents = (amount: number): number => Math.round(amount * 100);

/** What one node costs for all the months it is bought for, in hundredths; 0 when no price is configured. */
export function nodeCents({ price, worker }: Pick<ClusterConfig, 'price' | 'worker'>): number {
  return inCents(price?.perNodeMonth ?? 0) * worker.worker_period;
}

/** As a sum of hundredths: 0.1 and 0.2 are 0.3. */
export const addMoney = (a: number, b: number): number => (inCents(a) + inCents(b)) / 100;
