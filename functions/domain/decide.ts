// The decision, like arithmetic: a job, what the ledger says of the cluster, what the cluster says of itself, the policy
// and the time go in; buy, skip or defer comes out with its reason. When unsure, it buys less: nodes cannot be returned.
import { ruleFor } from './alarm-rules.ts';
import { inCents, nodeCents } from './config-rules.ts';
import type { AlarmRule, ClusterConfig, Step } from './config-schema.ts';
import type { Cluster } from './purchase.ts';
import type { ScaleJob } from './scale-job.ts';
import { timings } from './timings.ts';

/** What the cluster itself reports, read only when a purchase is otherwise decided. */
export interface Fleet {
  /** ACK cluster state; purchases wait for `running`. */
  readonly state: string;
  /** Nodes in the cluster, whatever their status. */
  readonly nodes: number;
  /** Those of them that are not Ready: paid for and idle. */
  readonly notReady: number;
}

export interface DecisionInput {
  readonly job: ScaleJob;
  readonly cluster: Cluster;
  readonly policy: ClusterConfig;
  /** Absent on the first look. */
  readonly fleet?: Fleet;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type SkipReason =
  | 'stale'
  | 'no-rule'
  | 'satisfied'
  | 'max-nodes'
  | 'max-per-day'
  | 'max-per-purchase'
  | 'budget'
  | 'dry-run'
  | 'recovered';
export type DeferReason = 'paused' | 'cooldown' | 'not-running' | 'nodes-not-ready' | 'ledger-full';

export type Decision =
  | { readonly kind: 'buy'; readonly count: number; readonly cost: number; readonly why: string }
  | { readonly kind: 'skip'; readonly reason: SkipReason; readonly why: string }
  | { readonly kind: 'defer'; readonly reason: DeferReason; readonly why: string; readonly until: number }
  /** A purchase is likely: look at the cluster and decide again with its fleet. */
  | { readonly kind: 'look' };

/** More verdicts than this on one cluster item would endanger DynamoDB's 400 KB item limit. */
const maxDone = 50;
/** The unready breaker: over this share and more than this many nodes not Ready means more would only be idle, too. */
const unready = { share: 0.45, nodes: 3 } as const;
/** How long a job waits for what tells no time of its own: a pause, a cluster state, nodes that do not get ready. */
const recheckMs = 5 * 60_000;

export function decide(input: DecisionInput): Decision {
  const { job, cluster, policy, fleet, now } = input;
  const stale = staleness(job, policy, now);
  if (stale) return skip('stale', stale);
  const rule = job.intent.kind === 'breach' ? ruleFor(policy.alarms, job.intent.alarm) : undefined;
  if (job.intent.kind === 'breach' && !rule)
    return skip('no-rule', `no alarm rule of ${job.cluster} matches ${job.intent.alarm}`);

  if (cluster.paused)
    return defer(
      'paused',
      now + recheckMs,
      `${job.cluster} is paused by ${cluster.paused.by}: ${cluster.paused.reason}`,
    );
  if (Object.keys(cluster.done).length > maxDone)
    return defer('ledger-full', now + recheckMs, `more than ${maxDone} verdicts wait for the reconciler`);
  // Cooldown damps alarms. A person or a schedule knows what it asks for, as in EC2 Auto Scaling.
  if (job.intent.kind === 'breach' && now < cluster.cooldownUntil)
    return defer(
      'cooldown',
      cluster.cooldownUntil,
      `${job.cluster} cools down for another ${minutes(cluster.cooldownUntil - now)}`,
    );

  if (!fleet) return { kind: 'look' };
  if (fleet.state !== 'running')
    return defer('not-running', now + recheckMs, `${job.cluster} is ${fleet.state}, not running`);
  if (fleet.notReady > unready.nodes && fleet.notReady > unready.share * fleet.nodes)
    return defer(
      'nodes-not-ready',
      now + recheckMs,
      `${fleet.notReady} of ${fleet.nodes} nodes are not Ready: paid for and idle`,
    );

  return withinLimits(input, fleet, wanted(job, rule, fleet, pendingNodes(cluster)));
}

/** Nodes bought and not ready yet. */
export function pendingNodes(cluster: Cluster): number {
  return Object.values(cluster.pending).reduce((sum, { count }) => sum + count, 0);
}

/** The UTC day and month that a purchase counts in, as the ledger writes them. */
export function windowsAt(now: number): { readonly window: string; readonly month: string } {
  const iso = new Date(now).toISOString();
  return { window: iso.slice(0, 10), month: iso.slice(0, 7) };
}

/** An alert speaks of a moment; a person's or a schedule's job holds for a day, and no longer than it says. */
function staleness(job: ScaleJob, policy: ClusterConfig, now: number): string | undefined {
  if (job.validUntil !== undefined && now > job.validUntil)
    return `nobody needs it after ${new Date(job.validUntil).toISOString()}`;
  const age = now - job.occurredAt;
  const maxAge = job.intent.kind === 'breach' ? policy.staleAfterMinutes * 60_000 : timings.jobExpiryMs;
  return age <= maxAge ? undefined : `it arose ${minutes(age)} ago and is stale after ${minutes(maxAge)}`;
}

interface Wanted {
  readonly nodes: number;
  readonly how: string;
}

function wanted(job: ScaleJob, rule: AlarmRule | undefined, fleet: Fleet, pending: number): Wanted {
  const { intent } = job;
  const has = `${fleet.nodes} in the cluster, ${pending} on their way`;
  if (intent.kind === 'add') return { nodes: intent.nodes, how: `add ${intent.nodes} (${has})` };
  if (intent.kind === 'reach')
    return { nodes: intent.nodes - fleet.nodes - pending, how: `reach ${intent.nodes} (${has})` };
  // A value of 90.1 is 20 beyond 70.1, not 19.999999999999986.
  const by = intent.by === undefined ? undefined : Number(intent.by.toPrecision(12));
  const { add: fixed, percent = 0 } = stepFor(rule?.steps ?? [], by) ?? {};
  // Percent of what serves: of all nodes, one breach would grow on what it has bought itself as that joins.
  const ready = fleet.nodes - fleet.notReady;
  const add = fixed ?? Math.ceil((percent * ready) / 100);
  const share = percent > 0 ? `, ${percent} % of ${ready} Ready` : '';
  const told = `${intent.alarm} is beyond its threshold by ${by ?? 'an untold amount'}`;
  // Warm-up: what is on its way answers this breach already, so a repeat adds nothing and a larger breach the difference.
  return { nodes: add - pending, how: `${told}: add ${add}${share} (${has})` };
}

/** The step of a breach; the smallest one where the size of the breach is not told. */
function stepFor(steps: readonly Step[], by = 0): Step | undefined {
  return steps.find((step) => by >= step.lowerBound && (step.upperBound === undefined || by < step.upperBound));
}

function withinLimits({ job, cluster, policy, now }: DecisionInput, fleet: Fleet, { nodes, how }: Wanted): Decision {
  // Written so that what is no number buys nothing.
  if (!(nodes > 0)) return skip('satisfied', `${how}: nothing is missing`);
  const { limits } = policy;
  const rooms: readonly (readonly [SkipReason, number])[] = [
    ['max-nodes', limits.maxNodes - fleet.nodes - pendingNodes(cluster)],
    ['max-per-day', limits.maxPerDay - usedAt(cluster, now)],
    ['budget', affordable(policy, spentAt(cluster, now))],
    ['max-per-purchase', limits.maxPerPurchase],
  ];
  let count = nodes;
  let why = how;
  for (const [limit, room] of rooms) {
    if (room >= count) continue;
    if (!(room > 0)) return skip(limit, `${how}: the limit ${limit} leaves room for none`);
    count = room;
    why = `${how}: the limit ${limit} allows ${count} of ${nodes}`;
  }
  const cost = (count * nodeCents(policy)) / 100;
  if (policy.dryRun || job.dryRun)
    return skip('dry-run', `${why}; would buy ${count}${price(cost, policy)}, but this is a dry run`);
  return { kind: 'buy', count, cost, why: `${why}; buy ${count}${price(cost, policy)}` };
}

/** Nodes that the rest of the month's budget pays for; none where nobody knows what they cost. */
function affordable(policy: ClusterConfig, spent: number): number {
  const { budgetPerMonth } = policy.limits;
  if (budgetPerMonth === undefined) return Number.POSITIVE_INFINITY;
  const cents = nodeCents(policy);
  return cents > 0 ? Math.floor((inCents(budgetPerMonth) - inCents(spent)) / cents) : 0;
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

const skip = (reason: SkipReason, why: string): Decision => ({ kind: 'skip', reason, why });
const defer = (reason: DeferReason, until: number, why: string): Decision => ({ kind: 'defer', reason, until, why });
const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;
const price = (cost: number, policy: ClusterConfig): string =>
  policy.price ? ` for ${cost} ${policy.price.currency}` : '';
