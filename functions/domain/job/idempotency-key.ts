// The key of a job is made of the need, never of message ids, receive times or body bytes: one need can arrive in several
// envelopes, and again after a redrive. The cluster is part of every key, so no key belongs to two clusters.

const join = (source: string, cluster: string, ...parts: string[]): string => [source, cluster, ...parts].join('/');

/** Of the alerts of a group, many start together, and printing a date takes a tenth of reading an alert. */
const printed = new Map<number, string>();
const maxPrinted = 100;

function instant(at: number): string {
  const known = printed.get(at);
  if (known !== undefined) return known;
  if (printed.size >= maxPrinted) printed.clear();
  const text = new Date(at).toISOString();
  printed.set(at, text);
  return text;
}

/** CloudWatch: one transition of one alarm, in any envelope. */
export function cloudwatchKey(cluster: string, alarmArn: string, stateChangedAt: number): string {
  return join('cloudwatch', cluster, alarmArn, instant(stateChangedAt));
}

/** Alertmanager, Grafana, ARMS: one episode of one series; repeats have the same start. */
export function episodeKey(source: string, cluster: string, fingerprint: string, startsAt: number): string {
  return join(source, cluster, fingerprint, instant(startsAt));
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
