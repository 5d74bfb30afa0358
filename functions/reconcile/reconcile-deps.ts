import type { ClockSkewMs } from '../domain/clock-problem.ts';
import type { PurchaseDeps } from '../scale-out/purchase-steps.ts';

/** What a visit works with. */
export type ReconcileDeps = PurchaseDeps & {
  readonly clockSkewMs: ClockSkewMs;
};
