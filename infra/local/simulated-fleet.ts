// The ACK clusters that the simulator begins with: those of the config, each with room for what its rules may buy.
import type { ClusterConfig, Config } from '../../functions/domain/config/types.ts';
import type { ClusterOptions } from './ack-simulator/world.ts';

/** Enough to look like a cluster. */
const usualNodes = 3;

export function simulatedFleet({ clusters }: Config): readonly ClusterOptions[] {
  return Object.entries(clusters).map(([name, of]) => ({
    id: of.id,
    region: of.region,
    name,
    initialNodes: initialNodes(of),
  }));
}

/** Leaves three nodes of room below the cluster's limit, and below what its schedules are to reach. */
function initialNodes({ limits, schedules }: ClusterConfig): number {
  const ceiling = Math.min(limits.maxNodes, ...schedules.map(({ reach }) => reach ?? limits.maxNodes));
  return Math.max(0, Math.min(usualNodes, ceiling - 3));
}
