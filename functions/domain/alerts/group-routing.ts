// Which cluster an alert of a group is for: the one in the webhook's path, then in the labels, then that of the alarm rules.
import { own } from '../record.ts';
import type { AlertTexts } from './alert-texts.ts';
import type { AlertContext } from './dialect.ts';
import { clusterNamed, clusterOfAlarm, noRuleFor } from './routing.ts';

type Routed = { readonly cluster: string } | { readonly why: () => string };

/** Alerts of a group have few names and clusters, so each is looked up in the config once. */
export function createGroupRouter(context: AlertContext): (alarm: string, texts: AlertTexts) => Routed {
  const names = context.cluster === undefined ? context.config.labels.cluster : [];
  const found = new Map<string, Map<string, Routed>>();
  return (alarm, texts) => {
    const said = names.length === 0 ? [] : clustersIn(texts, names);
    const ofAlarm = getOrAdd(found, alarm, () => new Map<string, Routed>());
    // A label may have any character, so no separator tells one from two.
    return getOrAdd(ofAlarm, JSON.stringify(said), () => lookUp(alarm, said, context));
  };
}

/** In the order of the config, labels before annotations. */
function clustersIn({ labels, annotations }: AlertTexts, names: readonly string[]): string[] {
  const said: string[] = [];
  for (const name of names) {
    const [label, annotation] = [own(labels, name), own(annotations, name)];
    if (typeof label === 'string' && label !== '') said.push(label);
    if (typeof annotation === 'string' && annotation !== '') said.push(annotation);
  }
  return said;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function lookUp(alarm: string, said: readonly string[], context: AlertContext): Routed {
  const { config } = context;
  const named = context.cluster ?? said.map((text) => clusterNamed(config, text)).find((name) => name !== undefined);
  // An alert that names another cluster must not match a rule of ours.
  if (named === undefined && said.length > 0)
    return {
      why: () =>
        `its labels name the cluster ${said.join(' or ')}, which is neither a name nor an id in functions/config.ts; use one of those, or the webhook of the cluster`,
    };
  const scope = { config, ...(named !== undefined && { cluster: named }) };
  const cluster = clusterOfAlarm(scope, alarm);
  return cluster === undefined ? { why: () => noRuleFor(alarm, scope) } : { cluster };
}
