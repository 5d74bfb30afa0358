// Who acts in a history: handlers with messages, the reconciler's timer, a person who settles parked doubts.

import type { AlertMessage } from '../../functions/adapters/queue/queue.ts';
import { timings } from '../../functions/domain/timings.ts';
import { reconcileCluster } from '../../functions/purchase/visit/finish-cluster.ts';
import { resolveParked } from '../../functions/purchase/visit/resolve-parked.ts';
import { processBatch } from '../../functions/scale-out/process-batch.ts';
import type { StoredMessage } from '../support/memory-queue.ts';
import { clustersOf } from './invariants.ts';
import type { Ports } from './ports.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** A function that takes a batch and says which messages must come back: ours, or a baseline's. */
export type Handler = (messages: readonly AlertMessage[], deadline: number, ports: Ports) => Promise<readonly string[]>;

export const ourHandler: Handler = (messages, deadline, ports) => processBatch(messages, deadline, ports);

/** One invocation with a batch, and the deletion of what it acknowledged. */
export function startHandler(world: World, batch: readonly StoredMessage[], skewMs: number, handler: Handler): Process {
  const messages = batch.map((message) => {
    const { messageId, body, attributes, receiptHandle, receiveCount } = world.queue.receive(message);
    return { messageId, body, attributes, receiptHandle, receiveCount };
  });
  return world.start('handler', skewMs, async (ports) => {
    const back = new Set(await handler(messages, ports.now() + timings.functionTimeoutMs * 100, ports));
    const receipts = messages.filter(({ messageId }) => !back.has(messageId)).map(({ receiptHandle }) => receiptHandle);
    if (receipts.length > 0) await ports.acknowledge(receipts);
  });
}

export function startReconciler(world: World, cluster: string, skewMs: number): Process {
  return world.start('reconciler', skewMs, (ports) => reconcileCluster(cluster, ports, Number.POSITIVE_INFINITY));
}

/** A person who knows the order book: says accepted for what was bought, tries to abandon what was not. */
export function startPerson(world: World, skewMs: number): Process | undefined {
  const cluster = clustersOf(world).find(({ purchase }) => purchase?.phase === 'parked');
  if (!cluster?.purchase) return undefined;
  const { key, nonce } = cluster.purchase;
  const its = world.service
    .purchases()
    .find((purchase) => world.owners.get(purchase.nonce ?? '')?.key === key || purchase.nonce === nonce);
  const word = its ? ({ outcome: 'accepted', taskId: its.taskId } as const) : ({ outcome: 'abandoned' } as const);
  return world.start('person', skewMs, (ports) =>
    resolveParked(cluster.name, key, word, { by: 'person', reason: 'looked it up' }, ports),
  );
}
