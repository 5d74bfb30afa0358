// Which of a cluster's nodes were brought by which purchase. A task that names its nodes is believed. One that does not gets
// those that are no older than it, the oldest purchase first; and no node is given twice, or it would stand for another
// one that is still on its way, and counts for maxNodes.
import type { AckNode } from '../../adapters/ack/answers.ts';
import { timings } from '../../domain/timings.ts';

export interface NodeClaim {
  readonly key: string;
  /** Its nodes are no older, give or take what clocks may differ by. Epoch milliseconds. */
  readonly since: number;
  /** Nodes that it may have brought. */
  readonly count: number;
  /** Instance ids, where they are known. */
  readonly named?: readonly string[];
}

/** @returns the nodes of each claim, by its key */
export function shareNodes(
  claims: readonly NodeClaim[],
  nodes: readonly AckNode[],
): ReadonlyMap<string, readonly AckNode[]> {
  let left = nodes.toSorted((a, b) => createdAt(a) - createdAt(b));
  const shares = new Map<string, readonly AckNode[]>();
  const take = (key: string, its: readonly AckNode[]): void => {
    shares.set(key, its);
    left = left.filter((node) => !its.includes(node));
  };
  for (const { key, named } of claims)
    if (named)
      take(
        key,
        left.filter(({ instanceId }) => named.includes(instanceId)),
      );
  for (const { key, since, count, named } of claims.toSorted((a, b) => a.since - b.since))
    if (!named) take(key, left.filter((node) => createdAt(node) >= since - timings.evidenceSlackMs).slice(0, count));
  return shares;
}

/** A node of unknown age is as old as can be: taken for a new one, it would end the wait for nodes that are still to come. */
function createdAt(node: AckNode): number {
  return node.createdAt ?? 0;
}
