// The decision, like arithmetic: a job, what the ledger says of the cluster, what the cluster says of itself, the policy
// and the time go in; buy, skip or defer comes out, with its reason and the numbers it rests on. When unsure, it buys
// less: nodes cannot be returned.
import { inCents, nodeCents } from './config-rules.ts';
import type { ClusterConfig } from './config-schema.ts';
import { type Basis, type Decision, defer, type Fleet, skip } from './decision.ts';
import { demandInWords, demandOf, ruleOf } from './demand.ts';
import { withinLimits } from './limits.ts';
import type { Cluster } from './purchase.ts';
import type { ScaleJob } from './scale-job.ts';
import { timings } from './timings.ts';

export interface DecisionInput {
  readonly job: ScaleJob;
  readonly cluster: Cluster;
  readonly policy: ClusterConfig;
  /** Absent on the first look. */
  readonly fleet?: Fleet;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** More verdicts than this on one cluster item would endanger DynamoDB's 400 KB item limit. */
const maxDone = 50;
/** The unready breaker: over this share and more than this many nodes not Ready means more would only be idle, too. */
const unready = { share: 0.45, nodes: 3 } as const;
/** How long a job waits for what tells no time of its own: a pause, a cluster state, nodes that do not get ready. */
const recheckMs = 5 * 60_000;

export function decide(input: DecisionInput): Decision {
  const { job, cluster, policy, fleet, now } = input;
  const stale = staleness(job, policy, now);
  if (stale) return skip('stale', stale, {});
  const rule = ruleOf(job, policy);
  if (typeof rule === 'string') return skip('no-rule', rule, {});

  const recheckAt = now + recheckMs;
  if (cluster.paused) {
    const { by, reason } = cluster.paused;
    return defer('paused', recheckAt, `${job.cluster} is paused by ${by}: ${reason}`, { rule });
  }
  if (Object.keys(cluster.done).length > maxDone)
    return defer('ledger-full', recheckAt, `more than ${maxDone} verdicts wait for the reconciler`, { rule });
  // Cooldown damps alarms. A person or a schedule knows what it asks for, as in EC2 Auto Scaling.
  if (job.intent.kind === 'breach' && now < cluster.cooldownUntil) {
    const left = minutes(cluster.cooldownUntil - now);
    return defer('cooldown', cluster.cooldownUntil, `${job.cluster} cools down for another ${left}`, { rule });
  }

  if (!fleet) return { kind: 'look' };
  const looked = { rule, fleet, pending: pendingNodes(cluster) };
  if (fleet.state !== 'running')
    return defer('not-running', recheckAt, `${job.cluster} is ${fleet.state}, not running`, looked);
  if (fleet.notReady > unready.nodes && fleet.notReady > unready.share * fleet.nodes) {
    const idle = `${fleet.notReady} of ${fleet.nodes} nodes are not Ready: paid for and idle`;
    return defer('nodes-not-ready', recheckAt, idle, looked);
  }
  return decideCount(input, looked);
}

/** What is missing, as far as the limits have room for it. */
function decideCount({ job, cluster, policy, now }: DecisionInput, looked: Looked): Decision {
  const { rule, fleet, pending } = looked;
  const wanted = demandOf(rule, fleet, pending);
  const how = demandInWords(job.intent, rule, fleet, pending);
  // Written so that what is no number buys nothing.
  if (!(wanted > 0)) return skip('satisfied', `${how}: nothing is missing`, { ...looked, wanted });

  const [used, spent] = [usedAt(cluster, now), spentAt(cluster, now)];
  const { count, limit } = withinLimits(wanted, policy, { nodes: fleet.nodes, pending, used, spent });
  const costOf = (nodes: number): number => (nodes * nodeCents(policy)) / 100;
  const basisFor = (bought: number): Basis => ({
    ...looked,
    wanted,
    ...(limit && { limit }),
    used: { before: used, after: used + bought },
    ...(policy.price && { spent: { before: spent, after: sum(spent, costOf(bought)) } }),
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

/** Once the cluster was looked at. */
type Looked = Required<Pick<Basis, 'rule' | 'fleet' | 'pending'>>;

/** Nodes bought and not ready yet. */
export function pendingNodes(cluster: Cluster): number {
  return Object.values(cluster.pending).reduce((all, { count }) => all + count, 0);
}

/** The UTC day and month that a purchase counts in, as the ledger writes them. */
export function windowsAt(now: number): { readonly window: string; readonly month: string } {
  const iso = new Date(now).toISOString();
  return { window: iso.slice(0, 10), month: iso.slice(0, 7) };
}

/**
 * Nodes that count against the daily limit now: the counter of an earlier day counts no more. That of a later day
 * does: another clock, a moment ahead of ours, has seen midnight first.
 */
export function usedAt(cluster: Cluster, now: number): number {
  return cluster.window >= windowsAt(now).window ? cluster.used : 0;
}

/** Money that counts against the monthly budget now. */
export function spentAt(cluster: Cluster, now: number): number {
  return cluster.month >= windowsAt(now).month ? cluster.spent : 0;
}

/** An alert speaks of a moment; a person's or a schedule's job holds for a day, and no longer than it says. */
function staleness(job: ScaleJob, policy: ClusterConfig, now: number): string | undefined {
  if (job.validUntil !== undefined && now > job.validUntil)
    return `nobody needs it after ${new Date(job.validUntil).toISOString()}`;
  const age = now - job.occurredAt;
  const maxAge = job.intent.kind === 'breach' ? policy.staleAfterMinutes * 60_000 : timings.jobExpiryMs;
  return age <= maxAge ? undefined : `it arose ${minutes(age)} ago and is stale after ${minutes(maxAge)}`;
}

const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;
const sum = (a: number, b: number): number => (inCents(a) + inCents(b)) / 100;
