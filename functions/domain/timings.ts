// Every duration, once, and the order among them that the protocol needs.
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const timings = {
  /** A purchase is sent only this soon after its signature; otherwise its slot is freed. */
  sendWithinMs: 5 * second,
  /** For TCP and TLS. Without a connection nothing was sent. */
  connectTimeoutMs: 5 * second,
  /** For one ScaleOutCluster call. After it the purchase is in doubt. */
  requestTimeoutMs: 20 * second,
  readTimeoutMs: 10 * second,
  /** To read the metric of an alarm. Without an answer, the value told with its transition counts. */
  measureTimeoutMs: 3 * second,
  /** No further page of a list is read after this. */
  listingTimeoutMs: 20 * second,
  /** Lambda timeout of the queue function. */
  functionTimeoutMs: 60 * second,
  /** Lambda timeout of the webhook: CloudMonitor waits this long for an answer. */
  webhookTimeoutMs: 5 * second,
  /** Allowed difference from the timestamp of a signed webhook request. */
  webhookToleranceMs: 5 * minute,
  /** A job starts only with this much time left: enough for a purchase, its verdict and its copy. */
  jobTimeMs: 35 * second,
  /** The lease of `sending`. When it has expired, the sender is gone and the request may have been sent. */
  leaseMs: 2 * minute,
  /** Visibility timeout: six times the function timeout, as AWS recommends. */
  visibilityTimeoutMs: 6 * minute,
  /** The gateway refuses a date that differs by more (A1). */
  dateWindowMs: 15 * minute,
  /** An executed request is in the task list within this time (A4). */
  listLagMs: 20 * minute,
  /** From the signature until an absent task proves that nothing was bought: date window, list lag and two clock differences. */
  fenceMs: 37 * minute,
  /** A doubt is parked when its task list cannot be read for this long after the fence. */
  unreadableMs: hour,
  /** Nothing is bought while our clock and the gateway's differ by more (A2). */
  maxClockSkewMs: 60 * second,
  /** ACK's times may be this much earlier than ours: clocks differ, and ACK cuts times to the second or the minute. */
  evidenceSlackMs: 2 * minute,
  /** A verdict stays on the cluster item at least this long: no later search window contains its task. */
  forgetAfterMs: hour,
  /** Overdue nodes are followed, and count for maxNodes, for this long. */
  overdueFollowedMs: day,
  /** An older clock difference is not used. */
  clockSkewTtlMs: 15 * minute,
  secretsTtlMs: 5 * minute,
  /** Nothing waits for a secret that has been under way for longer: it is read anew. The process may have been frozen meanwhile. */
  pendingSecretMs: 4 * second,
  /** The same for credentials of a RAM role: two calls, one of them perhaps over an ocean. */
  pendingExchangeMs: 8 * second,
  /** How long a token of AWS lasts. It is exchanged at once. */
  webIdentityTokenMs: 5 * minute,
  /** How long credentials of a RAM role last: what a role allows unless it says otherwise. */
  roleCredentialsMs: hour,
  /** They are not used for the last part of their time: a request of now may be checked later, by a clock that is ahead. */
  roleCredentialsSpareMs: 5 * minute,
  /** From so long before their end on they are renewed, beside the work that uses them. */
  roleCredentialsRenewMs: 10 * minute,
  /** How long the webhook does not ask again for tokens that it could not read. */
  failedSecretTtlMs: 5 * second,
  /** The longest delay of SQS. */
  maxDelayMs: 15 * minute,
  /** Wait for another purchase in the slot, or for its own that is being sent. */
  busyDelayMs: 30 * second,
  /** First wait after a request that was not sent; doubles per deferral up to maxDelayMs. */
  backoffMs: 30 * second,
  /** Wait of what a message still asks for after the API has rejected a part of it. */
  afterRejectionMs: 5 * minute,
  /** Older manual and scheduled jobs are stale. */
  jobExpiryMs: day,
  /** The longest cooldown after failures. */
  maxCooldownMs: 3 * hour,
  /** Interval of the check for missed alarms. */
  alarmCheckMs: 5 * minute,
  /** The same, where an alarm may ask again. */
  askCheckMs: minute,
  /** Interval of the check for tasks of others. */
  unownedCheckMs: 30 * minute,
  /** Interval of the check of leases. */
  leaseCheckMs: hour,
  /** A node whose lease is over stops counting once ACK has said so in two readings, the first of them so long before. */
  lapsedAfterMs: day,
  /** Leases that end are told so long before, and then once more. */
  expiringEarlyMs: 7 * day,
  expiringLateMs: day,
  /** A notification may be this late before its alarm counts as missed. */
  alarmGraceMs: 2 * minute,
  /** How far ahead of our clock an alert, or its end, may be dated. Beyond it, the clock of its sender is wrong. */
  maxAheadMs: 15 * minute,
  /** Retention of the alert queue. */
  queueRetentionMs: 4 * day,
  /** Longer than that of the alert queue: the age counts from the first send. */
  deadLetterRetentionMs: 14 * day,
  /** A note that a job waits. The job renews it every maxDelayMs: when the note is over, its message is gone. */
  waitNoteMs: hour,
  /** A note that an alert ended: longer than a message that it can end waits on both queues, one after the other. */
  recoveryNoteMs: 19 * day,
} as const;

const ordered: readonly (readonly [keyof typeof timings, keyof typeof timings])[] = [
  ['sendWithinMs', 'requestTimeoutMs'],
  ['connectTimeoutMs', 'requestTimeoutMs'],
  ['requestTimeoutMs', 'jobTimeMs'],
  ['listingTimeoutMs', 'jobTimeMs'],
  ['jobTimeMs', 'functionTimeoutMs'],
  ['webhookTimeoutMs', 'functionTimeoutMs'],
  ['functionTimeoutMs', 'leaseMs'],
  ['leaseMs', 'visibilityTimeoutMs'],
  ['fenceMs', 'forgetAfterMs'],
  ['queueRetentionMs', 'deadLetterRetentionMs'],
  ['pendingExchangeMs', 'webIdentityTokenMs'],
  ['functionTimeoutMs', 'roleCredentialsSpareMs'],
  ['roleCredentialsSpareMs', 'roleCredentialsRenewMs'],
  ['roleCredentialsRenewMs', 'roleCredentialsMs'],
  ['maxDelayMs', 'waitNoteMs'],
  ['leaseCheckMs', 'lapsedAfterMs'],
  ['leaseCheckMs', 'expiringLateMs'],
  ['expiringLateMs', 'expiringEarlyMs'],
];

/** Broken relations between durations. Checked by a test and at synth. */
export function timingProblems(of: Readonly<Record<keyof typeof timings, number>> = timings): string[] {
  const problems = ordered
    .filter(([shorter, longer]) => of[shorter] >= of[longer])
    .map(([shorter, longer]) => `${shorter} (${of[shorter]} ms) must be shorter than ${longer} (${of[longer]} ms)`);
  const fence = of.dateWindowMs + of.listLagMs + 2 * of.maxClockSkewMs;
  if (of.fenceMs < fence)
    problems.push(
      `fenceMs (${of.fenceMs} ms) must be at least dateWindowMs, listLagMs and twice maxClockSkewMs together (${fence} ms)`,
    );
  if (of.evidenceSlackMs < 2 * of.maxClockSkewMs)
    problems.push(
      `evidenceSlackMs (${of.evidenceSlackMs} ms) must be at least twice maxClockSkewMs (${of.maxClockSkewMs} ms)`,
    );
  const looksBack = of.unownedCheckMs + of.listLagMs + of.evidenceSlackMs;
  if (looksBack >= of.forgetAfterMs)
    problems.push(
      `forgetAfterMs (${of.forgetAfterMs} ms) must be longer than unownedCheckMs, listLagMs and evidenceSlackMs together (${looksBack} ms)`,
    );
  if (of.visibilityTimeoutMs < 6 * of.functionTimeoutMs)
    problems.push(
      `visibilityTimeoutMs (${of.visibilityTimeoutMs} ms) must be at least six times functionTimeoutMs (${of.functionTimeoutMs} ms)`,
    );
  const waitsOnQueues = of.queueRetentionMs + of.deadLetterRetentionMs;
  if (waitsOnQueues >= of.recoveryNoteMs)
    problems.push(
      `recoveryNoteMs (${of.recoveryNoteMs} ms) must be longer than queueRetentionMs and deadLetterRetentionMs together (${waitsOnQueues} ms)`,
    );
  return problems;
}
