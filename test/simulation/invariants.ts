// What must hold after every step of every history. Each line names what a person would lose if it did not.

import type { Purchase } from '../../functions/backtest/world/ack/scale-out.ts';
import { nodeCents } from '../../functions/domain/config/money.ts';
import type { ClusterConfig } from '../../functions/domain/config/types.ts';
import type { Cluster, JobRecord, Verdict } from '../../functions/domain/job/purchase.ts';
import type { Intent, ScaleJob } from '../../functions/domain/job/scale-job.ts';
import type { Need } from './needs.ts';
import { largeBreach } from './policies.ts';
import type { World } from './world.ts';

type Its = ReadonlyMap<string, readonly Purchase[]>;

/** Purchases are never taken back, and their nonce was armed before: while there are as many, they are the same. */
const counted = new WeakMap<World, { readonly purchases: number; readonly its: Its }>();

/** The API's purchases by key, counted at the simulator: the truth. */
export function purchasesByKey(world: World): Its {
  const purchases = world.service.purchases();
  const before = counted.get(world);
  if (before?.purchases === purchases.length) return before.its;
  const its = new Map<string, Purchase[]>();
  counted.set(world, { purchases: purchases.length, its });
  for (const purchase of purchases) {
    if (purchase.by !== 'api') continue;
    const key = world.owners.get(purchase.nonce ?? '')?.key ?? `nobody (${purchase.nonce})`;
    const list = its.get(key);
    if (list) list.push(purchase);
    else its.set(key, [purchase]);
  }
  return its;
}

export function clustersOf(world: World): readonly Cluster[] {
  return [...world.table.items].filter(([pk]) => pk.startsWith('CLUSTER#')).map(([pk, item]) => asCluster(pk, item));
}

/** Items are never changed in place: what one was read as, it stays. */
const known = new WeakMap<object, Cluster>();

function asCluster(pk: string, item: object): Cluster {
  const before = known.get(item);
  if (before) return before;
  const cluster = { ...(item as Cluster), name: pk.slice('CLUSTER#'.length) };
  known.set(item, cluster);
  return cluster;
}

export function jobOf(world: World, key: string): JobRecord | undefined {
  return world.table.items.get(`JOB#${key}`) as JobRecord | undefined;
}

/** A purchase is in doubt, or nodes are awaited. Overdue ones are followed for a day more, which shows nothing new. */
export function isBusy({ purchase, pending }: Cluster): boolean {
  return purchase !== undefined || Object.values(pending).some(({ overdue }) => !overdue);
}

/** The first broken invariant, in words; undefined when all hold. */
export function broken(world: World): string | undefined {
  const [alarm] = world.alarms;
  if (alarm) return alarm;
  const its = purchasesByKey(world);
  for (const [key, purchases] of its) if (purchases.length > 1) return `bought ${purchases.length} times for ${key}`;
  const settled = new Map<string, string>();
  for (const [pk, item] of world.table.items) {
    const problem = pk.startsWith('JOB#')
      ? brokenJob(world, item as unknown as JobRecord, its, settled)
      : brokenCluster(world, asCluster(pk, item), its);
    if (problem) return problem;
  }
  return brokenDoubt(world, its);
}

function brokenJob(world: World, job: JobRecord, its: Its, settled: Map<string, string>): string | undefined {
  if (job.outcome === 'skipped') {
    const cluster = world.table.items.get(`CLUSTER#${job.cluster}`) as Cluster | undefined;
    const open = cluster?.purchase?.key === job.key || cluster?.done[job.key]?.outcome === 'accepted';
    return !open && its.has(job.key) ? `${job.key} is skipped for good, and was bought` : undefined;
  }
  const problem = brokenVerdict(world, job.key, job, its);
  if (problem || !job.taskId) return problem;
  const other = settled.get(job.taskId);
  settled.set(job.taskId, job.key);
  return other === undefined ? undefined : `task ${job.taskId} settles both ${other} and ${job.key}`;
}

function brokenVerdict(
  { mistaken }: World,
  key: string,
  verdict: { readonly outcome: string; readonly taskId?: string },
  its: Its,
): string | undefined {
  const [only] = its.get(key) ?? [];
  if (verdict.outcome !== 'accepted') return only ? `${key} is ${verdict.outcome}, and was bought` : undefined;
  if (!only) return `${key} is accepted, and was never bought`;
  return only.taskId === verdict.taskId || mistaken.has(key)
    ? undefined
    : `${key} is accepted with the task of somebody else`;
}

function brokenCluster(world: World, cluster: Cluster, its: Its): string | undefined {
  const policies = world.policiesOf(cluster.name);
  const [policy] = policies;
  if (!policy) return undefined;
  const costOfOne = nodeCents(policy) / 100;
  let [bought, paid, total] = [0, 0, world.initialNodes - world.lapsedIn(cluster.name)];
  for (const key in cluster.done) {
    const verdict = cluster.done[key];
    const problem = verdict && brokenVerdict(world, key, verdict, its);
    if (problem) return problem;
  }
  let byPerson = false;
  for (const { by, nonce, count, nodesGot, clusterId } of world.service.purchases()) {
    if (clusterId !== policy.id) continue;
    if (by === 'console') byPerson = true;
    const owner = by === 'api' ? world.owners.get(nonce ?? '') : undefined;
    if (owner?.window === cluster.window) bought += count;
    if (owner?.month === cluster.month) paid += count * costOfOne;
    total += nodesGot;
  }
  if (bought > cluster.used) return `money: ${bought} nodes bought in ${cluster.name}, only ${cluster.used} counted`;
  if (paid > cluster.spent) return `money: ${paid} paid in ${cluster.name}, only ${cluster.spent} counted`;
  if (cluster.used < 0 || cluster.spent < 0) return `money: ${cluster.name} counts less than nothing`;
  if (!cluster.purchase && bought !== cluster.used)
    return `money: slot of ${cluster.name} is free, ${bought} bought, ${cluster.used} counted`;
  if (!cluster.purchase && paid !== cluster.spent)
    return `money: slot of ${cluster.name} is free, ${paid} paid, ${cluster.spent} counted`;
  return brokenCap(cluster, policies, byPerson ? 0 : total);
}

/** Whoever arms is held to its own config (cluster-writes.ts); nothing may come to more than the larger one allows. */
function brokenCap(
  { name, used, spent }: Cluster,
  policies: readonly ClusterConfig[],
  total: number,
): string | undefined {
  const largest = (limit: (of: ClusterConfig['limits']) => number) =>
    Math.max(...policies.map(({ limits }) => limit(limits)));
  const perDay = largest(({ maxPerDay }) => maxPerDay);
  if (used > perDay) return `cap: ${used} nodes counted in ${name}, ${perDay} allowed per day`;
  const budget = largest(({ budgetPerMonth = Number.POSITIVE_INFINITY }) => budgetPerMonth);
  if (spent > budget) return `cap: ${spent} spent in ${name}, ${budget} allowed`;
  const nodes = largest(({ maxNodes }) => maxNodes);
  return total > nodes ? `cap: ${total} nodes in ${name}, ${nodes} allowed` : undefined;
}

/** Every purchase is accepted, or the one doubt of its cluster, in its slot. */
function brokenDoubt(world: World, its: Its): string | undefined {
  for (const [key, [purchase]] of its) {
    const owner = world.owners.get(purchase?.nonce ?? '');
    if (!owner) continue;
    const cluster = world.table.items.get(`CLUSTER#${owner.cluster}`) as Cluster | undefined;
    const accepted = cluster?.done[key]?.outcome === 'accepted' || jobOf(world, key)?.outcome === 'accepted';
    if (!accepted && cluster?.purchase?.nonce !== purchase?.nonce)
      return `the purchase of ${key} is in doubt outside its slot`;
  }
  return undefined;
}

/**
 * Whether each alert of a need has an outcome, or is covered by a purchase for another of them that had not failed when the message came, or
 * by what was decided since. A decision for what was over covers only what is over.
 * @param hasOutcome by the key of a job
 */
export function isAnswered(world: World, { jobs, since }: Need, hasOutcome: (key: string) => boolean): boolean {
  const open = jobs.filter(({ key }) => !hasOutcome(key));
  if (open.length === 0) return true;
  const answered = jobs.filter(({ key }) => hasOutcome(key) && (world.decidedAt(key) ?? 0) >= since);
  const covering = answered.filter(({ key }) => (world.coversSince(key) ?? 0) >= since);
  const decided = jobs.flatMap((job) => {
    const one = verdictOf(world, job.key);
    return one && !hadFailed(world, job.key, since) && (one.outcome === 'accepted' || covering.includes(job))
      ? [one]
      : [];
  });
  // What asks again in vain leaves no outcome, and is told once an hour. What is over or misses nothing beside it is decided with a message
  // in which nothing asks.
  const asks = jobs.some(
    ({ key, cluster }) => hasOutcome(key) && world.policiesOf(cluster).some(({ alarms: [rule] }) => rule?.again),
  );
  return open.every(
    (job) =>
      decided.some((one) => coversAlert(one, job)) ||
      ((answered.length > 0 || asks) && world.isOver(job.key)) ||
      ((covering.length > 0 || asks) && !isMissing(world, job, since)),
  );
}

const verdictOf = (world: World, key: string): Verdict | JobRecord | undefined =>
  clustersOf(world).find(({ done }) => done[key])?.done[key] ?? jobOf(world, key);

/**
 * Whether a decision answers another alert of its message, with no larger step: a purchase, what had arisen when it was decided; a skip,
 * what had arisen before its own alert.
 */
function coversAlert({ outcome, story }: Verdict | JobRecord, { intent, occurredAt }: ScaleJob): boolean {
  if (isLarge(intent) && !isLarge(story.intent)) return false;
  return (
    (outcome === 'accepted' && occurredAt <= story.decidedAt) ||
    (outcome === 'skipped' && occurredAt <= story.occurredAt)
  );
}

const hadFailed = (world: World, key: string, since: number): boolean =>
  (world.failedSince(key) ?? Number.POSITIVE_INFINITY) < since;

/** Whether it asks for more nodes than were ever bought for its cluster by purchases that had not failed by then. */
function isMissing(world: World, { cluster, intent }: ScaleJob, since: number): boolean {
  const adds = world
    .policiesOf(cluster)
    .flatMap(({ alarms: [rule] }) => rule?.steps[isLarge(intent) ? 1 : 0]?.add ?? []);
  const ids = new Set(world.policiesOf(cluster).map(({ id }) => id));
  const bought = world.service
    .purchases()
    .filter(
      ({ clusterId, nonce }) =>
        ids.has(clusterId) && !hadFailed(world, world.owners.get(nonce ?? '')?.key ?? '', since),
    );
  return Math.min(...adds) > bought.reduce((all, { count }) => all + count, 0);
}

const isLarge = (intent: Intent): boolean => intent.kind === 'breach' && (intent.by ?? 0) >= largeBreach;

/** Acknowledged without outcome, slot or dead letter: the need is lost. */
export function lost(
  world: World,
  keysOf: (body: string) => readonly string[],
  needs: Iterable<Need>,
): string | undefined {
  const clusters = clustersOf(world);
  const hasOutcome = (key: string): boolean =>
    jobOf(world, key) !== undefined || clusters.some(({ purchase, done }) => purchase?.key === key || done[key]);
  const missing = [...needs].filter((need) => !isAnswered(world, need, hasOutcome));
  if (missing.length === 0) return undefined;
  const held = new Set([...world.queue.messages, ...world.queue.deadLetters].flatMap(({ body }) => keysOf(body)));
  const gone = missing.find(({ jobs }) => !jobs.some(({ key }) => !hasOutcome(key) && held.has(key)));
  return gone && `${gone.jobs.map(({ key }) => key).join(' and ')}: acknowledged, without outcome, slot or dead letter`;
}
