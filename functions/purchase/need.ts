// One message is one decision for each cluster and alarm rule: of its alerts without an outcome, the one that misses the most
// nodes is the job, and covers the others. These stay undecided; a later message decides them if they are still needed.
import { ruleFor } from '../domain/config/alarm-rules.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { ClusterConfig, Config } from '../domain/config/types.ts';
import { isStale } from '../domain/decision/decide.ts';
import { supplyFor } from '../domain/decision/in-flight.ts';
import { demandOf, ruleOf } from '../domain/decision/step-adjustment.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { hasOutcome, isAhead, isBeingSent } from './assess-job.ts';
import { endOf, type View } from './read-view.ts';

/** What one decision answers: alerts of one rule, or any other job by itself. */
export type Need = readonly [ScaleJob, ...ScaleJob[]];

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

/** @param now epoch milliseconds. @returns the job that is decided for all of them, with how many it stands for */
export function chooseJob(need: Need, view: View, policy: ClusterConfig, now: number): ScaleJob {
  const [first, ...others] = need;
  if (others.length === 0) return first;
  // Its sender may live: until it is known what became of it, nothing here is answered.
  const sending = need.find((job) => isBeingSent(job, view));
  if (sending) return sending;
  const open = need.filter((job) => !hasOutcome(job, view));
  const standing = open.filter((job) => endOf(job, view) === undefined && !isStale(job, policy, now));
  const candidates = [standing, open, need].find(({ length }) => length > 0) ?? need;
  const ranked = candidates.map((job) => ({ job, ...urgencyOf(job, view, policy) }));
  const [most] = ranked.toSorted(
    (a, b) => compare(b.missing, a.missing) || compare(a.answered, b.answered) || compare(b.by, a.by),
  );
  return { ...(most?.job ?? first), ...(candidates.length > 1 && { alerts: candidates.length }) };
}

/** By the ledger alone. A percentage misses any number: then the one that fewer nodes have answered comes first. */
function urgencyOf(job: ScaleJob, { cluster }: View, policy: ClusterConfig) {
  const rule = ruleOf(job, policy);
  const supply = supplyFor(job, cluster, policy);
  const by = job.intent.kind === 'breach' ? (job.intent.by ?? 0) : 0;
  return { missing: typeof rule === 'string' ? 0 : demandOf(rule, supply), answered: supply.answered, by };
}

/** Not by subtraction: two infinite numbers are equal. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
