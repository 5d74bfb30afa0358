// The decision as a pure function of job, ledger item, fleet, policy and time: buy, skip or defer, with reason and numbers.
// When unsure, it buys less: nodes cannot be returned.
import { addMoney, nodeCents } from '../config/money.ts';
import type { ClusterConfig } from '../config/types.ts';
import {
  type Basis,
  type Buy,
  type Decision,
  type Decline,
  type Deferral,
  defer,
  type Fleet,
  type Rule,
  skip,
} from '../job/decision.ts';
import type { Cluster } from '../job/purchase.ts';
import type { ScaleJob } from '../job/scale-job.ts';
import { timings } from '../timings.ts';
import { nodesIn, type Supply, supplyFor } from './in-flight.ts';
import { ledgerFull } from './ledger-room.ts';
import { withinLimits } from './limits.ts';
import { demandInWords, demandOf, dependsOnFleet, ruleOf, satisfiedInWords } from './step-adjustment.ts';
import { spentAt, usedAt } from './usage-window.ts';

export interface DecisionInput {
  readonly job: ScaleJob;
  readonly cluster: Cluster;
  readonly policy: ClusterConfig;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A purchase is possible; the decision needs the fleet. */
export interface NeedsFleet {
  readonly kind: 'needs-fleet';
  /** To tell bought nodes of the fleet from others. */
  readonly supply: Supply;
}

/** With more nodes than both not Ready, further nodes would be idle, too. */
const unready = { share: 0.45, nodes: 3 } as const;
/** The wait for a pause, a cluster state, or nodes that are not Ready. */
const recheckMs = 5 * 60_000;
const joiningMs = 60_000;

/** The first step, without a call to ACK. Most jobs end here. */
export function decideBeforeFleet(input: DecisionInput): Decline | Deferral | NeedsFleet {
  const need = considerNeed(input);
  if ('kind' in need) return need;
  // An empty fleet has the most missing nodes and the most room: a skip here needs no fleet. But a number to reach may be there already,
  // and then no limit cuts it.
  const most = decideCount(input, need, undefined);
  const isCertain = most.kind === 'skip' && most.reason !== 'dry-run';
  return isCertain && (need.rule.kind !== 'reach' || most.reason === 'satisfied')
    ? most
    : { kind: 'needs-fleet', supply: need.supply };
}

/** The second step. It repeats the first: the job may have become stale meanwhile. */
export function decideWithFleet(input: DecisionInput, fleet: Fleet): Decision {
  const need = considerNeed(input);
  if ('kind' in need) return need;
  const { rule, supply } = need;
  const basis: Basis = { rule, fleet, ...supplyBasis(rule, supply) };
  const { job, now } = input;
  if (fleet.state !== 'running')
    return defer('not-running', now + recheckMs, `${job.cluster} is ${fleet.state}, not running`, basis);
  if (fleet.notReady > unready.nodes && fleet.notReady > unready.share * fleet.nodes) {
    const idle = `${fleet.notReady} of ${fleet.nodes} nodes are not Ready: paid for and idle`;
    return defer('nodes-not-ready', now + recheckMs, idle, basis);
  }
  // A booting node is listed and still pending: the sum would count it twice.
  if (rule.kind === 'reach' && rule.nodes > fleet.nodes && supply.pending > 0 && fleet.joining) {
    const why = `${demandInWords(job, rule, supply, fleet)}: some nodes on their way may already be in the cluster`;
    return defer('joining', now + joiningMs, why, basis);
  }
  return decideCount(input, need, fleet);
}

/** From job and ledger alone: a decision, or the need. */
function considerNeed({ job, cluster, policy, now }: DecisionInput): Decline | Deferral | Need {
  const stale = staleness(job, policy, now);
  if (stale) return skip('stale', stale, {});
  const rule = ruleOf(job, policy);
  if (typeof rule === 'string') return skip('no-rule', rule, {});
  if (cluster.paused) {
    const { by, reason } = cluster.paused;
    return defer('paused', now + recheckMs, `${job.cluster} is paused by ${by}: ${reason}`, { rule });
  }
  // Cooldown is for alarms only, as in EC2 Auto Scaling.
  if (job.intent.kind === 'breach' && now < cluster.cooldownUntil) {
    const left = minutes(cluster.cooldownUntil - now);
    return defer('cooldown', cluster.cooldownUntil, `${job.cluster} cools down for another ${left}`, { rule });
  }
  // Last, as it counts the bytes of all verdicts: in a storm most jobs wait for the cooldown.
  const full = ledgerFull(cluster);
  if (full !== undefined) return defer('ledger-full', now + recheckMs, full, { rule });
  return { rule, supply: supplyFor(job, cluster, policy) };
}

interface Need {
  readonly rule: Rule;
  readonly supply: Supply;
}

function supplyBasis(rule: Rule, { pending, overdue, answered }: Supply): Basis {
  return { pending, ...(overdue !== 0 && { overdue }), ...(rule.kind === 'alarm' && answered !== 0 && { answered }) };
}

/** The missing nodes within the limits; without a fleet, the most that are possible. */
function decideCount(
  { job, cluster, policy, now }: DecisionInput,
  { rule, supply }: Need,
  fleet: Fleet | undefined,
): Buy | Decline {
  const wanted = demandOf(rule, supply, fleet);
  const how = demandInWords(job, rule, supply, fleet);
  const basis: Basis = { rule, ...(fleet && { fleet }), ...supplyBasis(rule, supply) };
  const missing: Basis = fleet || !dependsOnFleet(rule) ? { ...basis, wanted } : basis;
  // NaN fails this comparison, so it buys nothing.
  if (!(wanted > 0)) return skip('satisfied', `${how}: ${satisfiedInWords(rule, fleet)}`, missing);

  const [used, spent] = [usedAt(cluster, now), spentAt(cluster, now)];
  const taken = { nodes: fleet?.nodes ?? 0, pending: pendingNodes(cluster), used, spent };
  const { count, limit } = withinLimits(wanted, policy, taken);
  const costOf = (nodes: number): number => (nodes * nodeCents(policy)) / 100;
  const basisFor = (bought: number): Basis => ({
    ...missing,
    ...(limit && { limit }),
    limits: policy.limits,
    used: { before: used, after: used + bought },
    ...(policy.price && { spent: { before: spent, after: addMoney(spent, costOf(bought)) } }),
  });
  if (limit && count === 0)
    return skip(limit.name, `${how}: the limit ${limit.name} leaves room for none`, basisFor(0));

  const cost = costOf(count);
  const allowed = limit ? `${how}: the limit ${limit.name} allows ${count} of ${wanted}` : how;
  const priced = policy.price ? `${count} for ${cost} ${policy.price.currency}` : `${count}`;
  if (policy.dryRun || job.dryRun) {
    const why = `${allowed}; would buy ${priced}, but this is a dry run`;
    return { ...skip('dry-run', why, basisFor(0)), dryRun: { count, cost } };
  }
  return { kind: 'buy', count, cost, why: `${allowed}; buy ${priced}`, basis: basisFor(count) };
}

/** Nodes bought and not Ready yet, including overdue ones. */
export function pendingNodes(cluster: Cluster): number {
  return nodesIn(Object.values(cluster.pending));
}

export const isStale = (job: ScaleJob, policy: ClusterConfig, now: number): boolean =>
  staleness(job, policy, now) !== undefined;

function staleness(job: ScaleJob, policy: ClusterConfig, now: number): string | undefined {
  if (job.validUntil !== undefined && now > job.validUntil)
    return `it is not needed after ${new Date(job.validUntil).toISOString()}`;
  const age = now - job.occurredAt;
  const maxAge = job.intent.kind === 'breach' ? policy.staleAfterMinutes * 60_000 : timings.jobExpiryMs;
  return age <= maxAge ? undefined : `it arose ${minutes(age)} ago and is stale after ${minutes(maxAge)}`;
}

const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;
