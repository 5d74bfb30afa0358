// The webhook of Prometheus Alertmanager (version "4"), Grafana (version "1") and Alibaba ARMS (no version). A group has many
// alerts and is sent again while one of them fires. Each alert is a job; a repeat has the same key.
import type { ScaleJob, Source } from '../job/scale-job.ts';
import { isObject, type JsonObject, own } from '../record.ts';
import {
  type AlertContext,
  type Dialect,
  ignored,
  type ParsedAlert,
  poison,
  unclaimed,
  unsupported,
} from './dialect.ts';
import { excerpt } from './excerpt.ts';
import { type ReadAlert, readFiringAlert } from './firing-alert.ts';

/** Firing alerts that are read from one message. */
const maxAlerts = 500;
const maxWarnings = 20;
const maxWarning = 300;

export const alertmanager: Dialect = {
  name: 'a webhook of Alertmanager, Grafana or ARMS',
  sources: ['alertmanager', 'grafana', 'arms'],
  recognizes: (value) => Array.isArray(own(value, 'alerts')) && !Object.hasOwn(value, 'kind'),
  parse(group, context) {
    const alerts = own(group, 'alerts');
    const version = own(group, 'version');
    if (version !== undefined && version !== '4' && version !== '1')
      return unsupported(version, '"4" (Alertmanager) or "1" (Grafana)');
    return readGroup(group, Array.isArray(alerts) ? alerts : [], context);
  },
};

function readGroup(group: JsonObject, alerts: readonly unknown[], context: AlertContext): ParsedAlert {
  const source = context.source ?? sourceOf(group, alerts);
  const { firing, taken } = takeFiring(alerts);
  const leftOut = leftOutOf(group, firing);
  const truncated = leftOut.count > 0 && { truncated: leftOut.count };
  const jobs = new Map<string, ScaleJob>();
  const problems: string[] = [];
  const kinds = new Set<ReadAlert['kind']>();
  for (const [i, alert] of taken) {
    const read: ReadAlert = isObject(alert)
      ? readFiringAlert(alert, source, context)
      : { kind: 'malformed', why: 'it is no object' };
    if (read.kind === 'job') jobs.set(read.job.key, jobs.get(read.job.key) ?? read.job);
    else problems.push(`alerts[${i}] is left out: ${read.why}`);
    kinds.add(read.kind);
  }
  const warnings = bounded([...leftOut.warnings, ...problems]);
  if (jobs.size > 0) return { kind: 'jobs', jobs: [...jobs.values()], warnings, ...truncated };
  const unseen = { ...(truncated && { ...truncated, warnings: leftOut.warnings }) };
  if (kinds.has('malformed'))
    return { ...poison('invalid-field', `no alert of the group can be used. ${warnings.join('. ')}`), ...unseen };
  const ignore = kinds.has('unclaimed') ? unclaimed : ignored;
  return { ...ignore(firing === 0 ? 'no alert of the group fires' : warnings.join('. ')), ...unseen };
}

/** The number of firing alerts, and the first of them with their index. */
function takeFiring(alerts: readonly unknown[]) {
  const taken: [number, unknown][] = [];
  let firing = 0;
  for (const [i, alert] of alerts.entries()) {
    if (isObject(alert) && own(alert, 'status') === 'resolved') continue;
    firing++;
    if (firing <= maxAlerts) taken.push([i, alert]);
  }
  return { firing, taken };
}

/** Alerts that were left out, here or by the sender. */
function leftOutOf(group: JsonObject, firing: number) {
  const given = own(group, 'truncatedAlerts');
  const atSender = typeof given === 'number' && Number.isSafeInteger(given) && given > 0 ? given : 0;
  const here = Math.max(0, firing - maxAlerts);
  const warnings = [
    ...(here > 0 ? [`the group has ${firing} firing alerts, only the first ${maxAlerts} are taken`] : []),
    ...(atSender > 0
      ? [`the sender left out ${atSender} more alerts (truncatedAlerts); raise max_alerts of the webhook`]
      : []),
  ];
  return { count: here + atSender, warnings };
}

function bounded(warnings: readonly string[]): string[] {
  const shown = warnings.slice(0, maxWarnings).map((warning) => excerpt(warning, maxWarning));
  return warnings.length > maxWarnings ? [...shown, `${warnings.length - maxWarnings} more warnings`] : shown;
}

function sourceOf(group: JsonObject, alerts: readonly unknown[]): Source {
  const version = own(group, 'version');
  if (version === '1' || Object.hasOwn(group, 'orgId')) return 'grafana';
  return version === undefined && alerts.slice(0, maxAlerts).some(isFromArms) ? 'arms' : 'alertmanager';
}

function isFromArms(alert: unknown): boolean {
  const labels = isObject(alert) ? own(alert, 'labels') : undefined;
  return isObject(labels) && Object.keys(labels).some((name) => name.startsWith('_aliyun_arms_'));
}
