import type { PurchaseDeps } from '../scale-out/purchase-steps.ts';

/** What a visit works with. */
export type ReconcileDeps = PurchaseDeps & {
  /** The last measured difference between the gateway's clock and ours, in milliseconds. */
  readonly clockSkewMs: () => number;
};
