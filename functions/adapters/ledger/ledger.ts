// The purchase ledger: one DynamoDB table, key `pk`. Every write is ONE conditional write on one item and safe to repeat.
// The conditions are the protocol (DECISIONS.md): a change needs the model, the simulation and its mutants.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { windowsFor } from '../../domain/decision/usage-window.ts';
import type {
  Cluster,
  Ended,
  JobRecord,
  Leases,
  Pending,
  Progress,
  Purchase,
  Resolution,
  Skip,
  StillShort,
  UnownedTasks,
  Verdict,
} from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';
import { stored } from '../stored.ts';
import { createItems } from './items.ts';

/**
 * Writes return false when their condition failed, also when an earlier attempt succeeded and its answer was lost. They
 * throw when it is not known whether they were applied.
 */
export interface Ledger {
  /** Creates the item when it does not exist (INIT). */
  readCluster(name: string): Promise<Cluster>;
  readClusters(names: readonly string[]): Promise<ReadonlyMap<string, Cluster>>;
  /** Jobs with an outcome. Read the cluster first: the other order buys twice. */
  readJobs(keys: readonly string[]): Promise<ReadonlyMap<string, JobRecord>>;
  /** ARM: takes the slot and reserves nodes and money, while the cluster is as `seen`. */
  arm(seen: Cluster, purchase: Purchase): Promise<boolean>;
  /** MARK: the answer to the request is not known. */
  mark(cluster: string, nonce: string): Promise<boolean>;
  /** UNSENT: the request was provably not sent. Frees the slot and cancels the reservation. */
  unsent(cluster: string, purchase: Purchase, cooldownUntil: number): Promise<boolean>;
  /**
   * SETTLE: writes the verdict and frees the slot. Cancels the reservation unless the purchase was accepted. Refused when
   * the cooldown is not as `seen`, or the purchase is not in `phase`.
   */
  settle(
    seen: Pick<Cluster, 'name' | 'cooldownUntil'>,
    purchase: Purchase,
    verdict: Verdict,
    cooldownUntil: number,
    phase?: 'unknown',
  ): Promise<boolean>;
  /** COPY: the verdict becomes the job's record. */
  copy(cluster: string, key: string, verdict: Verdict): Promise<boolean>;
  /** SKIP: nothing is bought for this job. */
  skip(cluster: string, key: string, skip: Skip): Promise<boolean>;
  /** PARK: a person must settle the purchase. */
  park(cluster: string, nonce: string, why: string): Promise<boolean>;
  /** LISTED: one more task list after the fence was empty. */
  listed(cluster: string, nonce: string): Promise<boolean>;
  /**
   * REARM: after the fence, the slot gets a new nonce for one more request. Only while the purchase is unknown and the
   * cluster is as `seen` and not paused. Increments `ver`.
   */
  rearm(
    seen: Cluster,
    nonce: string,
    next: { readonly nonce: string; readonly signedAt: number },
    maxAttempts: number,
  ): Promise<boolean>;
  /** FORGET: removes an old verdict whose copy is confirmed, while the slot is free. Increments `ver`. */
  forget(cluster: string, key: string, now: number): Promise<boolean>;
  /** FOLLOW: the progress of an accepted task. The end of a task is final. */
  progress(key: string, taskId: string, progress: Progress): Promise<boolean>;
  /**
   * SHRINK: writes the nodes of a job that are still on their way, and the cooldown. `ended` goes to the verdict of the
   * job, if the cluster still has it.
   */
  shrink(
    seen: Cluster,
    key: string,
    remaining: Pending | undefined,
    after: Pick<Cluster, 'failures' | 'cooldownUntil'>,
    ended?: Ended,
  ): Promise<boolean>;
  /** REPORT: tasks of others that bought nodes in an exclusive cluster. */
  reportUnowned(cluster: string, unowned: UnownedTasks): Promise<boolean>;
  /** REPORT: an alert has bought as often as it may, and stands. */
  reportStillShort(cluster: string, still: StillShort): Promise<boolean>;
  /** LEASES: what ACK said of the nodes' leases, while what it follows is as `seen`. */
  recordLeases(seen: Cluster, leases: Leases): Promise<boolean>;
  /**
   * CORRECT: another task id for an accepted purchase whose nodes are on their way, while the slot is free. The outcome
   * stays.
   */
  correctTask(seen: Cluster, key: string, was: string, correction: TaskCorrection): Promise<boolean>;
  /** CORRECT, for the job's record. Removes the progress of the other task. */
  correctRecord(key: string, was: string, correction: TaskCorrection): Promise<boolean>;
  /** Stops or resumes purchases for a cluster. */
  pause(seen: Cluster, paused: Cluster['paused'], resumed?: Cluster['resumed']): Promise<boolean>;
}

/** By a person who had named the wrong task. */
interface TaskCorrection {
  readonly taskId: string;
  readonly resolution: Resolution;
}

const initial = {
  ver: 0,
  used: 0,
  window: '',
  spent: 0,
  month: '',
  cooldownUntil: 0,
  failures: 0,
  pending: {},
  done: {},
};
const clusterKey = (name: string): string => `CLUSTER#${name}`;
const jobKey = (key: string): string => `JOB#${key}`;

/** The parts of the conditions, each with the writer that it refuses. */
const when = {
  /** Refuses the writer of a purchase that is not in the slot. */
  mine: 'purchase.nonce = :nonce',
  /** Refuses a sender whose lease has expired: its purchase is unknown. */
  stillSending: 'purchase.phase = :sending',
  /** Refuses old evidence: the purchase was parked or sent again. */
  stillUnknown: 'purchase.phase = :unknown',
  /** Refuses a writer that read before another ARM or edit: two readers of one state cannot both buy. */
  unchanged: 'ver = :seen',
  /** Refuses a writer that would undo a change of the cooldown. */
  cooldownAsRead: 'cooldownUntil = :was',
  /** Refuses a second request while the first can still execute or be missing from the task list. */
  fenced: 'purchase.signedAt <= :fence',
  /** Refuses to free the slot after a second request: its proof is no proof about the first. */
  firstAttempt: 'purchase.attempt = :first',
  /** Refuses a third request. */
  attemptsLeft: 'purchase.attempt < :max',
  /** Refuses to forget a verdict while a purchase is in the slot: its doubt may need the verdict. */
  slotFree: 'attribute_not_exists(purchase)',
  /** Refuses to forget a verdict whose task could still be adopted for another purchase. */
  oldVerdict: 'done.#key.#at < :old',
  /** Refuses progress of a job that was not bought. */
  accepted: 'outcome = :accepted',
  /** Refuses what was read of another task, before a person corrected it. */
  taskAsRead: 'taskId = :was',
  /** The same, for nodes on their way. */
  pendingTaskAsRead: 'pending.#key.taskId = :was',
  /** Allows a verdict to replace the skip of a slower process. */
  skipped: 'outcome = :skipped',
  /** Refuses a purchase in a paused cluster. */
  notPaused: 'attribute_not_exists(paused)',
  /** Refuses an older reading of a task that has ended. */
  notEnded: '(attribute_not_exists(progress) OR progress.#state = :overdue)',
  /** Refuses an older reading of the nodes: one that came between may have forgotten what this one still remembers. */
  leasesAsRead: 'leases.#at = :was',
  noLeases: 'attribute_not_exists(leases)',
  /** Refuses to replace a record. */
  absent: 'attribute_not_exists(pk)',
  /** Refuses to create an item. */
  known: 'attribute_exists(pk)',
} as const;

export function createLedger(db: DynamoDBDocumentClient, table: string): Ledger {
  const { get, getAll, put, update } = createItems(db, table);

  async function readCluster(name: string): Promise<Cluster> {
    const item = await get(clusterKey(name));
    if (item) return asCluster(name, item);
    await put({ pk: clusterKey(name), ...initial }, when.absent);
    return asCluster(name, (await get(clusterKey(name))) ?? initial);
  }

  async function readClusters(names: readonly string[]): Promise<ReadonlyMap<string, Cluster>> {
    const wanted = [...new Set(names)];
    const items = wanted.length > 1 ? await getAll(wanted.map(clusterKey)) : [];
    const known = new Map(items.map((item) => [item['pk'], item]));
    const read = async (name: string) => {
      const item = known.get(clusterKey(name));
      return [name, item ? asCluster(name, item) : await readCluster(name)] as const;
    };
    return new Map(await Promise.all(wanted.map(read)));
  }

  async function readJobs(keys: readonly string[]): Promise<ReadonlyMap<string, JobRecord>> {
    const items = await getAll([...new Set(keys)].map(jobKey));
    return new Map(items.map((item) => [String(item['key']), stored<JobRecord>(item)]));
  }

  return {
    readCluster,
    readClusters,
    readJobs,

    arm(seen, purchase) {
      // The windows change in ARM only, so a refund goes to the window that it was taken from.
      const { window, month } = windowsFor(seen, purchase.signedAt);
      return update(clusterKey(seen.name), {
        set: [
          'purchase = :purchase',
          'ver = :next',
          seen.window >= window ? '#used = #used + :count' : '#used = :count, #window = :window',
          seen.month >= month ? 'spent = spent + :cost' : 'spent = :cost, #month = :month',
        ],
        condition: when.unchanged,
        names: {
          '#used': 'used',
          ...(seen.window < window && { '#window': 'window' }),
          ...(seen.month < month && { '#month': 'month' }),
        },
        values: {
          ':purchase': purchase,
          ':next': seen.ver + 1,
          ':seen': seen.ver,
          ':count': purchase.count,
          ':cost': purchase.cost,
          ...(seen.window < window && { ':window': window }),
          ...(seen.month < month && { ':month': month }),
        },
      });
    },

    mark: (cluster, nonce) =>
      update(clusterKey(cluster), {
        set: ['purchase.phase = :unknown'],
        condition: `${when.mine} AND ${when.stillSending}`,
        values: { ':nonce': nonce, ':sending': 'sending', ':unknown': 'unknown' },
      }),

    unsent: (cluster, purchase, cooldownUntil) =>
      update(clusterKey(cluster), {
        set: ['#used = #used - :count', 'spent = spent - :cost', 'cooldownUntil = :cooldownUntil'],
        remove: ['purchase'],
        condition: `${when.mine} AND ${when.stillSending} AND ${when.firstAttempt}`,
        names: { '#used': 'used' },
        values: {
          ':nonce': purchase.nonce,
          ':sending': 'sending',
          ':first': 1,
          ':count': purchase.count,
          ':cost': purchase.cost,
          ':cooldownUntil': cooldownUntil,
        },
      }),

    settle(seen, purchase, verdict, cooldownUntil, phase) {
      const bought = verdict.outcome === 'accepted';
      const pending: Pending = { taskId: verdict.taskId ?? '', count: purchase.count, at: verdict.at };
      return update(clusterKey(seen.name), {
        set: [
          'done.#key = :verdict',
          'cooldownUntil = :cooldownUntil',
          '#used = #used - :returned',
          'spent = spent - :refund',
          ...(bought ? ['pending.#key = :pending'] : []),
        ],
        remove: ['purchase'],
        condition: `${when.mine} AND ${when.cooldownAsRead}${phase ? ` AND ${when.stillUnknown}` : ''}`,
        names: { '#key': purchase.key, '#used': 'used' },
        values: {
          ':nonce': purchase.nonce,
          ':was': seen.cooldownUntil,
          ...(phase && { ':unknown': phase }),
          ':verdict': verdict,
          ':cooldownUntil': cooldownUntil,
          ':returned': bought ? 0 : purchase.count,
          ':refund': bought ? 0 : purchase.cost,
          ...(bought && { ':pending': pending }),
        },
      });
    },

    copy: (cluster, key, verdict) =>
      put({ pk: jobKey(key), key, cluster, ...verdict }, `${when.absent} OR ${when.skipped}`, {
        ':skipped': 'skipped',
      }),

    skip: (cluster, key, skip) => put({ pk: jobKey(key), key, cluster, ...skip }, when.absent),

    park: (cluster, nonce, why) =>
      update(clusterKey(cluster), {
        set: ['purchase.phase = :parked', 'purchase.why = :why'],
        condition: `${when.mine} AND ${when.stillUnknown}`,
        values: { ':nonce': nonce, ':unknown': 'unknown', ':parked': 'parked', ':why': why },
      }),

    listed: (cluster, nonce) =>
      update(clusterKey(cluster), {
        set: ['purchase.emptyListings = if_not_exists(purchase.emptyListings, :none) + :one'],
        condition: `${when.mine} AND ${when.stillUnknown}`,
        values: { ':nonce': nonce, ':unknown': 'unknown', ':none': 0, ':one': 1 },
      }),

    rearm: (seen, nonce, next, maxAttempts) =>
      update(clusterKey(seen.name), {
        set: [
          'ver = :following',
          'purchase.nonce = :next',
          'purchase.signedAt = :now',
          'purchase.leaseUntil = :lease',
          'purchase.phase = :sending',
          'purchase.attempt = purchase.attempt + :one',
        ],
        remove: ['purchase.why', 'purchase.emptyListings'],
        condition: `${when.mine} AND ${when.stillUnknown} AND ${when.unchanged} AND ${when.fenced} AND ${when.attemptsLeft} AND ${when.notPaused}`,
        values: {
          ':nonce': nonce,
          ':unknown': 'unknown',
          ':seen': seen.ver,
          ':following': seen.ver + 1,
          ':next': next.nonce,
          ':now': next.signedAt,
          ':lease': next.signedAt + timings.leaseMs,
          ':sending': 'sending',
          ':one': 1,
          ':fence': next.signedAt - timings.fenceMs,
          ':max': maxAttempts,
        },
      }),

    forget: (cluster, key, now) =>
      update(clusterKey(cluster), {
        // A decision that saw the verdict must not arm without it: the task of the verdict could be adopted for its request.
        set: ['ver = ver + :one'],
        remove: ['done.#key'],
        condition: `${when.slotFree} AND ${when.oldVerdict}`,
        names: { '#key': key, '#at': 'at' },
        values: { ':old': now - timings.forgetAfterMs, ':one': 1 },
      }),

    progress: (key, taskId, progress) =>
      update(jobKey(key), {
        set: ['progress = :progress'],
        condition: `${when.accepted} AND ${when.taskAsRead} AND ${when.notEnded}`,
        names: { '#state': 'state' },
        values: { ':progress': progress, ':accepted': 'accepted', ':was': taskId, ':overdue': 'overdue' },
      }),

    shrink(seen, key, remaining, after, ended) {
      const verdictEnd = seen.done[key] && ended;
      return update(clusterKey(seen.name), {
        set: [
          'ver = :next',
          'failures = :failures',
          'cooldownUntil = :cooldownUntil',
          ...(remaining ? ['pending.#key = :remaining'] : []),
          ...(verdictEnd ? ['done.#key.got = :got', 'done.#key.endedAt = :endedAt'] : []),
        ],
        ...(!remaining && { remove: ['pending.#key'] }),
        // SETTLE and UNSENT move the cooldown without moving `ver`.
        condition: `${when.unchanged} AND ${when.cooldownAsRead}`,
        names: { '#key': key },
        values: {
          ':seen': seen.ver,
          ':next': seen.ver + 1,
          ':was': seen.cooldownUntil,
          ':failures': after.failures,
          ':cooldownUntil': after.cooldownUntil,
          ...(remaining && { ':remaining': remaining }),
          ...(verdictEnd && { ':got': verdictEnd.got, ':endedAt': verdictEnd.at }),
        },
      });
    },

    reportUnowned: (cluster, unowned) =>
      update(clusterKey(cluster), {
        set: ['unowned = :unowned'],
        condition: when.known,
        values: { ':unowned': unowned },
      }),

    reportStillShort: (cluster, still) =>
      update(clusterKey(cluster), {
        set: ['stillShort = :still'],
        condition: when.known,
        values: { ':still': still },
      }),

    recordLeases: ({ name, leases: was }, leases) =>
      update(clusterKey(name), {
        set: ['leases = :leases'],
        condition: was ? when.leasesAsRead : `${when.known} AND ${when.noLeases}`,
        ...(was && { names: { '#at': 'at' } }),
        values: { ':leases': leases, ...(was && { ':was': was.at }) },
      }),

    // While the slot is free and `ver` is as read, no SETTLE can have given the task to another purchase.
    correctTask: (seen, key, was, { taskId, resolution }) =>
      update(clusterKey(seen.name), {
        set: [
          'ver = :next',
          'pending.#key.taskId = :taskId',
          ...(seen.done[key] ? ['done.#key.taskId = :taskId', 'done.#key.resolution = :resolution'] : []),
        ],
        condition: `${when.unchanged} AND ${when.slotFree} AND ${when.pendingTaskAsRead}`,
        names: { '#key': key },
        values: {
          ':seen': seen.ver,
          ':next': seen.ver + 1,
          ':was': was,
          ':taskId': taskId,
          ...(seen.done[key] && { ':resolution': resolution }),
        },
      }),

    correctRecord: (key, was, { taskId, resolution }) =>
      update(jobKey(key), {
        set: ['taskId = :taskId', 'resolution = :resolution'],
        // The end of the other task is no end of this one.
        remove: ['progress'],
        condition: `${when.accepted} AND ${when.taskAsRead}`,
        values: { ':accepted': 'accepted', ':was': was, ':taskId': taskId, ':resolution': resolution },
      }),

    pause: (seen, paused, resumed) =>
      update(clusterKey(seen.name), {
        set: ['ver = :next', ...(paused ? ['paused = :paused'] : []), ...(resumed ? ['resumed = :resumed'] : [])],
        ...(!paused && { remove: ['paused'] }),
        condition: when.unchanged,
        values: {
          ':seen': seen.ver,
          ':next': seen.ver + 1,
          ...(paused && { ':paused': paused }),
          ...(resumed && { ':resumed': resumed }),
        },
      }),
  };
}

function asCluster(name: string, item: Record<string, unknown>): Cluster {
  return { ...stored<Omit<Cluster, 'name'>>(item), name };
}
