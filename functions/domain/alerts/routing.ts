// Which cluster an alert is for. The config decides; what a message says is only looked up in it.
import { mostSpecific } from '../config/alarm-rules.ts';
import type { Config } from '../config/types.ts';
import { type AlertContext, type Poison, poison, quoted } from './dialect.ts';

const maxListed = 20;

type Scope = Pick<AlertContext, 'config' | 'cluster'>;

/** The cluster with the rule for this alarm. Only `context.cluster` is asked where the webhook's path names it. */
export function clusterOfAlarm({ config, cluster }: Scope, alarm: string): string | undefined {
  const rules = Object.entries(config.clusters).flatMap(([name, { alarms }]) =>
    cluster === undefined || cluster === name ? alarms.map((rule) => ({ name, pattern: rule.name })) : [],
  );
  return mostSpecific(rules, alarm, ({ pattern }) => pattern)?.name;
}

/** By the name in the config, or by the ACK id in any case. */
export function clusterNamed(config: Config, text: string): string | undefined {
  if (isConfigured(config, text)) return text;
  const id = text.toLowerCase();
  return Object.entries(config.clusters).find(([, cluster]) => cluster.id.toLowerCase() === id)?.[0];
}

export interface Clusters {
  readonly clusters: Readonly<Record<string, unknown>>;
}

/** An own property: `constructor` is no cluster. */
export function isConfigured({ clusters }: Clusters, name: string): boolean {
  return Object.hasOwn(clusters, name);
}

export function unknownCluster(config: Clusters, name: string): Poison {
  const names = Object.keys(config.clusters);
  const more = names.length > maxListed ? ` and ${names.length - maxListed} more` : '';
  return poison(
    'unknown-cluster',
    `cluster: ${quoted(name)} is not in the config; use ${names.slice(0, maxListed).join(' or ')}${more}`,
  );
}

export const noRuleFor = (alarm: string, { cluster }: Scope): string =>
  `${cluster ?? 'no cluster'} has ${cluster === undefined ? 'a' : 'no'} rule for alarm ${alarm}; to have it buy nodes, add its name to the alarms of a cluster in the config`;
