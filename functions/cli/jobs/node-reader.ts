// The nodes of clusters, and the clock of ACK as their answers show it.
import type { AckNode } from '../../adapters/ack/answers.ts';
import type { AckClient } from '../../adapters/ack/client.ts';
import { createClockSkew } from '../../adapters/ack/clock-skew.ts';
import { ackClock } from '../../domain/ack/clock-problem.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';

export interface NodeReader {
  /** @throws what connecting or reading throws */
  read(policy: ClusterConfig): Promise<readonly AckNode[]>;
  /** Epoch milliseconds; undefined while it is not known, or ours is wrong. */
  ackNow(): number | undefined;
}

/** @param connect with the key of the reader */
export function createNodeReader(
  connect: (onClockSkew: (skewMs: number, region: string) => void) => Pick<AckClient, 'listNodes'>,
  now: () => number,
): NodeReader {
  const skew = createClockSkew(now);
  return {
    read: async ({ id, region }) => connect((skewMs, of) => skew.measured(of, skewMs)).listNodes(id, region),
    ackNow: () => ackClock(now(), skew.worstMs()),
  };
}
