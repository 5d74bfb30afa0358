// The initial clusters of the simulator: those of the config, with room for purchases.

import type { ClusterOptions } from '../../functions/backtest/world/ack/world.ts';
import type { ClusterConfig, Config } from '../../functions/domain/config/types.ts';

const usualNodes = 3;

export function simulatedFleet({ clusters }: Config): readonly ClusterOptions[] {
  return Object.entries(clusters).map(([name, of]) => ({
    id: of.id,
    region: of.region,
    name,
    initialNodes: initialNodes(of),
  }));
}

/** Three nodes below the limit of the cluster and the targets of its schedules. */
function initialNodes({ limits, schedules }: ClusterConfig): number {
  const ceiling = Math.min(limits.maxNodes, ...schedules.map(({ reach }) => reach ?? limits.maxNodes));
  return Math.max(0, Math.min(usualNodes, ceiling - 3));
}
