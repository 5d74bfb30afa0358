// One message is one decision for each cluster and alarm rule: of its alerts without an outcome, the one that misses the most
// nodes is the job, and covers the others. These stay undecided; a later message decides them if they are still needed.
import { ruleFor } from '../domain/config/alarm-rules.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { ClusterConfig, Config } from '../domain/config/types.ts';
import { isStale } from '../domain/decision/decide.ts';
import { lastCameAt, supplyFor } from '../domain/decision/in-flight.ts';
import { demandOf, ruleOf } from '../domain/decision/step-adjustment.ts';
import type { Cluster, JobRecord, Verdict } from '../domain/job/purchase.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { hasOutcome, isAhead, isBeingSent } from './assess-job.ts';
import { endOf, type View } from './read-view.ts';

/** What one decision answers: alerts of one rule, or any other job by itself. */
export type Need = readonly [ScaleJob, ...ScaleJob[]];

type Lately = ReadonlySet<string>;
const none: Lately = new Set();

/** @param now epoch milliseconds */
export function needsOf(jobs: readonly ScaleJob[], config: Config, now: number): readonly Need[] {
  const needs = new Map<string, [ScaleJob, ...ScaleJob[]]>();
  for (const job of jobs) {
    const group = groupOf(job, policyOf(config, job.cluster), now);
    const need = needs.get(group);
    if (need) need.push(job);
    else needs.set(group, [job]);
  }
  return [...needs.values()];
}

/** What is dated ahead waits for its date, so it is apart from what can be decided now. */
function groupOf(job: ScaleJob, { alarms }: ClusterConfig, now: number): string {
  const rule = job.intent.kind === 'breach' ? ruleFor(alarms, job.intent.alarm) : undefined;
  return rule ? JSON.stringify([job.cluster, rule.name, isAhead(job, now)]) : job.key;
}

/**
 * @param now epoch milliseconds
 * @param lately keys that were decided for this message just now
 * @returns the job that is decided for all of them, with how many it stands for
 */
export function chooseJob(need: Need, view: View, policy: ClusterConfig, now: number, lately: Lately = none): ScaleJob {
  const [first] = need;
  // Its sender may live: until it is known what became of it, nothing here is answered.
  const sending = need.find((job) => isBeingSent(job, view));
  if (sending) return sending;
  const open = need.filter((job) => !hasOutcome(job, view));
  const [most] = candidatesOf(need, open, view, policy, now, lately).toSorted(
    (a, b) =>
      compare(Number(a.mayNot), Number(b.mayNot)) ||
      compare(b.missing, a.missing) ||
      compare(a.answered, b.answered) ||
      compare(b.bound, a.bound) ||
      compare(b.job.occurredAt, a.job.occurredAt),
  );
  return { ...(most?.job ?? first), ...(open.length > 1 && { alerts: open.length }) };
}

/** The first of these that there are: what misses nodes, what else stands, what is over, and what has its outcome. */
function candidatesOf(
  need: Need,
  open: readonly ScaleJob[],
  view: View,
  policy: ClusterConfig,
  now: number,
  lately: Lately,
): readonly Rated[] {
  const rated = (jobs: readonly ScaleJob[]) => jobs.map((job) => rate(job, view, policy));
  const undecided = rated(undecidedOf(need, view, policy, now, lately));
  // What asks again may ask in vain, and comes again: it must not keep others from their first decision.
  const short = undecided.filter(({ missing }) => missing > 0);
  if (short.length > 0) return short;
  const asking = need.flatMap((job) => askOf(job, view, policy, now) ?? []);
  if (undecided.length + asking.length > 0) return [...undecided, ...rated(asking)];
  const over = open.filter((job) => isOver(job, view, policy, now));
  return rated(over.length > 0 ? over : need.filter((job) => hasOutcome(job, view)));
}

/** Whether an alert is left, after a decision, that was not answered with it: one that arose later, or with a larger breach. */
export const isLeft = (need: Need, view: View, policy: ClusterConfig, now: number, lately: Lately): boolean =>
  need.length > 1 && undecidedOf(need, view, policy, now, lately).some((job) => rate(job, view, policy).missing > 0);

/** Without an outcome, not over, and not covered. */
function undecidedOf(need: Need, view: View, policy: ClusterConfig, now: number, lately: Lately): readonly ScaleJob[] {
  const open = need.filter((job) => !hasOutcome(job, view) && !isOver(job, view, policy, now));
  const decided = need.flatMap(({ key }) => {
    const record = view.jobs.get(key);
    const verdict = view.cluster.done[key] ?? record;
    // The verdict does not say so, and until its nodes are off what is on its way they would answer the others all the same.
    const failed = record?.progress?.state === 'failed' && !view.cluster.pending[key];
    return verdict && !failed && (verdict.outcome === 'accepted' || lately.has(key)) ? [verdict] : [];
  });
  return open.filter((job) => !decided.some((one) => covers(one, job, policy)));
}

const isOver = (job: ScaleJob, view: View, policy: ClusterConfig, now: number): boolean =>
  endOf(job, view) !== undefined || isStale(job, policy, now);

/**
 * Whether the decision on one alert of a message answers another of them: with no larger step, and older. A purchase answers what arose
 * before it, and goes on doing so when its nodes are late; a skip of this very message, what arose before its own alert.
 */
function covers(decided: Verdict | JobRecord, job: ScaleJob, policy: ClusterConfig): boolean {
  const { intent, occurredAt } = job;
  const { story } = decided;
  if (intent.kind !== 'breach' || story.intent.kind !== 'breach') return false;
  if (boundOf(job, policy) > boundOf({ ...job, intent: story.intent }, policy)) return false;
  if (decided.outcome === 'accepted') return occurredAt <= story.decidedAt;
  const wasOver = decided.outcome !== 'skipped' || decided.reason === 'recovered' || decided.reason === 'stale';
  return !wasOver && occurredAt <= story.occurredAt;
}

/**
 * The need of an alert that has an outcome and stands on: as of the time when that was told. It is due only when that was long enough after
 * the nodes of the last purchase came, so what is delivered or redriven again is no further need.
 */
export function askOf(job: ScaleJob, view: View, policy: ClusterConfig, now: number): ScaleJob | undefined {
  // CloudWatch's alarm is asked before it is decided, so its proof is of now.
  const stoodAt = job.alarmArn === undefined ? job.toldAt : now;
  if (!job.again || stoodAt === undefined || !hasOutcome(job, view) || endOf(job, view) !== undefined) return undefined;
  const decided = view.cluster.done[job.key] ?? view.jobs.get(job.key);
  // What was told before that was answered by it, whatever the answer was.
  if (decided && stoodAt <= decided.story.decidedAt) return undefined;
  if (stoodAt < lastCameAt(view.cluster, policy) + job.again.afterMinutes * 60_000) return undefined;
  const ask: ScaleJob = { ...job, asksAgain: true, since: stoodAt, occurredAt: stoodAt };
  return isStale(ask, policy, now) ? undefined : ask;
}

/** Whether it is known to have bought as often as its rule allows. */
export const mayAskNoMore = ({ key, again }: ScaleJob, { stillShort }: Cluster): boolean =>
  stillShort?.key === key && stillShort.times >= (again?.times ?? 0);

interface Rated {
  readonly job: ScaleJob;
  /** It would ask in vain, so the others come first. */
  readonly mayNot: boolean;
  readonly missing: number;
  readonly answered: number;
  readonly bound: number;
}

/** By the ledger alone. A percentage misses any number: then the one that fewer nodes have answered comes first. */
function rate(job: ScaleJob, { cluster }: View, policy: ClusterConfig): Rated {
  const rule = ruleOf(job, policy);
  const supply = supplyFor(job, cluster, policy);
  const missing = typeof rule === 'string' ? 0 : demandOf(rule, supply);
  const mayNot = job.asksAgain === true && mayAskNoMore(job, cluster);
  return { job, mayNot, missing, answered: supply.answered, bound: boundOf(job, policy) };
}

/** Where its step begins: two alerts of one step ask for the same. */
function boundOf(job: ScaleJob, policy: ClusterConfig): number {
  const rule = ruleOf(job, policy);
  return typeof rule === 'string' || rule.kind !== 'alarm' ? 0 : (rule.step?.lowerBound ?? 0);
}

/** Not by subtraction: two infinite numbers are equal. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
