// The difference between our clock and the gateways' clocks. The largest one of all regions counts.
import type { ClockSkewMs } from '../../domain/ack/clock-problem.ts';
import { timings } from '../../domain/timings.ts';

interface ClockSkew {
  /** @param skewMs milliseconds by which the gateway's clock is ahead */
  measured(region: string, skewMs: number): void;
  /** The largest recent difference. */
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
        // An old difference must not stop purchases for ever.
        const fresh = Math.abs(now() - at) <= timings.clockSkewTtlMs;
        if (fresh && Math.abs(skewMs) >= Math.abs(largest ?? 0)) largest = skewMs;
      }
      return largest;
    },
  };
}
