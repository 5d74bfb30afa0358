// The clusters of the benchmark. Their limits are out of reach: what is measured is the way through them.
import type { ClusterInput, ConfigInput } from '../../functions/domain/config/types.ts';
import { aWorker } from '../support/samples.ts';

export const clusterName = (i: number): string => `edge-${i}`;
export const clusterNames = (count: number): string[] => Array.from({ length: count }, (_, i) => clusterName(i));

/** @param cooldownMinutes for all of them; without any, a cluster can buy again at once */
export function benchConfig(count: number, cooldownMinutes = 0): ConfigInput {
  return {
    clusters: Object.fromEntries(clusterNames(count).map((name, i) => [name, cluster(name, i, cooldownMinutes)])),
  };
}

function cluster(name: string, i: number, cooldownMinutes: number): ClusterInput {
  return {
    id: `C${String(i).padStart(32, '0')}`,
    region: 'cn-beijing',
    worker: aWorker(),
    limits: { maxNodes: 1000, maxPerPurchase: 5, maxPerDay: 1000, budgetPerMonth: 1_000_000 },
    price: { perNodeMonth: 180, currency: 'CNY' },
    cooldownMinutes,
    exclusive: true,
    alarms: [
      {
        name: `${name}-*`,
        steps: [
          { lowerBound: 0, upperBound: 20, add: 1 },
          { lowerBound: 20, add: 3 },
        ],
      },
    ],
  };
}
