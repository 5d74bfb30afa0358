// What the need IS makes its key. Message ids, receive times and body bytes never do: the same need arrives through
// several envelopes, is redelivered, and comes back from the dead-letter queue with a new message id.
// The cluster is part of every key, so a key can never be in doubt in one cluster and bought in another.

const join = (source: string, cluster: string, ...parts: string[]): string => [source, cluster, ...parts].join('/');

const instant = (at: number): string => new Date(at).toISOString();

/** CloudWatch: one transition of one alarm, whichever envelope carries it. */
export function cloudwatchKey(cluster: string, alarmArn: string, stateChangedAt: number): string {
  return join('cloudwatch', cluster, alarmArn, instant(stateChangedAt));
}

/** Alertmanager, Grafana, ARMS: one episode of one series; repeats of the firing group carry the same start. */
export function episodeKey(source: string, cluster: string, fingerprint: string, startsAt: number): string {
  return join(source, cluster, fingerprint, instant(startsAt));
}

/** CloudMonitor: one firing of one rule for one resource; it is delivered up to four times. */
export function cloudmonitorKey(cluster: string, ruleId: string, dimensions: string, firedAt: number): string {
  return join('cloudmonitor', cluster, ruleId, dimensions, instant(firedAt));
}

/** A scheduled occurrence; Scheduler's execution id is per attempt and so no part of it. */
export function scheduleKey(cluster: string, schedule: string, scheduledAt: number): string {
  return join('schedule', cluster, schedule, instant(scheduledAt));
}

/**
 * A person's job: the key that the person, or the command for them, made up. Who is told the whole key may give it again:
 * it is the same job then.
 */
export function manualKey(cluster: string, callersKey: string): string {
  const whole = join('manual', cluster, '');
  return callersKey.startsWith(whole) ? callersKey : whole + callersKey;
}
