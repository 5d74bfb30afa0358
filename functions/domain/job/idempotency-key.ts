// The key of a job is made of the need, never of message ids, receive times or body bytes: one need can arrive in several
// envelopes, and again after a redrive. The cluster is part of every key, so no key belongs to two clusters.

const join = (source: string, cluster: string, ...parts: string[]): string => [source, cluster, ...parts].join('/');

const instant = (at: number): string => new Date(at).toISOString();

/** CloudWatch: one transition of one alarm, in any envelope. */
export function cloudwatchKey(cluster: string, alarmArn: string, stateChangedAt: number): string {
  return join('cloudwatch', cluster, alarmArn, instant(stateChangedAt));
}

/** Alertmanager, Grafana, ARMS: one episode of one series; repeats have the same start. */
export function episodeKey(source: string, cluster: string, fingerprint: string, startsAt: number): string {
  return join(source, cluster, fingerprint, instant(startsAt));
}

/** CloudMonitor: one firing of one rule for one resource. */
export function cloudmonitorKey(cluster: string, ruleId: string, dimensions: string, firedAt: number): string {
  return join('cloudmonitor', cluster, ruleId, dimensions, instant(firedAt));
}

/** One occurrence of a schedule. Scheduler's execution id differs per attempt. */
export function scheduleKey(cluster: string, schedule: string, scheduledAt: number): string {
  return join('schedule', cluster, schedule, instant(scheduledAt));
}

/** A manual job, by the caller's key or the whole key. */
export function manualKey(cluster: string, callersKey: string): string {
  const whole = join('manual', cluster, '');
  return callersKey.startsWith(whole) ? callersKey : whole + callersKey;
}
