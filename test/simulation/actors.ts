// Who acts in a history: handlers with messages, the reconciler's timer, people who settle parked doubts, and those who
// pause a cluster.
import type { AlertMessage } from '../../functions/adapters/queue/queue.ts';
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { reconcileCluster } from '../../functions/purchase/visit/finish-cluster.ts';
import { resolveParked } from '../../functions/purchase/visit/resolve-parked.ts';
import { raiseMissedAlarms } from '../../functions/reconcile/raise-missed-alarms.ts';
import { processBatch } from '../../functions/scale-out/process-batch.ts';
import type { StoredMessage } from '../support/memory-queue.ts';
import { clustersOf } from './invariants.ts';
import type { Ports } from './ports.ts';
import type { Process } from './process.ts';
import type { StartOptions, World } from './world.ts';

/** A function that takes a batch and says which messages must come back: ours, or a baseline's. */
export type Handler = (messages: readonly AlertMessage[], deadline: number, ports: Ports) => Promise<readonly string[]>;

export const ourHandler: Handler = (messages, deadline, ports) => processBatch(messages, deadline, ports);

/** One invocation with a batch, and the deletion of what it acknowledged. */
export function startHandler(
  world: World,
  batch: readonly StoredMessage[],
  skewMs: number,
  handler: Handler,
  how?: StartOptions,
): Process {
  const messages = batch.map((message) => {
    const { messageId, body, attributes, receiptHandle, receiveCount } = world.queue.receive(message);
    return { messageId, body, attributes, receiptHandle, receiveCount };
  });
  return world.start(
    'handler',
    skewMs,
    async (ports) => {
      const back = new Set(await handler(messages, ports.deadline, ports));
      const deleted = messages.filter(({ messageId }) => !back.has(messageId));
      if (deleted.length > 0) await ports.acknowledge(deleted.map(({ receiptHandle }) => receiptHandle));
    },
    how,
  );
}

export function startReconciler(world: World, cluster: string, skewMs: number, how?: StartOptions): Process {
  const visit = (ports: Ports) => reconcileCluster(cluster, ports, ports.deadline - timings.jobTimeMs);
  return world.start('reconciler', skewMs, visit, how);
}

/** The check of alarms, which raises those that were missed and those that may ask again. */
export function startAlarmCheck(world: World, skewMs: number, how?: StartOptions): Process {
  const check = (ports: Ports) =>
    raiseMissedAlarms({ ...ports, stackName: 'none', alarms: ports.alarms, waits: ports.noted });
  return world.start('alarm-check', skewMs, check, how);
}

/**
 * A person who looks at the task list, and knows what colleagues bought in the console: says accepted for the task that is
 * nobody else's, and abandoned where there is none. The command reads its clock when the list is looked at.
 */
export function startPerson(world: World, skewMs: number, how?: StartOptions): Process | undefined {
  const cluster = clustersOf(world).find(({ purchase }) => purchase?.phase === 'parked');
  if (!cluster?.purchase) return undefined;
  const { key, clusterId } = cluster.purchase;
  const owned = ownedTasks(world, cluster);
  const its = world.service
    .listed(clusterId)
    .find(({ taskId, taskType }) => taskType === 'cluster_scaleout' && !owned.has(taskId));
  const word = its ? ({ outcome: 'accepted', taskId: its.taskId } as const) : ({ outcome: 'abandoned' } as const);
  return world.start(
    'person',
    skewMs,
    (ports) => {
      const at = ports.now();
      const command = { ...ports, now: () => at };
      return resolveParked(cluster.name, key, word, { by: 'person', reason: 'looked it up' }, command);
    },
    how,
  );
}

/** Tasks that a job has, or that were started in the console. */
function ownedTasks(world: World, { done }: Cluster): ReadonlySet<string | undefined> {
  const inConsole = world.service.purchases().filter(({ by }) => by === 'console');
  const settled = [...world.table.items.values(), ...Object.values(done)] as readonly { readonly taskId?: string }[];
  return new Set([...inConsole, ...settled].map(({ taskId }) => taskId));
}

const maxTries = 10;

/** Pauses a cluster or resumes it, as the commands do: on the version that was read, over again when that has moved on. */
export function startSwitch(world: World, cluster: string, to: 'pause' | 'resume', skewMs: number): Process {
  return world.start('operator', skewMs, async ({ ledger, now }) => {
    const switched = { by: 'operator', reason: 'simulated', at: now() };
    for (let tried = 0; tried < maxTries; tried += 1) {
      const seen = await ledger.readCluster(cluster);
      if (to === 'resume' && !seen.paused) return;
      if (await (to === 'pause' ? ledger.pause(seen, switched) : ledger.pause(seen, undefined, switched))) return;
    }
  });
}
