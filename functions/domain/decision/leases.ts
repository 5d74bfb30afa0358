// Leases of nodes: what of ACK's answers is remembered of those that are over, which nodes stop counting for it, and which days on
// which leases end are told.
import type { ClusterConfig } from '../config/types.ts';
import type { Expiring, Lapse, Leases } from '../job/purchase.ts';
import { timings } from '../timings.ts';

export interface LeasedNode {
  /** Empty or absent: the node cannot be recognized. */
  readonly instanceId?: string;
  readonly status: string;
  /** The end of its lease: epoch milliseconds; undefined when it is not known. */
  readonly leaseEndsAt?: number | undefined;
}

type Policy = Pick<ClusterConfig, 'worker'>;

/** As documented. Another status may be one of a node that serves. */
const notReady: ReadonlySet<string> = new Set(['NotReady', 'Unknown', 'Offline']);
/** Entries on the cluster's item at most, and bytes of an id: 25 KB. Beyond them nodes count. */
const maxLapses = 200;
const maxIdBytes = 64;

export const isRenewed = ({ worker }: Policy): boolean => worker.worker_auto_renew === true;

/**
 * The nodes that count for maxNodes, the breaker and `reach`. One does not once its lease is over and it is not Ready, in this reading
 * and in one of a day before, while auto-renewal is off: until then its lease may have been renewed late.
 * @param ackNow when the nodes were read, by ACK's clock; undefined when that is not known: then all count
 */
export function countedNodes<Node extends LeasedNode>(
  nodes: readonly Node[],
  leases: Leases | undefined,
  policy: Policy,
  ackNow: number | undefined,
): readonly Node[] {
  if (!leases || ackNow === undefined || isRenewed(policy)) return nodes;
  const saidBefore = leases.lapsed.filter(({ since }) => ackNow - since >= timings.lapsedAfterMs);
  return nodes.filter((node) => !hasLapsed(node, ackNow) || !saidBefore.some((lapse) => isOf(lapse, node)));
}

/** Whether ACK says that its lease is over, and that it is not Ready. */
const hasLapsed = ({ instanceId, status, leaseEndsAt }: LeasedNode, ackNow: number): boolean =>
  Boolean(instanceId) && notReady.has(status) && leaseEndsAt !== undefined && leaseEndsAt <= ackNow;

/** A lease that was renewed, and ended again, is another one. */
const isOf = ({ id, endedAt }: Lapse, { instanceId, leaseEndsAt }: LeasedNode): boolean =>
  id === instanceId && endedAt === leaseEndsAt;

/**
 * What is remembered after a reading of all nodes. What it does not say again is forgotten.
 * @param reading when it began and ended, by ACK's clock: what was read may be as old as its beginning
 * @returns undefined when nothing has changed
 */
export function leasesAfter(
  before: Leases | undefined,
  nodes: readonly LeasedNode[],
  policy: Policy,
  reading: { readonly from: number; readonly to: number },
): Leases | undefined {
  const known = before ?? { at: 0, lapsed: [], expiring: [] };
  const lapsed = isRenewed(policy) ? [] : lapsedAfter(known.lapsed, nodes, reading);
  const expiring = expiringAfter(known.expiring, nodes, policy, reading.to);
  const isSame = sameEntries(lapsed, known.lapsed) && sameEntries(expiring, known.expiring);
  // Clocks go back; the condition of the write rests on this one.
  return isSame ? undefined : { at: Math.max(reading.to, known.at + 1), lapsed, expiring };
}

function lapsedAfter(
  before: readonly Lapse[],
  nodes: readonly LeasedNode[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly Lapse[] {
  const lapsed = nodes.flatMap((node) => {
    const { instanceId: id = '', leaseEndsAt: endedAt } = node;
    if (endedAt === undefined || Buffer.byteLength(id) > maxIdBytes || !hasLapsed(node, from)) return [];
    return before.find((lapse) => isOf(lapse, node)) ?? { id, endedAt, since: to };
  });
  // Those that are known longest stay.
  return lapsed.toSorted((a, b) => a.since - b.since).slice(0, maxLapses);
}

/** Leases that end on one day. */
export interface LeaseDay<Node> {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  /** The first of them ends: epoch milliseconds. */
  readonly endsAt: number;
  /** In the order in which they end. */
  readonly nodes: readonly Node[];
}

/** The days on which the first lease ends by `until`, in epoch milliseconds; the earliest day first. */
export function leaseDays<Node extends LeasedNode>(nodes: readonly Node[], until: number): readonly LeaseDay<Node>[] {
  const ends = nodes
    .flatMap((node) => (node.leaseEndsAt === undefined ? [] : [{ node, endsAt: node.leaseEndsAt }]))
    .toSorted((a, b) => a.endsAt - b.endsAt);
  return [...Map.groupBy(ends, ({ endsAt }) => dayOf(endsAt))].flatMap(([day, its]) => {
    const [first] = its;
    return first && first.endsAt <= until ? { day, endsAt: first.endsAt, nodes: its.map(({ node }) => node) } : [];
  });
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Days that are told stay until they are over: a node that is not listed for once must not make them told again. */
function expiringAfter(
  told: readonly Expiring[],
  nodes: readonly LeasedNode[],
  policy: Policy,
  at: number,
): readonly Expiring[] {
  const left = new Map(told.filter(({ day }) => day >= dayOf(at)).map((one) => [one.day, one]));
  const open = nodes.filter(({ leaseEndsAt = 0 }) => leaseEndsAt > at);
  for (const { day, endsAt, nodes: its } of leaseDays(open, at + timings.expiringEarlyMs)) {
    const days = endsAt - at <= timings.expiringLateMs ? 1 : 7;
    if ((left.get(day)?.days ?? Number.POSITIVE_INFINITY) <= days) continue;
    left.set(day, { day, days, nodes: its.length, endsAt, renews: isRenewed(policy), at });
  }
  return [...left.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

/** Both in the same order; an entry never changes in place. */
const sameEntries = <T>(some: readonly T[], others: readonly T[]): boolean =>
  some.length === others.length && some.every((one, i) => one === others[i]);
