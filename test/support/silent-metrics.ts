import type { Metrics } from '../../functions/adapters/metrics.ts';

export const silentMetrics: Metrics = { add: () => {}, publish: () => {} };
