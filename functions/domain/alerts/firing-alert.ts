// One alert of an Alertmanager group: its cluster, and how far it is beyond its threshold.
import * as z from 'zod/mini';
import type { LabelRules } from '../config/types.ts';
import { episodeKey } from '../job/idempotency-key.ts';
import { type Intent, payloadOf, type ScaleJob, type Source } from '../job/scale-job.ts';
import { listProblems } from '../problems.ts';
import { distanceBetween, readQuantity } from '../quantity.ts';
import { type JsonObject, own } from '../record.ts';
import { type AlertContext, reasonFrom } from './dialect.ts';
import { printable } from './fields.ts';
import { instant } from './instant.ts';
import { clusterNamed, clusterOfAlarm, noRuleFor } from './routing.ts';

export type ReadAlert =
  | { readonly kind: 'job'; readonly job: ScaleJob }
  /** Valid, and asks for no nodes. */
  | { readonly kind: 'left-out'; readonly why: string }
  /** Asks for nodes, but no cluster of the config matches. */
  | { readonly kind: 'unclaimed'; readonly why: string }
  | { readonly kind: 'malformed'; readonly why: string };

const fingerprintAllowed = 'use 1 to 128 letters, digits and . _ : -';
const texts = z.record(z.string(), z.unknown());

const firingAlert = z.object({
  status: z.literal('firing', 'use firing or resolved'),
  labels: z.looseObject({ alertname: printable('the name of the alert rule', 255) }),
  annotations: z.catch(texts, {}),
  startsAt: instant,
  fingerprint: z.string(fingerprintAllowed).check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/, fingerprintAllowed)),
  // Grafana only: query letter to number.
  values: z.catch(texts, {}),
});
type FiringAlert = z.infer<typeof firingAlert>;

export function readFiringAlert(value: JsonObject, source: Source, context: AlertContext): ReadAlert {
  const read = firingAlert.safeParse(value);
  if (!read.success) return { kind: 'malformed', why: listProblems(read.error.issues, value).join(', ') };
  const { labels, annotations, startsAt, fingerprint } = read.data;
  const alarm = labels.alertname;
  if (source === 'grafana' && isAboutMissingData(read.data))
    return { kind: 'left-out', why: `${alarm} reports missing data, not load` };
  const cluster = clusterOf(read.data, context);
  if ('why' in cluster) return { kind: 'unclaimed', why: cluster.why };
  const by = breachOf(read.data, context.config.labels);
  const intent: Intent = { kind: 'breach', alarm, ...(by !== undefined && { by }) };
  return {
    kind: 'job',
    job: {
      key: episodeKey(source, cluster.name, fingerprint, startsAt),
      cluster: cluster.name,
      source,
      intent,
      payload: payloadOf(intent),
      reason: reasonFrom(
        ['summary', 'description', 'message'].map((name) => own(annotations, name)),
        `${alarm} fires`,
      ),
      occurredAt: startsAt,
    },
  };
}

/** Grafana also fires for a query that fails or returns nothing, with an alert of its own or with a state reason. */
function isAboutMissingData({ labels, annotations }: FiringAlert): boolean {
  if (labels.alertname === 'DatasourceNoData' || labels.alertname === 'DatasourceError') return true;
  const reason = own(annotations, 'grafana_state_reason');
  return typeof reason === 'string' && /^(NoData|Error)\b/.test(reason);
}

/** From the webhook's path, then the labels, then the alarm rules of all clusters. */
function clusterOf(
  { labels, annotations }: FiringAlert,
  context: AlertContext,
): { readonly name: string } | { readonly why: string } {
  const alarm = labels.alertname;
  const said = context.cluster === undefined ? namedIn([labels, annotations], context.config.labels.cluster) : [];
  const named = context.cluster ?? firstOf(said, (text) => clusterNamed(context.config, text));
  // An alert that names another cluster must not match a rule of ours.
  if (named === undefined && said.length > 0)
    return {
      why: `its labels name the cluster ${said.join(' or ')}, which is neither a name nor an id in functions/config.ts; use one of those, or the webhook of the cluster`,
    };
  const scope = named === undefined ? context : { ...context, cluster: named };
  const name = clusterOfAlarm(scope, alarm);
  return name === undefined ? { why: noRuleFor(alarm, scope) } : { name };
}

/**
 * Prometheus sends no operator: the alert fires, so the value is beyond the threshold. The configured names are read from
 * annotations, labels and Grafana's query letters.
 */
function breachOf({ labels, annotations, values }: FiringAlert, names: LabelRules): number | undefined {
  const saidAt = (wanted: readonly string[]) =>
    wanted.flatMap((name) => [annotations, labels, values].map((fields) => own(fields, name))).find(isQuantity);
  const [value = onlyMeasurement(values), threshold] = [saidAt(names.value), saidAt(names.threshold)];
  const [is, allowed] = [readQuantity(value), readQuantity(threshold)];
  if (is === undefined || allowed === undefined) return undefined;
  // 0.95 beside 90 % may be a ratio: the distance is not known.
  const mixed = isPercentage(value) !== isPercentage(threshold);
  if (mixed && Math.abs(isPercentage(value) ? allowed : is) <= 1) return undefined;
  return distanceBetween(is, allowed);
}

/** Grafana's values also have conditions, which are 0 or 1. Only a single measurement is certain. */
function onlyMeasurement(values: JsonObject): number | undefined {
  const numbers = Object.values(values).map(readQuantity);
  const measurements = new Set(numbers.filter((number) => number !== undefined && number !== 0 && number !== 1));
  return measurements.size === 1 ? [...measurements][0] : undefined;
}

const isQuantity = (value: unknown): boolean => readQuantity(value) !== undefined;
const isPercentage = (value: unknown): boolean => typeof value === 'string' && value.trimEnd().endsWith('%');

function namedIn(places: readonly JsonObject[], names: readonly string[]): string[] {
  const found = names.flatMap((name) => places.map((place) => own(place, name)));
  return found.filter((text) => typeof text === 'string').filter((text) => text !== '');
}

function firstOf<From, To>(candidates: readonly From[], read: (candidate: From) => To | undefined): To | undefined {
  for (const candidate of candidates) {
    const found = read(candidate);
    if (found !== undefined) return found;
  }
  return undefined;
}
