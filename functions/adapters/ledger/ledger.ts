// The purchase ledger: one DynamoDB table, key `pk`. Every write is ONE conditional write on one item, safe to repeat;
// every read is consistent. The conditions are the protocol (DECISIONS.md): change one only with its proof at hand.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { windowsAt } from '../../domain/decision/usage-window.ts';
import type {
  Cluster,
  Ended,
  JobRecord,
  Pending,
  Progress,
  Purchase,
  Skip,
  UnownedTasks,
  Verdict,
} from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';
import { createItems } from './items.ts';

/**
 * All writes answer true when applied and false when their condition refused them; a refusal may be the echo of our own
 * earlier success whose answer was lost. They throw when nobody knows whether they were applied.
 */
export interface Ledger {
  /** The cluster's item; made on first sight (INIT). */
  readCluster(name: string): Promise<Cluster>;
  /** Many at once. */
  readClusters(names: readonly string[]): Promise<ReadonlyMap<string, Cluster>>;
  /** The jobs that have an outcome. To be read after the cluster: the other order buys twice. */
  readJobs(keys: readonly string[]): Promise<ReadonlyMap<string, JobRecord>>;
  /** ARM: claims the slot, reserves nodes and money, only while the cluster is as `seen`. */
  arm(seen: Cluster, purchase: Purchase): Promise<boolean>;
  /** MARK: nobody knows what became of the request that is being sent. */
  mark(cluster: string, nonce: string): Promise<boolean>;
  /** UNSENT: the request provably did not happen; gives the slot and the reservation back. */
  unsent(cluster: string, purchase: Purchase, cooldownUntil: number): Promise<boolean>;
  /**
   * SETTLE: the verdict frees the slot. The reservation comes back unless it was accepted. Refused when the cooldown is not as
   * `seen`, or the purchase not in the phase, where one is given.
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
  /** PARK: a person must say what became of the purchase. */
  park(cluster: string, nonce: string, why: string): Promise<boolean>;
  /** LISTED: one more task listing after the fence showed nothing. */
  listed(cluster: string, nonce: string): Promise<boolean>;
  /**
   * REARM: past the fence, with nothing found, the slot gets a new nonce for one more send. Only while the purchase is
   * unknown, and the cluster as `seen` and not paused. Moves `ver` on by one.
   */
  rearm(
    seen: Cluster,
    nonce: string,
    next: { readonly nonce: string; readonly signedAt: number },
    maxAttempts: number,
  ): Promise<boolean>;
  /** FORGET: drops an old verdict whose copy is confirmed, while no slot could need it. Moves `ver` on by one. */
  forget(cluster: string, key: string, now: number): Promise<boolean>;
  /** FOLLOW: how an accepted task goes on. An end is final. */
  progress(key: string, progress: Progress): Promise<boolean>;
  /**
   * SHRINK: fewer nodes of a job are on their way (none: the entry goes); a failed task makes the cooldown longer. How many
   * came, and when that was known, is noted with the job's verdict, if the cluster still has it.
   */
  shrink(
    seen: Cluster,
    key: string,
    remaining: Pending | undefined,
    after: Pick<Cluster, 'failures' | 'cooldownUntil'>,
    ended?: Ended,
  ): Promise<boolean>;
  /** REPORT: tasks that bought nodes in an exclusive cluster, and that no purchase of this system is known to have made. */
  reportUnowned(cluster: string, unowned: UnownedTasks): Promise<boolean>;
  /** Stops or resumes purchases for a cluster. */
  pause(seen: Cluster, paused: Cluster['paused'], resumed?: Cluster['resumed']): Promise<boolean>;
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

/** The pieces that conditions are made of, each with what it keeps out. */
const when = {
  /** Keeps out everybody whose purchase is not the one in the slot. */
  mine: 'purchase.nonce = :nonce',
  /** Keeps out a sender that was given up: its purchase is unknown by now. */
  stillSending: 'purchase.phase = :sending',
  /** Keeps out a visitor whose evidence is old: another one has parked the purchase, or sent it again. */
  stillUnknown: 'purchase.phase = :unknown',
  /** Keeps out whoever read the cluster before another ARM or edit: two readers of one state cannot both buy. */
  unchanged: 'ver = :seen',
  /** Keeps out a writer that would put back a cooldown which a failed task or a purchase has moved since it was read. */
  cooldownAsRead: 'cooldownUntil = :was',
  /** Keeps out a second request while the first could still execute, or be executed and not listed yet. */
  fenced: 'purchase.signedAt <= :fence',
  /** Keeps a purchase in doubt whose second request was refused: that proves nothing of the first. */
  firstAttempt: 'purchase.attempt = :first',
  /** Keeps out a third request. */
  attemptsLeft: 'purchase.attempt < :max',
  /** Keeps a verdict while a purchase is in the slot, whose doubt it may have to answer. */
  slotFree: 'attribute_not_exists(purchase)',
  /** Keeps a verdict whose task could be taken for that of a purchase which was decided next to it. */
  oldVerdict: 'done.#key.#at < :old',
  /** Keeps out progress of what was not bought. */
  accepted: 'outcome = :accepted',
  /** Lets a verdict take the place of a skip that a slower process wrote, and of nothing else. */
  skipped: 'outcome = :skipped',
  /** Keeps out a purchase in a cluster that a person has stopped. */
  notPaused: 'attribute_not_exists(paused)',
  /** Keeps out a visitor that read a task before another one saw it end. */
  notEnded: '(attribute_not_exists(progress) OR progress.#state = :overdue)',
  /** Keeps a record from being replaced by a later one. */
  absent: 'attribute_not_exists(pk)',
  /** Keeps an update from making an item of its own. */
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
    return new Map(items.map(asJob).map((record) => [record.key, record]));
  }

  return {
    readCluster,
    readClusters,
    readJobs,

    arm(seen, purchase) {
      const today = windowsAt(purchase.signedAt);
      // The windows roll over here and nowhere else, so a refund goes to the window that it was taken from. And they never
      // roll back: a clock a moment behind midnight counts in the new day, as `decide` did.
      const window = seen.window > today.window ? seen.window : today.window;
      const month = seen.month > today.month ? seen.month : today.month;
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
        // Whoever decided next to the verdict may not arm without it: his request would be as old as his decision, and the
        // verdict's task could be taken for his.
        set: ['ver = ver + :one'],
        remove: ['done.#key'],
        condition: `${when.slotFree} AND ${when.oldVerdict}`,
        names: { '#key': key, '#at': 'at' },
        values: { ':old': now - timings.forgetAfterMs, ':one': 1 },
      }),

    progress: (key, progress) =>
      update(jobKey(key), {
        set: ['progress = :progress'],
        condition: `${when.accepted} AND ${when.notEnded}`,
        names: { '#state': 'state' },
        values: { ':progress': progress, ':accepted': 'accepted', ':overdue': 'overdue' },
      }),

    shrink(seen, key, remaining, after, ended) {
      const noted = seen.done[key] && ended;
      return update(clusterKey(seen.name), {
        set: [
          'ver = :next',
          'failures = :failures',
          'cooldownUntil = :cooldownUntil',
          ...(remaining ? ['pending.#key = :remaining'] : []),
          ...(noted ? ['done.#key.got = :got', 'done.#key.endedAt = :endedAt'] : []),
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
          ...(noted && { ':got': noted.got, ':endedAt': noted.at }),
        },
      });
    },

    reportUnowned: (cluster, unowned) =>
      update(clusterKey(cluster), {
        set: ['unowned = :unowned'],
        condition: when.known,
        values: { ':unowned': unowned },
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

// The table is written by this file alone, so its items are what we wrote: the types are asserted, not parsed.
function asCluster(name: string, item: Record<string, unknown>): Cluster {
  return { ...(item as unknown as Omit<Cluster, 'name'>), name };
}

function asJob(item: Record<string, unknown>): JobRecord {
  return item as unknown as JobRecord;
}
