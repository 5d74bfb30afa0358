// The purchase protocol: one job, at most one purchase. ScaleOutCluster has no client token, so there is one send per
// job, a durable record before it, evidence after it, and doubt is a state of its own. DECISIONS.md tells why each
// condition is there; test/simulation proves that none can be left out.
import type { AckClient } from '../adapters/ack/client.ts';
import type { Waits } from '../adapters/ledger/waits.ts';
import { type ClockSkewMs, clockProblem } from '../domain/ack/clock-problem.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import { decide } from '../domain/decision/decide.ts';
import { type Buy, type Decision, type Decline, defer, type Fleet, skip } from '../domain/decision/decision.ts';
import type { Cluster, JobRecord, Skip } from '../domain/job/purchase.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { storyOf } from '../domain/job/decision-record.ts';
import { fleetOf, type Supply, supplyFor } from '../domain/decision/in-flight.ts';
import { timings } from '../domain/timings.ts';
import { type Answer, armPurchase, type PurchaseDeps, sendPurchase } from './send-purchase.ts';
import type { Standing, StillStands } from './recheck-alert.ts';

/** What a batch read of one cluster: the cluster first, then the jobs. The other order buys twice. */
export interface View {
  readonly cluster: Cluster;
  readonly jobs: ReadonlyMap<string, JobRecord>;
}

export interface JobDeps extends PurchaseDeps {
  readonly clockSkewMs: ClockSkewMs;
  /** Finishes what stands in the cluster's slot, as the reconciler would. */
  readonly help: (cluster: string) => Promise<void>;
  /** Told of each job that waits; nothing here reads them. */
  readonly waits: Pick<Waits, 'note'>;
  /** Asks again about a job that speaks of the past; absent where nobody can be asked. */
  readonly stillStands?: StillStands;
}

export async function processJob(arrived: ScaleJob, view: View, deps: JobDeps): Promise<Answer> {
  const past = await recall(arrived, view, deps);
  if (past) return noted(past, arrived, undefined, deps);

  const standing = await standingOf(arrived, deps);
  const job = standing.kind === 'stands' ? standing.job : arrived;
  const decision = await decideAsItStands(standing, job, view.cluster, deps);
  tell(job, decision, deps);
  // A crash up to here leaves nothing behind: the message comes back and is decided again.
  if (decision.kind === 'skip') {
    await deps.ledger.skip(job.cluster, job.key, skipOf(job, decision, deps.now()));
    return { kind: 'done', outcome: 'skipped', why: decision.why };
  }
  if (decision.kind === 'defer') {
    const { kind, until, reason, why } = decision;
    return noted({ kind, until, reason, why }, job, decision, deps);
  }

  const armed = await armPurchase(job, decision, view.cluster, deps);
  if (!armed) return { kind: 'again' };
  // A crash from here on leaves the slot `sending`: past its lease the reconciler calls it unknown and finds the truth.
  return noted(await sendPurchase(armed, view.cluster, deps), job, decision, deps);
}

/** What the ledger knows of this job already; undefined for a job that is new and may be decided now. */
async function recall(job: ScaleJob, { cluster, jobs }: View, deps: JobDeps): Promise<Answer | undefined> {
  const verdict = cluster.done[job.key];
  const slot = cluster.purchase;
  const earlier = verdict ?? (slot?.key === job.key ? slot : jobs.get(job.key));
  if (earlier && earlier.payload !== job.payload)
    return {
      kind: 'conflict',
      why: `key ${job.key} was used before to ${earlier.payload}, and asks now to ${job.payload}; use another key`,
    };
  if (verdict) {
    if (jobs.get(job.key)?.outcome !== verdict.outcome) await deps.ledger.copy(job.cluster, job.key, verdict);
    return { kind: 'done', outcome: 'replayed', why: `${verdict.outcome} before` };
  }
  if (slot?.key === job.key) {
    // While its sender may live, the message stays: an acknowledged job must never depend on a handler's next step.
    if (slot.phase === 'sending')
      return { kind: 'defer', until: slot.leaseUntil, reason: 'sending', why: 'its request is being sent' };
    return {
      kind: 'done',
      outcome: 'in-doubt',
      why: `its purchase is ${slot.phase}; the reconciler and people see to it`,
    };
  }
  const record = jobs.get(job.key);
  if (record) return { kind: 'done', outcome: 'replayed', why: `${record.outcome} before` };
  if (slot) {
    await deps.help(job.cluster);
    return {
      kind: 'defer',
      until: deps.now() + timings.busyDelayMs,
      reason: 'busy',
      why: `the purchase of ${slot.key} is ${slot.phase}`,
    };
  }
  return undefined;
}

type Final = Exclude<Decision, { kind: 'look' }>;

/** A job that was held back speaks of the past, and so does one whose message took so long, or lay among dead letters. */
async function standingOf(job: ScaleJob, { stillStands, policyOf, now }: JobDeps): Promise<Standing> {
  // With the time that the decision itself takes, it may be late at its end.
  const late = now() + timings.jobTimeMs - job.occurredAt > policyOf(job.cluster).staleAfterMinutes * 60_000;
  return stillStands && (job.heldBack || late) ? stillStands(job) : { kind: 'stands', job };
}

/** Neither slot nor record tells of a job that waits: a note does. It is for people, so the job goes on without it. */
async function noted(
  answer: Answer,
  job: ScaleJob,
  decision: Pick<Buy, 'why' | 'basis'> | undefined,
  { waits, log, now }: JobDeps,
): Promise<Answer> {
  if (answer.kind !== 'defer' || answer.reason === 'sending') return answer;
  const { key, cluster, payload } = job;
  const { reason, why, until } = answer;
  const at = now();
  const story = storyOf(job, decision ?? { why, basis: {} }, at);
  await waits
    .note({ key, cluster, payload, reason, why, until, at, story })
    .catch((error: unknown) => log.warn('wait-not-noted', { key, cluster, error }));
  return answer;
}

/** Every decision is one line of the log, and one count. */
function tell(job: ScaleJob, decision: Final, { log, metrics }: JobDeps): void {
  const { key, cluster, source, intent, requestedBy, since, occurredAt } = job;
  const need = { key, cluster, source, intent, occurredAt: since ?? occurredAt };
  log.info('decided', { ...need, ...(requestedBy !== undefined && { requestedBy }), ...decision });
  const { kind } = decision;
  metrics.add('Decisions', 1, { kind, reason: kind === 'buy' ? kind : decision.reason });
}

function skipOf(job: ScaleJob, decision: Decline, at: number): Skip {
  const { reason, dryRun } = decision;
  const story = storyOf(job, decision, at);
  return { outcome: 'skipped', reason, payload: job.payload, at, story, ...(dryRun && { dryRun }) };
}

async function decideAsItStands(standing: Standing, job: ScaleJob, cluster: Cluster, deps: JobDeps): Promise<Final> {
  switch (standing.kind) {
    case 'stands':
      return decideWithFleet(job, cluster, deps);
    case 'hushed':
      return defer('suppressed', deps.now() + timings.maxDelayMs, standing.why, {});
    case 'over':
      return skip('recovered', standing.why, {});
  }
}

async function decideWithFleet(job: ScaleJob, cluster: Cluster, deps: JobDeps): Promise<Final> {
  const policy = deps.policyOf(job.cluster);
  const first = decide({ job, cluster, policy, now: deps.now() });
  if (first.kind !== 'look') return first;
  const fleet = await readFleet(policy, supplyFor(job, cluster, policy), deps.ack);
  // The fence counts on our clock: with a wrong one, "too late to execute" could be wrong as well.
  const problem = clockProblem(deps.clockSkewMs());
  if (problem !== undefined) return defer('clock-skew', deps.now() + timings.backoffMs, problem, { fleet });
  const second = decide({ job, cluster, policy, fleet, now: deps.now() });
  if (second.kind === 'look') throw new Error('decide asked for the fleet twice');
  return second;
}

async function readFleet({ id, region }: ClusterConfig, supply: Supply, ack: AckClient): Promise<Fleet> {
  const [{ state }, nodes] = await Promise.all([ack.describeCluster(id, region), ack.listNodes(id, region)]);
  return fleetOf(state, nodes, supply);
}
