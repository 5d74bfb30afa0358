// What must hold of every write to a cluster's item, told from the item before and after it.
import { windowsAt } from '../../functions/domain/decision/usage-window.ts';
import type { Cluster, Purchase } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { Process } from './process.ts';
import type { Owner, Watched } from './watch.ts';

export function ownerOf(name: string, is: Cluster, { key, signedAt }: Purchase, by: number): Owner {
  // The day of the request, unless another clock has seen a later one.
  const its = windowsAt(signedAt);
  const window = its.window > is.window ? its.window : is.window;
  const month = its.month > is.month ? its.month : is.month;
  return { key, cluster: name, window, month, signedAt, by };
}

interface Writer {
  readonly name: string;
  /** Id and clock of the process that wrote. */
  readonly by: number;
  readonly clock: number;
  /** Of the nonce that is in the slot now. */
  readonly owner: Owner | undefined;
}

/** Clocks that jump within their tolerance may have said that much more when the write was decided. */
const jumpMs = 2 * timings.maxClockSkewMs;

/** What no write to a cluster may do. */
export function clusterProblem(was: Cluster, is: Cluster, { name, by, clock, owner }: Writer): string | undefined {
  if (is.ver < was.ver) return `the version of ${name} went back from ${was.ver} to ${is.ver}`;
  const unpinned = is.ver === was.ver && pinnedProblem(was, is);
  if (unpinned) return `${unpinned} in ${name} without a new version`;
  if (is.window < was.window || is.month < was.month)
    return `money: ${name} counts in ${is.window} again, after ${was.window}`;
  // Only nodes that came end a row of failures, and with it the longer cooldown.
  const success = was.failures > 0 && is.failures === 0;
  if (is.cooldownUntil < was.cooldownUntil && !success)
    return `the cooldown of ${name} became ${was.cooldownUntil - is.cooldownUntil} ms shorter without a success`;
  const [before, after] = [was.purchase, is.purchase];
  const marked = before?.nonce === after?.nonce && before?.phase === 'sending' && after?.phase === 'unknown';
  if (marked && owner?.by !== by && clock + jumpMs <= after.leaseUntil)
    return `${after.key} was called unknown ${after.leaseUntil - clock} ms before the end of its lease`;
  const verdicts = is.done === was.done ? [] : Object.entries(was.done);
  const replaced = verdicts.find(([key, { outcome, nonce }]) => {
    const now = is.done[key];
    return now && (now.outcome !== outcome || now.nonce !== nonce);
  });
  return replaced && `the verdict of ${replaced[0]} was replaced`;
}

/** What was decided on what was read: each change of it must move the version. Verdicts free the slot, and add to pending. */
function pinnedProblem(was: Cluster, is: Cluster): string | undefined {
  if (is.paused !== was.paused) return 'a pause began or ended';
  if (is.purchase && is.purchase.nonce !== was.purchase?.nonce) return `${is.purchase.key} was armed`;
  const gone = (before: object, after: object) =>
    before !== after && Object.keys(before).some((key) => !(key in after));
  if (gone(was.pending, is.pending)) return 'nodes stopped being awaited';
  return gone(was.done, is.done) ? 'a verdict was forgotten' : undefined;
}

/** What no process may arm, by its own config. @param lapsed nodes that need not count, as their lease is over */
export function armProblem(
  name: string,
  is: Cluster,
  { config }: Process,
  { service, initialNodes }: Watched,
  lapsed: number,
): string | undefined {
  const policy = config.clusters[name];
  const { purchase, paused, used, spent } = is;
  if (!policy || !purchase) return undefined;
  const { limits } = policy;
  if (paused) return `${purchase.key} was armed while ${name} is paused`;
  if (policy.dryRun) return `${purchase.key} was armed in a dry run of ${name}`;
  if (used > limits.maxPerDay)
    return `cap: ${used} nodes counted in ${name}, ${limits.maxPerDay} allowed per day by who armed ${purchase.key}`;
  if (limits.budgetPerMonth !== undefined && spent > limits.budgetPerMonth)
    return `cap: ${spent} spent in ${name}, ${limits.budgetPerMonth} allowed by who armed ${purchase.key}`;
  let total = initialNodes - lapsed + purchase.count;
  for (const { clusterId, by, nodesGot } of service.purchases()) {
    if (clusterId !== policy.id) continue;
    // Nobody counts with what a person buys at the same time.
    if (by === 'console') return undefined;
    total += nodesGot;
  }
  return total > limits.maxNodes
    ? `cap: ${total} nodes in ${name}, ${limits.maxNodes} allowed by who armed ${purchase.key}`
    : undefined;
}

interface Again {
  readonly key: string;
  /** Since the signature of the earlier request, by the gateway's clock. */
  readonly sinceMs: number;
  /** After that long it can no longer execute unseen. */
  readonly shownMs: number;
  /** Task listings since then. */
  readonly listings: number;
}

/** What must hold where a purchase is armed again. */
export function rearmProblem({ purchase }: Cluster, { key, sinceMs, shownMs, listings }: Again): string | undefined {
  if (sinceMs < shownMs) return `${key} was armed again ${sinceMs} ms after its first send`;
  if (purchase && purchase.attempt > 1) return `${key} was armed again after ${purchase.attempt} sends`;
  if (purchase?.phase !== 'unknown') return `${key} was armed again although it is ${purchase?.phase}`;
  return listings < 2 ? `${key} was armed again after ${listings} task listings that must show it` : undefined;
}
