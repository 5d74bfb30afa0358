// The webhook of Prometheus Alertmanager (version "4"), Grafana (version "1") and Alibaba ARMS (no version). A group has many
// alerts and is sent again while one of them fires. Each firing alert is a job; a repeat has the same key.
import type { Recovery } from '../job/recovery.ts';
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
import { alertsOf } from './group.ts';
import { createAlertReader, type ReadAlert } from './group-alert.ts';

const maxWarnings = 20;
const maxWarning = 300;

export const alertmanager: Dialect = {
  name: 'a webhook of Alertmanager, Grafana or ARMS',
  sources: ['alertmanager', 'grafana', 'arms'],
  recognizes: (value) => alertsOf(value) !== undefined && own(value, 'kind') === undefined,
  parse(group, context) {
    const version = own(group, 'version');
    if (version !== undefined && version !== '4' && version !== '1')
      return unsupported(version, '"4" (Alertmanager) or "1" (Grafana)');
    return readGroup(group, alertsOf(group) ?? [], context);
  },
};

function readGroup(group: JsonObject, alerts: readonly unknown[], context: AlertContext): ParsedAlert {
  const source = context.source ?? sourceOf(group, alerts);
  const readAlert = createAlertReader(source, context);
  const truncated = leftOutAtSender(group);
  const firing: ScaleJob[] = [];
  const recoveries = new Map<string, Recovery>();
  const kinds = new Set<ReadAlert['kind']>();
  // All that was left out; and what of it the outcome of a group without jobs does not explain.
  const warnings = createWarnings(truncated);
  const unexplained = createWarnings(truncated);
  for (let i = 0; i < alerts.length; i++) {
    const read = readAlert(alerts[i]);
    kinds.add(read.kind);
    if (read.kind === 'job') firing.push(read.job);
    else if (read.kind === 'recovery') addLatest(recoveries, read.recovery);
    else if (read.kind === 'no-recovery') {
      warnings.add(i, 'is no recovery', read.why);
      unexplained.add(i, 'is no recovery', read.why);
    } else if (read.kind !== 'over') warnings.add(i, 'is left out', read.why);
  }
  const more = {
    ...(truncated > 0 && { truncated }),
    ...(recoveries.size > 0 && { recoveries: [...recoveries.values()] }),
  };
  const shown = warnings.shown();
  if (firing.length > 0) return { kind: 'jobs', jobs: firstOfEachKey(firing), warnings: shown, ...more };
  const alone = unexplained.shown();
  const told = { ...more, ...(alone.length > 0 && { warnings: alone }) };
  if (kinds.has('malformed'))
    return { ...poison('invalid-field', `no alert of the group can be used. ${shown.join('. ')}`), ...told };
  const fires = kinds.has('unclaimed') || kinds.has('left-out');
  const ignore = kinds.has('unclaimed') ? unclaimed : ignored;
  return { ...ignore(fires ? shown.join('. ') : 'no alert of the group fires'), ...told };
}

/** By their alerts: few of a group have more than one job, and to look each up by its long key takes a twentieth of reading it. */
function firstOfEachKey(jobs: readonly ScaleJob[]): readonly ScaleJob[] {
  const firstKeys = new Map<string | undefined, string>();
  const otherKeys = new Set<string>();
  return jobs.filter(({ alert, key }) => {
    const first = firstKeys.get(alert);
    if (first === undefined) firstKeys.set(alert, key);
    return first === undefined || (first !== key && otherKeys.size < otherKeys.add(key).size);
  });
}

/** A series may resolve more than once before its group is sent. */
function addLatest(recoveries: Map<string, Recovery>, recovery: Recovery): void {
  const id = `${recovery.cluster}/${recovery.alert}`;
  const earlier = recoveries.get(id);
  if (!earlier || earlier.endedAt < recovery.endedAt) recoveries.set(id, recovery);
}

function leftOutAtSender(group: JsonObject): number {
  const given = own(group, 'truncatedAlerts');
  return typeof given === 'number' && Number.isSafeInteger(given) && given > 0 ? given : 0;
}

/** The first warnings are made; the others are counted. @param truncated alerts that the sender left out */
function createWarnings(truncated: number) {
  const texts: string[] = [];
  if (truncated > 0)
    texts.push(
      `the sender left out ${truncated} more alerts (truncatedAlerts); set max_alerts of the webhook to 0, no limit`,
    );
  let more = 0;
  return {
    add(i: number, what: string, why: () => string): void {
      if (texts.length < maxWarnings) texts.push(excerpt(`alerts[${i}] ${what}: ${why()}`, maxWarning));
      else more++;
    },
    shown: (): string[] => (more > 0 ? [...texts, `${more} more warnings`] : [...texts]),
  };
}

function sourceOf(group: JsonObject, alerts: readonly unknown[]): Source {
  const version = own(group, 'version');
  if (version === '1' || own(group, 'orgId') !== undefined) return 'grafana';
  return version === undefined && alerts.some(isFromArms) ? 'arms' : 'alertmanager';
}

function isFromArms(alert: unknown): boolean {
  const labels = isObject(alert) ? own(alert, 'labels') : undefined;
  if (!isObject(labels)) return false;
  for (const name in labels) if (name.startsWith('_aliyun_arms_')) return true;
  return false;
}
