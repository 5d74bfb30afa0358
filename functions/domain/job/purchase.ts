// The types of the ledger's items, and the states of a purchase:
//   Purchase --claim--> Armed --release--> Sent --verdictOf--> Verdict
// Only a written slot becomes Armed, and only a recent Armed becomes Sent: skipping a step does not compile.
import type { WorkerTemplate } from '../ack/scale-out-request.ts';
import type { ClusterConfig } from '../config/types.ts';
import { timings } from '../timings.ts';
import type { Buy, DryRun } from './decision.ts';
import { type DecisionRecord, decisionRecord } from './decision-record.ts';
import type { ScaleJob } from './scale-job.ts';

/** sending: a request may be on its way. unknown: its result is not known. parked: a person must settle it. */
export type Phase = 'sending' | 'unknown' | 'parked';

/** The purchase slot of a cluster: written before the request, freed by its verdict. */
export interface Purchase {
  readonly key: string;
  readonly payload: string;
  readonly count: number;
  /** Reserved money, in the cluster's currency. */
  readonly cost: number;
  /** Random per ARM and REARM: the signature nonce of the request, and the proof of ownership of the slot. */
  readonly nonce: string;
  /** Epoch milliseconds; the request's x-acs-date. */
  readonly signedAt: number;
  readonly attempt: number;
  readonly phase: Phase;
  readonly leaseUntil: number;
  /** Where it is bought. The config may name another cluster later. */
  readonly clusterId: string;
  readonly region: string;
  /** The setting at the time of the decision. */
  readonly exclusive: boolean;
  /** The request without count and password. */
  readonly request: WorkerTemplate;
  readonly story: DecisionRecord;
  /** As its job has it: it is not sent again after this instant. Epoch milliseconds. */
  readonly validUntil?: number;
  /** Empty task lists after the fence. */
  readonly emptyListings?: number;
  /** The evidence, once parked. */
  readonly why?: string;
}

/** By whom a doubt was settled, when not by its sender. */
export interface Resolution {
  readonly by: string;
  readonly reason: string;
  /** Key of the job that asks for its nodes again (DECISIONS.md 13). */
  readonly rearmedAs?: string;
  /** The task id that a person had given before, by mistake. */
  readonly replaces?: string;
}

/** accepted: bought, exactly once. rejected, abandoned: nothing was bought. */
export interface Verdict {
  readonly outcome: 'accepted' | 'rejected' | 'abandoned';
  readonly count: number;
  readonly cost: number;
  readonly nonce: string;
  readonly payload: string;
  readonly at: number;
  readonly story: DecisionRecord;
  /** Where it was bought; absent in verdicts of earlier versions. */
  readonly clusterId?: string;
  readonly region?: string;
  readonly taskId?: string;
  readonly requestId?: string;
  /** The API's code and message, for a rejection. */
  readonly code?: string;
  readonly message?: string;
  /** Nodes that came, once the task has ended. */
  readonly got?: number;
  /** When nothing more was pending, written by SHRINK with `got`. Epoch milliseconds. */
  readonly endedAt?: number;
  readonly resolution?: Resolution;
}

/** Nodes accepted and not Ready yet, by job key. */
export interface Pending {
  readonly taskId: string;
  /** Nodes still expected. */
  readonly count: number;
  readonly at: number;
  /** They count for max-nodes, but answer no breach. */
  readonly overdue?: true;
}

/** Nothing more of an accepted purchase is pending. */
export interface Ended {
  /** Nodes that came. */
  readonly got: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface PauseChange {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
  /** Of a pause that ends by itself: epoch milliseconds. It lasts until the reconciler has removed it. */
  readonly until?: number;
}

/** Tasks of others that bought nodes in an exclusive cluster. */
export interface UnownedTasks {
  readonly taskIds: readonly string[];
  /** When they were seen first: epoch milliseconds. */
  readonly at: number;
}

/** An alert that has bought as often as it may, and stands. */
export interface StillShort {
  readonly key: string;
  /** As many further purchases as its rule allowed. */
  readonly times: number;
  readonly why: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A lease that is over, of a node that is not Ready. */
export interface Lapse {
  /** The instance's id. */
  readonly id: string;
  /** As ACK tells it, epoch milliseconds: after a late renewal it is another one. */
  readonly endedAt: number;
  /** Since when ACK has said so in each reading: epoch milliseconds, by its clock. */
  readonly since: number;
}

/** A day on which leases end, as it was told. */
export interface Expiring {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  /** Within so many days, as it was told last. */
  readonly days: 7 | 1;
  readonly nodes: number;
  /** The first of them ends: epoch milliseconds. */
  readonly endsAt: number;
  /** Whether auto-renewal was on. */
  readonly renews: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What the reconciler remembers of the nodes' leases. */
export interface Leases {
  /** When it was written, by ACK's clock; each write has a later one. */
  readonly at: number;
  readonly lapsed: readonly Lapse[];
  readonly expiring: readonly Expiring[];
}

/** CLUSTER#name: the authority over one cluster's purchases. */
export interface Cluster {
  readonly name: string;
  /** Incremented by ARM, FORGET and every edit of what `decide` reads. ARM is refused when it has changed. */
  readonly ver: number;
  /** Nodes bought or possibly bought in `window`, a UTC day (YYYY-MM-DD). */
  readonly used: number;
  readonly window: string;
  /** Money spent or reserved in `month` (YYYY-MM, UTC). */
  readonly spent: number;
  readonly month: string;
  readonly cooldownUntil: number;
  /** Tasks in a row that brought fewer nodes than asked for: each doubles the cooldown. */
  readonly failures: number;
  readonly paused?: PauseChange;
  readonly resumed?: PauseChange;
  readonly unowned?: UnownedTasks;
  readonly stillShort?: StillShort;
  /** Absent before the first of them. Its edits leave `ver`: a decision rests on it as on the nodes that it has read itself. */
  readonly leases?: Leases;
  readonly pending: Readonly<Record<string, Pending>>;
  readonly purchase?: Purchase;
  /** Verdicts that are not copied yet, or recent: an hour, or as long as an alert can be answered by them. */
  readonly done: Readonly<Record<string, Verdict>>;
}

export type Progress =
  | { readonly state: 'completed'; readonly readyNodes: number; readonly at: number }
  | {
      readonly state: 'partial';
      readonly asked: number;
      readonly got: number;
      readonly why: string;
      readonly at: number;
    }
  | { readonly state: 'failed'; readonly code: string; readonly message: string; readonly at: number }
  | {
      readonly state: 'overdue';
      readonly asked: number;
      readonly ready: number;
      readonly why: string;
      readonly at: number;
    };

export interface Skip {
  readonly outcome: 'skipped';
  readonly reason: string;
  readonly payload: string;
  readonly at: number;
  readonly story: DecisionRecord;
  /** For a dry run only. */
  readonly dryRun?: DryRun;
}

/** JOB#key: the copy of the verdict, or the skip. */
export type JobRecord = (Verdict | Skip) & {
  readonly key: string;
  readonly cluster: string;
  readonly progress?: Progress;
};

declare const armed: unique symbol;
declare const sent: unique symbol;

/** Its slot is written with our nonce: it may be sent. */
export type Armed = Purchase & { readonly [armed]: true };
/** Its request may have left: its sender may settle it. */
export type Sent = Armed & { readonly [sent]: true };

export function newPurchase(
  job: ScaleJob,
  buy: Buy,
  { id, region, exclusive, worker }: Pick<ClusterConfig, 'id' | 'region' | 'exclusive' | 'worker'>,
  nonce: string,
  now: number,
): Purchase {
  return {
    key: job.key,
    payload: job.payload,
    count: buy.count,
    cost: buy.cost,
    nonce,
    signedAt: now,
    attempt: 1,
    phase: 'sending',
    leaseUntil: now + timings.leaseMs,
    clusterId: id,
    region,
    exclusive,
    request: worker,
    story: decisionRecord(job, buy, now),
    ...(job.validUntil !== undefined && { validUntil: job.validUntil }),
  };
}

/** The slot is ours when ARM was applied, or when it has our nonce; the key alone is no proof. */
export function claim(purchase: Purchase, evidence: 'applied' | Cluster): Armed | undefined {
  return evidence === 'applied' || evidence.purchase?.nonce === purchase.nonce ? (purchase as Armed) : undefined;
}

/** Immediately before the send: then only a verdict or a doubt can follow. Undefined when the signature is too old. */
export function release(purchase: Armed, now: number): Sent | undefined {
  return now - purchase.signedAt < timings.sendWithinMs ? (purchase as Sent) : undefined;
}

/** When a request can no longer execute unseen: the date window of the gateway, and the lag of its task list. Epoch milliseconds. */
export function fenceOf({ signedAt }: Pick<Purchase, 'signedAt'>): number {
  return signedAt + timings.fenceMs;
}

export function verdictOf(
  purchase: Purchase,
  at: number,
  said: Pick<Verdict, 'outcome' | 'taskId' | 'requestId' | 'code' | 'message' | 'resolution'>,
): Verdict {
  const { count, cost, nonce, payload, story, clusterId, region } = purchase;
  return { ...said, count, cost, nonce, payload, story, clusterId, region, at };
}

/**
 * When alarms may buy again. Every failed task in a row doubles the wait, up to three hours; without a configured cooldown
 * it starts at two minutes. Epoch milliseconds.
 */
export function cooldownEnd(cooldownMinutes: number, failures: number, now: number): number {
  const base = failures > 0 ? Math.max(cooldownMinutes, 1) : cooldownMinutes;
  return now + Math.min(base * 60_000 * 2 ** Math.min(failures, 10), timings.maxCooldownMs);
}

/** The same after a verdict, which never shortens the wait. */
export function cooldownAfterVerdict(
  { cooldownUntil, failures }: Pick<Cluster, 'cooldownUntil' | 'failures'>,
  { outcome }: Verdict,
  cooldownMinutes: number,
  now: number,
): number {
  // Nothing was bought, so there is nothing to wait for.
  if (outcome === 'abandoned') return cooldownUntil;
  return Math.max(cooldownUntil, cooldownEnd(cooldownMinutes, failures, now));
}
