// What may be left out of functions/config.ts, and what stands there then. A function starts from here: its bundle is
// made of a config that was checked, and to check it again would cost each cold start the schema and its time zones.
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
    value: ['value', '_aliyun_arms_alert_now_value', '_aliyun_arms_alert_value'],
    threshold: ['threshold'],
  },
  stack: { customerKey: false, enqueuers: [] },
} as const;

/** Fills in what is left out, and checks nothing. @param input what readConfig found no problem in */
export function completeConfig({ clusters, labels, stack }: ConfigInput): Config {
  const all = Object.entries(clusters).map(([name, cluster]) => [name, { ...defaults.cluster, ...cluster }] as const);
  return {
    clusters: Object.fromEntries(all),
    labels: { ...defaults.labels, ...labels },
    stack: { ...defaults.stack, ...stack },
  };
}

/** The policy of a configured cluster. @throws Error for a name that the config does not hold. */
export function policyOf({ clusters }: Config, name: string): ClusterConfig {
  const policy = Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  if (!policy) throw new Error(`cluster ${name} is not in functions/config.ts`);
  return policy;
}
