// What is to be done about a job, and why: the one assessment that the queue function and every preview ask. It reads nothing
// and writes nothing; where it needs to know more, it says what (evidence.ts reads it).
import { ackClock, clockProblem } from '../domain/ack/clock-problem.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import { decideBeforeFleet, decideWithFleet, isStale } from '../domain/decision/decide.ts';
import { fleetOf, type ListedNode } from '../domain/decision/in-flight.ts';
import { countedNodes } from '../domain/decision/leases.ts';
import { type Basis, type Buy, type Decline, defer, skip, type WaitReason } from '../domain/job/decision.ts';
import type { Verdict } from '../domain/job/purchase.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { timings } from '../domain/timings.ts';
import { endOf, type View } from './read-view.ts';
import type { Recheck } from './recheck-alert.ts';

/** What the cluster says of itself. */
export interface ReportedCluster {
  readonly state: string;
  readonly nodes: readonly ListedNode[];
}

/** All that an assessment rests on. */
export interface Known {
  readonly job: ScaleJob;
  readonly view: View;
  readonly policy: ClusterConfig;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How its alert stands; absent until it was asked. */
  readonly recheck?: Recheck;
  /** With the clock difference that its answers showed; absent until it was asked. */
  readonly reported?: ReportedCluster & { readonly clockSkewMs: number | undefined };
}

export interface Wait {
  readonly kind: 'wait';
  readonly reason: WaitReason;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly why: string;
  readonly basis: Basis;
}

/** It has its outcome, or a purchase whose outcome is being found out. */
export interface Replay {
  readonly kind: 'replay';
  readonly outcome: 'replayed' | 'in-doubt';
  readonly why: string;
  /** The verdict that its record does not have yet. */
  readonly uncopied?: Verdict;
}

export type Assessment = Replay | { readonly kind: 'conflict'; readonly why: string } | Wait | Decline | Buy;

type Question = { readonly kind: 'needs-recheck' } | { readonly kind: 'needs-fleet' };

export function assessJob(known: Known): Assessment | Question {
  return priorOutcome(known) ?? assessNew(known);
}

/** The purchase in the slot, if it is that of the job. */
const ownPurchase = ({ key }: ScaleJob, { cluster: { purchase } }: View) =>
  purchase?.key === key ? purchase : undefined;

export const isBeingSent = (job: ScaleJob, view: View): boolean => ownPurchase(job, view)?.phase === 'sending';

/** Whether the ledger has a verdict, a skip or a purchase in its slot for the job. */
export const hasOutcome = (job: ScaleJob, view: View): boolean =>
  ownPurchase(job, view) !== undefined || view.cluster.done[job.key] !== undefined || view.jobs.has(job.key);

/** Whether its date is further ahead than clocks may differ. */
export const isAhead = ({ occurredAt }: ScaleJob, now: number): boolean => occurredAt > now + timings.maxClockSkewMs;

/** What the ledger knows of this job already; undefined for a job that may be decided now. */
function priorOutcome({ job, view, now }: Known): Assessment | undefined {
  const { cluster, jobs } = view;
  const verdict = cluster.done[job.key];
  const slot = cluster.purchase;
  const record = jobs.get(job.key);
  const own = ownPurchase(job, view);
  const earlier = verdict ?? own ?? record;
  if (earlier && earlier.payload !== job.payload)
    return {
      kind: 'conflict',
      why: `key ${job.key} was used before to ${earlier.payload}, and asks now to ${job.payload}; use another key`,
    };
  if (verdict)
    return {
      kind: 'replay',
      outcome: 'replayed',
      why: `${verdict.outcome} before`,
      ...(record?.outcome !== verdict.outcome && { uncopied: verdict }),
    };
  // While its sender may live, the message stays: an acknowledged job must never depend on a handler's next step.
  if (own?.phase === 'sending') return waitForSlot('sending', own.leaseUntil, 'its request is being sent');
  if (own)
    return {
      kind: 'replay',
      outcome: 'in-doubt',
      why: `its purchase is ${own.phase}; the reconciler resolves it, or a person`,
    };
  if (record) return { kind: 'replay', outcome: 'replayed', why: `${record.outcome} before` };
  if (slot) return waitForSlot('busy', now + timings.busyDelayMs, `the purchase of ${slot.key} is ${slot.phase}`);
  return undefined;
}

const waitForSlot = (reason: WaitReason, until: number, why: string): Wait => ({
  kind: 'wait',
  reason,
  until,
  why,
  basis: {},
});

function assessNew({ job: arrived, view, policy, now, recheck, reported }: Known): Assessment | Question {
  const { cluster } = view;
  const endedAt = endOf(arrived, view);
  if (endedAt !== undefined)
    return skip('recovered', `its alert ended at ${new Date(endedAt).toISOString()}, as its sender tells`, {});
  if (isAhead(arrived, now)) {
    const why = `it is dated ${new Date(arrived.occurredAt).toISOString()}, and waits for that`;
    return asWait(defer('dated-ahead', arrived.occurredAt, why, {}));
  }
  if (!recheck && mustRecheck(arrived, policy, now)) return { kind: 'needs-recheck' };
  if (recheck?.kind === 'over') return skip('recovered', recheck.why, {});
  if (recheck?.kind === 'suppressed') return asWait(defer('suppressed', now + timings.maxDelayMs, recheck.why, {}));
  const job = recheck?.job ?? arrived;
  const first = decideBeforeFleet({ job, cluster, policy, now });
  if (first.kind === 'skip') return first;
  if (first.kind === 'defer') return asWait(first);
  if (!reported) return { kind: 'needs-fleet' };
  const { state, nodes, clockSkewMs } = reported;
  const counted = countedNodes(nodes, cluster.leases, policy, ackClock(now, clockSkewMs));
  const fleet = fleetOf(state, nodes, first.supply, counted);
  // The fence counts on our clock: with a wrong one, "too late to execute" could be wrong as well.
  const problem = clockProblem(clockSkewMs);
  if (problem !== undefined) return asWait(defer('clock-skew', now + timings.backoffMs, problem, { fleet }));
  const second = decideWithFleet({ job, cluster, policy, now }, fleet);
  return second.kind === 'defer' ? asWait(second) : second;
}

/** A job that was held back is about the past, and so is one whose message took so long, or lay among the dead letters. */
function mustRecheck(job: ScaleJob, policy: ClusterConfig, now: number): boolean {
  // With the time that the decision itself takes, it may be late at its end.
  return job.heldBack === true || job.asksAgain === true || isStale(job, policy, now + timings.jobTimeMs);
}

const asWait = ({ reason, until, why, basis }: ReturnType<typeof defer>): Wait => ({
  kind: 'wait',
  reason,
  until,
  why,
  basis,
});
