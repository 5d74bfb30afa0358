// How far our clock is off, as the gateways of all regions see it. Our clock is one, so the worst word counts: a region
// that answers a moment later must not hide what another one has said.
import type { ClockSkewMs } from '../../domain/ack/clock-problem.ts';
import { timings } from '../../domain/timings.ts';

export interface ClockSkew {
  /** @param skewMs milliseconds by which the gateway's clock is ahead */
  measured(region: string, skewMs: number): void;
  /** The largest difference of those measured lately. */
  worstMs: ClockSkewMs;
}

export function createClockSkew(now: () => number): ClockSkew {
  const last = new Map<string, { readonly skewMs: number; readonly at: number }>();
  return {
    measured(region, skewMs) {
      last.set(region, { skewMs, at: now() });
    },
    worstMs() {
      let largest: number | undefined;
      for (const { skewMs, at } of last.values()) {
        // A region that nobody asks any more would otherwise stop the purchases of all others for good.
        const fresh = Math.abs(now() - at) <= timings.clockSkewTtlMs;
        if (fresh && Math.abs(skewMs) >= Math.abs(largest ?? 0)) largest = skewMs;
      }
      return largest;
    },
  };
}
