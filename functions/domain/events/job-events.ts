// The events of one ledger write. A state changes by ONE write on one item, so the item before and after shows each change
// exactly once, also when the function crashed after the write.
import { limitNames } from '../job/decision.ts';
import type { JobEvent } from './job-event-schema.ts';
import type {
  ClusterImage,
  DecisionImage,
  JobImage,
  LedgerImage,
  ProgressImage,
  PurchaseImage,
  VerdictImage,
} from './ledger-image.ts';

/** `resolution.by` of the reconciler; any other name is a person. */
const reconciler = 'reconcile';

/** @param writtenAt epoch milliseconds, for changes without a time in the item */
export function eventsBetween(
  before: LedgerImage | undefined,
  after: LedgerImage | undefined,
  writtenAt: number,
): readonly JobEvent[] {
  switch (after?.kind) {
    case 'cluster': {
      const was = before?.kind === 'cluster' ? before.item : undefined;
      return [
        ...slotEvents(after.name, was, after.item, writtenAt),
        ...verdictEvents(after.name, was, after.item),
        ...pauseEvents(after.name, was, after.item),
        ...unownedEvents(after.name, was, after.item),
        ...stillShortEvents(after.name, was, after.item),
        ...expiringEvents(after.name, was, after.item),
      ];
    }
    case 'job':
      return jobEvents(before?.kind === 'job' ? before.item : undefined, after.item);
    case 'wait':
    // Deleted by hand.
    case undefined:
      return [];
  }
}

/** MARK, PARK and REARM. ARM and UNSENT make no event. */
function slotEvents(
  cluster: string,
  was: ClusterImage | undefined,
  { purchase }: ClusterImage,
  writtenAt: number,
): JobEvent[] {
  if (!purchase) return [];
  const { nonce, phase, attempt, signedAt, why = '' } = purchase;
  if (was?.purchase?.nonce === nonce && was.purchase.phase === phase) return [];
  const doubt = { ...paidFor(purchase), attempt, signedAt: iso(signedAt) };
  const { key } = purchase;
  switch (phase) {
    case 'unknown':
      return [{ ...head('in-doubt', writtenAt, cluster, key), ...doubt }];
    case 'parked':
      return [{ ...head('parked', writtenAt, cluster, key), ...doubt, why }];
    case 'sending':
      return attempt > 1 ? [{ ...head('rearmed', signedAt, cluster, key), ...doubt }] : [];
  }
}

/** SETTLE. COPY and FORGET make no event. */
function verdictEvents(cluster: string, was: ClusterImage | undefined, { done }: ClusterImage): JobEvent[] {
  return Object.entries(done)
    .filter(([key]) => !Object.hasOwn(was?.done ?? {}, key))
    .flatMap(([key, verdict]) => [verdictEvent(cluster, key, verdict), ...limitedEvents(cluster, key, verdict)]);
}

/** A number to reach is a target that limits may cut; of nodes to add, the one who asked for them knows. */
function limitedEvents(cluster: string, key: string, verdict: VerdictImage): JobEvent[] {
  const { outcome, at, story } = verdict;
  const { wanted, limit: cut } = story.basis ?? {};
  const limit = limitNames.find((name) => name === cut?.name);
  if (outcome !== 'accepted' || story.intent.kind !== 'reach' || !limit || wanted === undefined) return [];
  return [
    { ...head('limited', at, cluster, key), ...paidFor({ key, ...verdict }), wanted, limit, why: story.decision },
  ];
}

function verdictEvent(cluster: string, key: string, verdict: VerdictImage): JobEvent {
  const { outcome, at, story, taskId, code, message, resolution } = verdict;
  const purchase = paidFor({ key, ...verdict });
  const task = taskId === undefined ? {} : { taskId };
  if (outcome === 'rejected')
    return {
      ...head('rejected', at, cluster, key),
      ...purchase,
      ...(code !== undefined && { code }),
      ...(message !== undefined && { message }),
    };
  if (outcome === 'accepted' && (!resolution || resolution.by === reconciler))
    return {
      ...head('bought', at, cluster, key),
      ...purchase,
      ...task,
      why: story.decision,
      ...(resolution && { found: resolution.reason }),
    };
  const { by = 'a person', reason: why = 'no reason given', rearmedAs } = resolution ?? {};
  const again = rearmedAs === undefined ? {} : { rearmedAs };
  return { ...head('resolved', at, cluster, key), ...purchase, ...task, outcome, by, why, ...again };
}

function pauseEvents(cluster: string, was: ClusterImage | undefined, { paused, resumed }: ClusterImage): JobEvent[] {
  if (paused && paused.at !== was?.paused?.at)
    return [{ ...head('paused', paused.at, cluster, cluster), by: paused.by, why: paused.reason }];
  if (!paused && was?.paused && resumed)
    return [{ ...head('resumed', resumed.at, cluster, cluster), by: resumed.by, why: resumed.reason }];
  return [];
}

/** REPORT. */
function unownedEvents(cluster: string, was: ClusterImage | undefined, { unowned }: ClusterImage): JobEvent[] {
  if (!unowned || unowned.at === was?.unowned?.at) return [];
  return [{ ...head('unowned-tasks', unowned.at, cluster, cluster), taskIds: unowned.taskIds }];
}

/** REPORT. */
function stillShortEvents(cluster: string, was: ClusterImage | undefined, { stillShort }: ClusterImage): JobEvent[] {
  if (!stillShort || stillShort.key === was?.stillShort?.key) return [];
  const { key, at, why } = stillShort;
  return [{ ...head('still-short', at, cluster, key), key, why }];
}

/** LEASES. One event for each day on which leases end, and each notice of it. */
function expiringEvents(cluster: string, was: ClusterImage | undefined, { leases }: ClusterImage): JobEvent[] {
  const isTold = ({ day, days }: { readonly day: string; readonly days: number }): boolean =>
    was?.leases?.expiring.some((told) => told.day === day && told.days === days) === true;
  const news = leases?.expiring.filter((one) => !isTold(one)) ?? [];
  return news.map(({ at, endsAt, ...told }) => ({
    ...head('expiring', at, cluster, `${cluster}/${told.day}`),
    ...told,
    endsAt: iso(endsAt),
  }));
}

/** SKIP and FOLLOW. */
function jobEvents(was: JobImage | undefined, job: JobImage): JobEvent[] {
  const { key, cluster, at, story } = job;
  if (job.outcome === 'skipped') {
    const limit = limitNames.find((one) => one === job.reason);
    if (!limit) return [];
    return [{ ...head('refused', at, cluster, key), ...askedFor({ key, story }), limit, why: story.decision }];
  }
  const { progress } = job;
  const earlier = was && 'progress' in was ? was.progress : undefined;
  // After a crash the reconciler repeats the write: no second event.
  if (!progress || progress.state === earlier?.state) return [];
  const task = job.taskId === undefined ? {} : { taskId: job.taskId };
  return [progressEvent(cluster, key, { ...paidFor(job), ...task, acceptedAt: iso(at) }, progress)];
}

type Followed = ReturnType<typeof paidFor> & { readonly taskId?: string; readonly acceptedAt: string };

function progressEvent(cluster: string, key: string, of: Followed, progress: ProgressImage): JobEvent {
  const { at } = progress;
  switch (progress.state) {
    case 'completed':
      return { ...head('ready', at, cluster, key), ...of, ready: progress.readyNodes };
    case 'partial':
      return { ...head('partial', at, cluster, key), ...of, ready: progress.got, why: progress.why };
    case 'failed':
      return { ...head('failed', at, cluster, key), ...of, ready: 0, code: progress.code, message: progress.message };
    case 'overdue':
      return { ...head('overdue', at, cluster, key), ...of, ready: progress.ready, why: progress.why };
  }
}

/** @param of a job's key, or a cluster's name, perhaps with a day: the id is unique with state and instant */
function head<const S extends JobEvent['state']>(state: S, at: number, cluster: string, of: string) {
  return { version: 1, id: `${of}/${state}/${iso(at)}`, at: iso(at), state, cluster } as const;
}

function askedFor({ key, story }: { readonly key: string; readonly story: DecisionImage }) {
  const { source, intent, requestedBy, reason, occurredAt, decidedAt } = story;
  return {
    key,
    source,
    ...(intent.alarm !== undefined && { alarm: intent.alarm }),
    ...(requestedBy !== undefined && { requestedBy }),
    reason,
    occurredAt: iso(occurredAt),
    decidedAt: iso(decidedAt),
  };
}

const paidFor = (of: Pick<PurchaseImage, 'key' | 'story' | 'count' | 'cost'>) => ({
  ...askedFor(of),
  count: of.count,
  cost: of.cost,
});

const iso = (at: number): string => new Date(at).toISOString();
