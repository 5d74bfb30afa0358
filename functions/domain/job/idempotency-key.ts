// The key of a job is made of the need, never of message ids, receive times or body bytes: one need can arrive in several
// envelopes, and again after a redrive. The cluster is part of every key, so no key belongs to two clusters.

const join = (source: string, cluster: string, ...parts: string[]): string => [source, cluster, ...parts].join('/');

const dayMs = 24 * 60 * 60_000;
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Of the alerts of a group, nearly all start on one day, and printing a date takes a tenth of reading an alert. */
let printed = { day: Number.NaN, text: '' };

/** As toISOString prints it. */
function instant(at: number): string {
  const day = Math.floor(at / dayMs);
  if (day !== printed.day)
    printed = { day, text: new Date(day * dayMs).toISOString().slice(0, -'00:00:00.000Z'.length) };
  const ms = at - day * dayMs;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const time = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${printed.text}${time}.${String(ms % 1000).padStart(3, '0')}Z`;
}

/** CloudWatch: one transition of one alarm, in any envelope. */
export function cloudwatchKey(cluster: string, alarmArn: string, stateChangedAt: number): string {
  return join('cloudwatch', cluster, alarmArn, instant(stateChangedAt));
}

/** Alertmanager, Grafana, ARMS: one episode of one series; repeats have the same start. */
export function episodeKey(source: string, cluster: string, fingerprint: string, startsAt: number): string {
  return `${source}/${cluster}/${fingerprint}/${instant(startsAt)}`;
}

/** CloudMonitor: one firing of one rule for one resource. @param dimensions sorted */
export function cloudmonitorKey(cluster: string, ruleId: string, dimensions: string, firedAt: number): string {
  return join('cloudmonitor', cluster, cloudmonitorAlert(ruleId, dimensions), instant(firedAt));
}

/** What its firings and its recoveries have in common. A rule's id has no slash. */
export const cloudmonitorAlert = (ruleId: string, dimensions: string): string => `${ruleId}/${dimensions}`;

/** A further purchase for an alert that stands: n = 2 is the second one. */
export const againKey = (key: string, n: number): string => `${key}/again/${n}`;

/** One occurrence of a schedule. Scheduler's execution id differs per attempt. */
export function scheduleKey(cluster: string, schedule: string, scheduledAt: number): string {
  return join('schedule', cluster, schedule, instant(scheduledAt));
}

/** A manual job, by the caller's key or the whole key. */
export function manualKey(cluster: string, callersKey: string): string {
  const whole = join('manual', cluster, '');
  return callersKey.startsWith(whole) ? callersKey : whole + callersKey;
}

/** Of an alert: what it is named by (an alarm's ARN, or ScaleJob.alert), and when it went off. */
const ofAlert =
  /^(?:cloudwatch|alertmanager|grafana|arms|cloudmonitor)\/[^/]+\/(.+)\/(\d{4}-\d\d-\d\dT[\d:.]{12}Z)(?:\/again\/\d+)?$/s;

/** @returns with epoch milliseconds; undefined for the keys of people and schedules */
export function firingIn(key: string): { readonly alert: string; readonly wentOffAt: number } | undefined {
  const [, alert, wentOffAt] = ofAlert.exec(key) ?? [];
  return alert === undefined || wentOffAt === undefined ? undefined : { alert, wentOffAt: Date.parse(wentOffAt) };
}
