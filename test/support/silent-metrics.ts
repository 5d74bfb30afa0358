import type { Metrics } from '../../functions/adapters/telemetry/metrics.ts';

export const silentMetrics: Metrics = { add: () => {}, publish: () => {} };
