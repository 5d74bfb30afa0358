import { config } from '../../../../functions/config.ts';
import { checkedConfig } from '../../../../functions/domain/config/schema.ts';
import type { ClusterConfig, Config } from '../../../../functions/domain/config/types.ts';

const checked = checkedConfig(config);
const [template] = Object.values(checked.clusters);

/** A config of clusters with these names, each different from a plain one in what is given. */
export function configOf(clusters: Readonly<Record<string, Partial<ClusterConfig>>>): Config {
  if (!template) throw new Error('the config holds no cluster');
  const plain = { ...template, alarms: [], schedules: [] };
  return {
    ...checked,
    clusters: Object.fromEntries(Object.entries(clusters).map(([name, of]) => [name, { ...plain, ...of }])),
  };
}
