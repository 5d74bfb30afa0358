// The defaults of the config.
import type { ClusterConfig, Config, ConfigInput } from './types.ts';

export const defaults = {
  cluster: {
    staleAfterMinutes: 30,
    nodeJoinTimeoutMinutes: 30,
    exclusive: false,
    rearm: false,
    dryRun: false,
    alarms: [],
    schedules: [],
  },
  labels: {
    cluster: ['cluster', '_aliyun_arms_involvedObject_id', 'clustername'],
    // Not from labels: each value in a label would make another series, and so another need.
    value: ['annotations.value', 'annotations._aliyun_arms_alert_now_value', 'annotations._aliyun_arms_alert_value'],
    threshold: ['threshold'],
  },
  stack: { customerKey: false, enqueuers: [], operators: [], alarmAccounts: [], webhook: true },
} as const;

/** @param input a config that readConfig has accepted */
export function completeConfig({ clusters, labels, stack }: ConfigInput): Config {
  const all = Object.entries(clusters).map(([name, cluster]) => [name, { ...defaults.cluster, ...cluster }] as const);
  return {
    clusters: Object.fromEntries(all),
    labels: { ...defaults.labels, ...labels },
    stack: { ...defaults.stack, ...stack },
  };
}

/** @throws Error for an unknown cluster */
export function policyOf({ clusters }: Config, name: string): ClusterConfig {
  const policy = Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  if (!policy) throw new Error(`cluster ${name} is not in the config`);
  return policy;
}
