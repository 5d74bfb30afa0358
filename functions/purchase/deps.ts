import type { ClockSkewMs } from '../domain/ack/clock-problem.ts';
import type { PurchaseDeps } from './send-purchase.ts';

/** What a visit works with. */
export type ReconcileDeps = PurchaseDeps & {
  readonly clockSkewMs: ClockSkewMs;
};
