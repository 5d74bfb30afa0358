// Money in whole hundredths: as fractions, three times 0.1 is more than 0.3.
import type { ClusterConfig } from './types.ts';

export const inCents = (amount: number): number => Math.round(amount * 100);

/** The price of one node for its whole period, in hundredths; 0 without a price. */
export function nodeCents({ price, worker }: Pick<ClusterConfig, 'price' | 'worker'>): number {
  return inCents(price?.perNodeMonth ?? 0) * worker.worker_period;
}

export const addMoney = (a: number, b: number): number => (inCents(a) + inCents(b)) / 100;
