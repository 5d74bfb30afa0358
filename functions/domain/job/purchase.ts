// The ledger's items as types, and the purchase's life as functions from one state to the next (protocol.md).
//   Purchase --claim--> Armed --release--> Sent --verdictOf--> Verdict
// Only a written slot makes an Armed, and only a young Armed makes a Sent: a step that is left out does not compile.

import type { WorkerTemplate } from '../ack/scale-out-request.ts';
import type { ClusterConfig } from '../config/types.ts';
import { timings } from '../timings.ts';
import type { Buy, DryRun } from './decision.ts';
import { type DecisionRecord, decisionRecord } from './decision-record.ts';
import type { ScaleJob } from './scale-job.ts';

/** sending: a request may be on its way. unknown: nobody knows what became of it. parked: a person must say. */
export type Phase = 'sending' | 'unknown' | 'parked';

/** The one purchase slot of a cluster: written before the send, freed by its verdict. */
export interface Purchase {
  readonly key: string;
  readonly payload: string;
  readonly count: number;
  /** Money reserved for it, in the cluster's currency. */
  readonly cost: number;
  /** Random per ARM and per REARM: it is the signature nonce of the request, and the proof of ownership of the slot. */
  readonly nonce: string;
  /** Epoch milliseconds; the request's x-acs-date. */
  readonly signedAt: number;
  readonly attempt: number;
  readonly phase: Phase;
  readonly leaseUntil: number;
  /** Where it is bought. The config may name another cluster by the time that its doubt ends. */
  readonly clusterId: string;
  readonly region: string;
  /** Whether nobody else scaled that cluster when it was decided. */
  readonly exclusive: boolean;
  /** The request without count and password. */
  readonly request: WorkerTemplate;
  readonly story: DecisionRecord;
  /** How many task listings after the fence showed nothing. */
  readonly emptyListings?: number;
  /** The evidence, once parked. */
  readonly why?: string;
}

/** Who settled a doubt, when it was not the sender. */
export interface Resolution {
  readonly by: string;
  readonly reason: string;
  /** Key of the job that asks for its nodes again, where a person abandoned it for that (DECISIONS.md 13). */
  readonly rearmedAs?: string;
}

/** What became of a purchase. accepted: bought, exactly once. rejected, abandoned: nothing was bought. */
export interface Verdict {
  readonly outcome: 'accepted' | 'rejected' | 'abandoned';
  readonly count: number;
  readonly cost: number;
  readonly nonce: string;
  readonly payload: string;
  readonly at: number;
  readonly story: DecisionRecord;
  readonly taskId?: string;
  readonly requestId?: string;
  /** The API's code and message, for a rejection. */
  readonly code?: string;
  readonly message?: string;
  /** Nodes that came, once the task has ended. */
  readonly got?: number;
  /** When its nodes stopped being awaited, written by SHRINK beside `got`: needs from before are answered by them. Epoch milliseconds. */
  readonly endedAt?: number;
  readonly resolution?: Resolution;
}

/** Nodes accepted and not yet ready, by job key. */
export interface Pending {
  readonly taskId: string;
  /** Nodes still expected. */
  readonly count: number;
  readonly at: number;
  /** Paid for, and not joined in time: they count for max-nodes, but answer no breach any more. */
  readonly overdue?: true;
}

/** That nothing more is awaited of an accepted purchase. */
export interface Ended {
  /** Nodes that came. */
  readonly got: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Who stopped or resumed purchases, and why. */
export interface PauseChange {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** Tasks that bought nodes in an exclusive cluster, and that no purchase of this system is known to have made. */
export interface UnownedTasks {
  readonly taskIds: readonly string[];
  /** When they were seen first: epoch milliseconds. */
  readonly at: number;
}

/** CLUSTER#name: the authority over one cluster's purchases. */
export interface Cluster {
  readonly name: string;
  /** Counts ARMs, FORGETs and every edit of what `decide` reads; ARM is refused when it moved. */
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
  /** Who resumed it last, for people. */
  readonly resumed?: PauseChange;
  /** The last ones seen: something else scales the cluster, although the config says exclusive. */
  readonly unowned?: UnownedTasks;
  readonly pending: Readonly<Record<string, Pending>>;
  readonly purchase?: Purchase;
  /** Verdicts not yet copied to their JOB, or young: of the last hour, or longer where alerts stay fresh for longer. */
  readonly done: Readonly<Record<string, Verdict>>;
}

/** How an accepted task went on, written by the reconciler. */
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

/** Why nothing was bought for a job. */
export interface Skip {
  readonly outcome: 'skipped';
  readonly reason: string;
  readonly payload: string;
  readonly at: number;
  readonly story: DecisionRecord;
  /** Present for a dry run, and only for one. */
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

/** A purchase whose slot is known to be written with our nonce: the only thing that may be sent. */
export type Armed = Purchase & { readonly [armed]: true };
/** A purchase whose one request has left, or may have left: the only thing that may be settled by its sender. */
export type Sent = Armed & { readonly [sent]: true };

/** What ARM is to write for a job that is to buy. */
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
  };
}

/** The slot is ours when ARM was applied, or when a later read finds our nonce in it; never for the key alone. */
export function claim(purchase: Purchase, evidence: 'applied' | Cluster): Armed | undefined {
  return evidence === 'applied' || evidence.purchase?.nonce === purchase.nonce ? (purchase as Armed) : undefined;
}

/** The moment of the send: past it, only a verdict or a doubt can follow. Undefined when the signature is too old. */
export function release(purchase: Armed, now: number): Sent | undefined {
  return now - purchase.signedAt < timings.sendWithinMs ? (purchase as Sent) : undefined;
}

/** What became of a purchase, with all that its record needs. */
export function verdictOf(
  purchase: Purchase,
  at: number,
  said: Pick<Verdict, 'outcome' | 'taskId' | 'requestId' | 'code' | 'message' | 'resolution'>,
): Verdict {
  const { count, cost, nonce, payload, story } = purchase;
  return { ...said, count, cost, nonce, payload, story, at };
}

/**
 * When alarms may buy again; every failed task in a row doubles the wait, up to three hours. Without a cooldown of its own
 * a cluster whose tasks fail waits two minutes, then four: it would buy without end otherwise. Epoch milliseconds.
 */
export function cooldownEnd(cooldownMinutes: number, failures: number, now: number): number {
  const base = failures > 0 ? Math.max(cooldownMinutes, 1) : cooldownMinutes;
  return now + Math.min(base * 60_000 * 2 ** Math.min(failures, 10), timings.maxCooldownMs);
}

/** The same after a verdict on a purchase, which never ends a longer wait sooner. */
export function cooldownAfterVerdict(
  { cooldownUntil, failures }: Pick<Cluster, 'cooldownUntil' | 'failures'>,
  { outcome }: Verdict,
  cooldownMinutes: number,
  now: number,
): number {
  // Where a person found out that nothing was bought, there is nothing to wait for.
  if (outcome === 'abandoned') return cooldownUntil;
  return Math.max(cooldownUntil, cooldownEnd(cooldownMinutes, failures, now));
}
