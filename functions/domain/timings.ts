// Every duration of the system, once, and the order among them that keeps the protocol safe.
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const timings = {
  /** A signed purchase is sent only while it is younger than this; older ones give their slot back. */
  sendWithinMs: 5 * second,
  /** TCP and TLS must be up in this time. Nothing was sent when they are not, so the purchase did not happen. */
  connectTimeoutMs: 5 * second,
  /** The whole exchange of one ScaleOutCluster call. Past it the purchase is in doubt. */
  requestTimeoutMs: 20 * second,
  /** A read call of the ACK API. */
  readTimeoutMs: 10 * second,
  /** No further page of a listing is read after this: with the page that is under way it must fit into a job's time. */
  listingTimeoutMs: 20 * second,
  /** Lambda timeout of the queue function. */
  functionTimeoutMs: 60 * second,
  /** Lambda timeout of the webhook: CloudMonitor waits no longer than this for an answer, then it sends again. */
  webhookTimeoutMs: 5 * second,
  /** A signed webhook request is taken only this far from its timestamp: later it may be a recording. */
  webhookToleranceMs: 5 * minute,
  /** A new job is started only with this much time left: a purchase, its verdict and the copy of it fit in. */
  jobTimeMs: 35 * second,
  /** A slot still `sending` after this has no living sender: the reconciler calls its purchase unknown. */
  leaseMs: 2 * minute,
  /** SQS hides a received message this long: six times the function timeout, as AWS asks for. */
  visibilityTimeoutMs: 6 * minute,
  /** The gateway refuses a date further off than this (specification of the signature, A1). */
  dateWindowMs: 15 * minute,
  /** What executed shows in the task list this long after signing: the date window, plus the list's lag (A4). */
  fenceMs: 35 * minute,
  /** A task list that cannot be read for so long past the fence leaves its doubt to a person. */
  unreadableMs: hour,
  /** No purchase while our clock and the gateway's differ by more (A2). */
  maxClockSkewMs: 60 * second,
  /** Times of others are compared with ours give or take twice what clocks may differ by: some are cut to whole minutes, too. */
  evidenceSlackMs: 2 * minute,
  /** A verdict stays on the cluster item this long, so that no later listing window can contain its task. */
  forgetAfterMs: hour,
  /** Overdue nodes are followed, and count for maxNodes, for so long; then nobody reckons with them any more. */
  overdueFollowedMs: day,
  /** A clock difference that was measured longer ago says nothing of now. */
  clockSkewTtlMs: 15 * minute,
  /** Secrets are read again after this. */
  secretsTtlMs: 5 * minute,
  /** SQS delays a message no longer than this. */
  maxDelayMs: 15 * minute,
  /** Wait of a job that found another purchase in the slot, or its own still being sent. */
  busyDelayMs: 30 * second,
  /** First wait after a send that provably did not happen; doubles per deferral up to maxDelayMs. */
  backoffMs: 30 * second,
  /** Manual and scheduled jobs held back longer than this are skipped as stale. */
  jobExpiryMs: day,
  /** The longest cooldown that failed purchases can double up to. */
  maxCooldownMs: 3 * hour,
  /** How often alarms are looked at for one that nobody heard of. */
  alarmCheckMs: 5 * minute,
  /** A notification may be this late before its alarm counts as unheard. */
  alarmGraceMs: 2 * minute,
  /** How long SQS keeps an alert that nobody handles. */
  queueRetentionMs: 4 * day,
  /** How long SQS keeps a dead letter: longer than its source, because age is counted from the first enqueue. */
  deadLetterRetentionMs: 14 * day,
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
  ['dateWindowMs', 'fenceMs'],
  ['fenceMs', 'forgetAfterMs'],
  ['queueRetentionMs', 'deadLetterRetentionMs'],
];

/** Lists the broken relations between durations; empty for a sound set. Asserted by a test and at synth. */
export function timingProblems(of: Readonly<Record<keyof typeof timings, number>> = timings): string[] {
  const problems = ordered
    .filter(([shorter, longer]) => of[shorter] >= of[longer])
    .map(([shorter, longer]) => `${shorter} (${of[shorter]} ms) must be shorter than ${longer} (${of[longer]} ms)`);
  if (of.visibilityTimeoutMs < 6 * of.functionTimeoutMs)
    problems.push(
      `visibilityTimeoutMs (${of.visibilityTimeoutMs} ms) must be at least six times functionTimeoutMs (${of.functionTimeoutMs} ms)`,
    );
  return problems;
}
