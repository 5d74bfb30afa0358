// The decision, like arithmetic: a job, what the ledger says of the cluster, what the cluster says of itself, the policy
// and the time go in; buy, skip or defer comes out, with its reason and the numbers it rests on. When unsure, it buys
// less: nodes cannot be returned.

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

/** A purchase is possible: it takes the fleet of the cluster to decide. */
export interface NeedsFleet {
  readonly kind: 'needs-fleet';
  /** What was bought already, by which the nodes of the fleet are told apart. */
  readonly supply: Supply;
}

/** More verdicts than this on one cluster item would endanger DynamoDB's 400 KB item limit. */
const maxDone = 50;
/** The unready breaker: over this share and more than this many nodes not Ready means more would only be idle, too. */
const unready = { share: 0.45, nodes: 3 } as const;
/** How long a job waits for what tells no time of its own: a pause, a cluster state, nodes that do not get ready. */
const recheckMs = 5 * 60_000;
/** Nodes join in minutes, and the reconciler sees it within one. */
const joiningMs = 60_000;

/** The first step. Most jobs end here, without a call to the API of ACK. */
export function decideBeforeFleet(input: DecisionInput): Decline | Deferral | NeedsFleet {
  const need = considerNeed(input);
  if ('kind' in need) return need;
  // No fleet leaves more missing, and more room, than none: what buys nothing there is certain without a look.
  const most = decideCount(input, need, undefined);
  return most.kind === 'skip' && most.reason !== 'dry-run' ? most : { kind: 'needs-fleet', supply: need.supply };
}

/** The second step. The first one is repeated in it, as the time that the look took may have made the job stale. */
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
  // Nodes are listed from their boot on and awaited until they are Ready: in between, a sum of both counts them twice.
  if (rule.kind === 'reach' && rule.nodes > fleet.nodes && supply.pending > 0 && fleet.joining) {
    const why = `${demandInWords(job.intent, rule, supply, fleet)}: nodes on their way may be in the cluster already`;
    return defer('joining', now + joiningMs, why, basis);
  }
  return decideCount(input, need, fleet);
}

/** What the job and the ledger say without the cluster: a decision, or the need that is left to decide. */
function considerNeed({ job, cluster, policy, now }: DecisionInput): Decline | Deferral | Need {
  const stale = staleness(job, policy, now);
  if (stale) return skip('stale', stale, {});
  const rule = ruleOf(job, policy);
  if (typeof rule === 'string') return skip('no-rule', rule, {});
  if (cluster.paused) {
    const { by, reason } = cluster.paused;
    return defer('paused', now + recheckMs, `${job.cluster} is paused by ${by}: ${reason}`, { rule });
  }
  if (Object.keys(cluster.done).length > maxDone)
    return defer('ledger-full', now + recheckMs, `more than ${maxDone} verdicts wait for the reconciler`, { rule });
  // Cooldown damps alarms. A person or a schedule knows what it asks for, as in EC2 Auto Scaling.
  if (job.intent.kind === 'breach' && now < cluster.cooldownUntil) {
    const left = minutes(cluster.cooldownUntil - now);
    return defer('cooldown', cluster.cooldownUntil, `${job.cluster} cools down for another ${left}`, { rule });
  }
  return { rule, supply: supplyFor(job, cluster, policy) };
}

/** A rule, and what answers it so far. */
interface Need {
  readonly rule: Rule;
  readonly supply: Supply;
}

function supplyBasis(rule: Rule, { pending, overdue, answered }: Supply): Basis {
  return { pending, ...(overdue !== 0 && { overdue }), ...(rule.kind === 'alarm' && answered !== 0 && { answered }) };
}

/** What is missing, as far as the limits have room for it; without a fleet, the most that can be. */
function decideCount(
  { job, cluster, policy, now }: DecisionInput,
  { rule, supply }: Need,
  fleet: Fleet | undefined,
): Buy | Decline {
  const wanted = demandOf(rule, supply, fleet);
  const how = demandInWords(job.intent, rule, supply, fleet);
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

/** Nodes bought and not Ready yet, also those that did not join in time. */
export function pendingNodes(cluster: Cluster): number {
  return nodesIn(Object.values(cluster.pending));
}

/** An alert is about a moment; a person's or a schedule's job holds for a day, and no longer than it says. */
export const isStale = (job: ScaleJob, policy: ClusterConfig, now: number): boolean =>
  staleness(job, policy, now) !== undefined;

function staleness(job: ScaleJob, policy: ClusterConfig, now: number): string | undefined {
  if (job.validUntil !== undefined && now > job.validUntil)
    return `nobody needs it after ${new Date(job.validUntil).toISOString()}`;
  const age = now - job.occurredAt;
  const maxAge = job.intent.kind === 'breach' ? policy.staleAfterMinutes * 60_000 : timings.jobExpiryMs;
  return age <= maxAge ? undefined : `it arose ${minutes(age)} ago and is stale after ${minutes(maxAge)}`;
}

const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;
