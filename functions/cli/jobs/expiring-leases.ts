// The leases of a cluster's nodes that end soon or are over, by day.
import type { AckNode } from '../../adapters/ack/answers.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { countedNodes, isRenewed, leaseDays } from '../../domain/decision/leases.ts';
import { describeError } from '../terminal/errors.ts';
import type { NodeReader } from './node-reader.ts';

interface ExpiringNode {
  /** The instance's id; the node's name, or nothing, without one. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly endsAt: number;
  readonly ready: boolean;
  /** Whether it counts for the limits. */
  readonly counts: boolean;
}

export interface ExpiringDay {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly nodes: readonly ExpiringNode[];
}

export interface ExpiringLeases {
  readonly cluster: string;
  /** Whether auto-renewal is on. */
  readonly renews: boolean;
  /** From ACK, the earliest first, or the reason why they are not known. */
  readonly leases:
    | {
        readonly days: readonly ExpiringDay[];
        /** Nodes of which the end of the lease is not known. */
        readonly endUnknown: number;
      }
    | { readonly unknown: string };
}

/** @param until epoch milliseconds: days on which the first lease ends by then. Never throws for ACK. */
export async function expiringLeases(
  cluster: string,
  policy: ClusterConfig,
  until: number,
  { ledger, nodes }: { readonly ledger: Pick<Ledger, 'readCluster'>; readonly nodes: NodeReader },
): Promise<ExpiringLeases> {
  const renews = isRenewed(policy);
  const [{ leases: known }, read] = await Promise.all([
    ledger.readCluster(cluster),
    nodes.read(policy).catch(describeError),
  ]);
  if (typeof read === 'string') return { cluster, renews, leases: { unknown: read } };
  const counted = new Set(countedNodes(read, known, policy, nodes.ackNow()));
  const days = leaseDays(read, until).map(({ day, nodes: its }) => ({
    day,
    nodes: its.map((node) => expiringNode(node, counted.has(node))),
  }));
  const endUnknown = read.filter(({ leaseEndsAt }) => leaseEndsAt === undefined).length;
  return { cluster, renews, leases: { days, endUnknown } };
}

function expiringNode(
  { instanceId, nodeName = '', status, leaseEndsAt: endsAt = 0 }: AckNode,
  counts: boolean,
): ExpiringNode {
  return { id: instanceId || nodeName, endsAt, ready: status === 'Ready', counts };
}
