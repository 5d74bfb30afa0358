// Which cluster an alert of a group is for: the one in the webhook's path, then in the labels, then that of the alarm rules.
import { own } from '../record.ts';
import type { AlertTexts } from './alert-texts.ts';
import type { AlertContext } from './dialect.ts';
import { clusterNamed, clusterOfAlarm, noRuleFor } from './routing.ts';

type Routed = { readonly cluster: string } | { readonly why: () => string };

/** What alerts of one name say of their cluster, text by text: no separator tells one text from two. */
interface Said {
  readonly next: Map<string, Said>;
  routed?: Routed;
}

const nothing = (): Said => ({ next: new Map() });

/** Alerts of a group have few names and clusters, so each is looked up in the config once. */
export function createGroupRouter(context: AlertContext): (alarm: string, texts: AlertTexts) => Routed {
  const names = context.cluster === undefined ? context.config.labels.cluster : [];
  const alarms = nothing();
  return (alarm, texts) => {
    let said = after(alarms, alarm);
    for (const name of names) said = after(after(said, own(texts.labels, name)), own(texts.annotations, name));
    said.routed ??= lookUp(alarm, clustersIn(texts, names), context);
    return said.routed;
  };
}

/** What is no text, or an empty one, says nothing. */
function after(said: Said, text: unknown): Said {
  if (typeof text !== 'string' || text === '') return said;
  const known = said.next.get(text);
  if (known !== undefined) return known;
  const made = nothing();
  said.next.set(text, made);
  return made;
}

/** In the order of the config, labels before annotations. */
function clustersIn({ labels, annotations }: AlertTexts, names: readonly string[]): string[] {
  const said = names.flatMap((name) => [own(labels, name), own(annotations, name)]);
  return said.filter((text): text is string => typeof text === 'string' && text !== '');
}

function lookUp(alarm: string, said: readonly string[], context: AlertContext): Routed {
  const { config } = context;
  const named = context.cluster ?? said.map((text) => clusterNamed(config, text)).find((name) => name !== undefined);
  // An alert that names another cluster must not match a rule of ours.
  if (named === undefined && said.length > 0)
    return {
      why: () =>
        `its labels name the cluster ${said.join(' or ')}, which is neither a name nor an id in the config; use one of those, or the webhook of the cluster`,
    };
  const scope = { config, ...(named !== undefined && { cluster: named }) };
  const cluster = clusterOfAlarm(scope, alarm);
  return cluster === undefined ? { why: () => noRuleFor(alarm, scope) } : { cluster };
}
