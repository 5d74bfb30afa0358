// Who acts in a history: handlers with messages, the reconciler's timer, people who settle parked doubts, and those who
// pause a cluster.
import type { AlertMessage } from '../../functions/adapters/queue/queue.ts';
import type { StoredMessage } from '../../functions/backtest/world/memory-queue.ts';
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { checkLeases } from '../../functions/purchase/visit/check-leases.ts';
import { correctTask } from '../../functions/purchase/visit/correct-task.ts';
import { reconcileCluster } from '../../functions/purchase/visit/finish-cluster.ts';
import { resolveParked } from '../../functions/purchase/visit/resolve-parked.ts';
import { raiseMissedAlarms } from '../../functions/reconcile/raise-missed-alarms.ts';
import { processBatch } from '../../functions/scale-out/process-batch.ts';
import { clustersOf } from './invariants.ts';
import { keyReaderOf } from './needs.ts';
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
    const { messageId, body, attributes, receiptHandle, receiveCount, sentAt } = world.queue.receive(message);
    return { messageId, body, attributes, receiptHandle, receiveCount, sentAt };
  });
  const process = world.start(
    'handler',
    skewMs,
    async (ports) => {
      const back = new Set(await handler(messages, ports.deadline, ports));
      const deleted = messages.filter(({ messageId }) => !back.has(messageId));
      if (deleted.length > 0) await ports.acknowledge(deleted.map(({ receiptHandle }) => receiptHandle));
    },
    how,
  );
  // What has come anew beside it is decided by its word.
  const keysOf = keyReaderOf(process.config);
  const [waited = [], fresh = []] = [true, false].map((did) =>
    messages.flatMap(({ body, attributes }) => ((attributes['deferrals'] !== undefined) === did ? keysOf(body) : [])),
  );
  world.heldBack(
    process,
    waited.filter((key) => !fresh.includes(key)),
  );
  return process;
}

export function startReconciler(world: World, cluster: string, skewMs: number, how?: StartOptions): Process {
  const visit = (ports: Ports) => reconcileCluster(cluster, ports, ports.deadline - timings.jobTimeMs);
  return world.start('reconciler', skewMs, visit, how);
}

/** The check of leases, an hour after the last one or whenever else. */
export function startLeaseCheck(world: World, cluster: string, skewMs: number, how?: StartOptions): Process {
  const check = (ports: Ports) => checkLeases(cluster, ports, ports.deadline - timings.jobTimeMs);
  return world.start('lease-check', skewMs, check, how);
}

/** The check of alarms, which raises those that were missed and those that may ask again. */
export function startAlarmCheck(world: World, skewMs: number, how?: StartOptions): Process {
  const check = (ports: Ports) =>
    raiseMissedAlarms({ ...ports, stackName: 'none', alarms: ports.alarms, waits: ports.waitsOfAlarms });
  return world.start('alarm-check', skewMs, check, how);
}

/**
 * A person who looks at the task list, and knows what colleagues bought in the console: says accepted for the task that is
 * nobody else's, and abandoned where there is none. The command reads its clock when the list is looked at.
 * @param errs names another task than the one that was found, as long as that is old enough
 */
export function startPerson(world: World, skewMs: number, how?: StartOptions, errs = false): Process | undefined {
  const cluster = clustersOf(world).find(({ purchase }) => purchase?.phase === 'parked');
  if (!cluster?.purchase) return undefined;
  const { key, clusterId } = cluster.purchase;
  const owned = ownedTasks(world, cluster, key);
  const its = world.service
    .listed(clusterId)
    .find(({ taskId, taskType }) => taskType === 'cluster_scaleout' && !owned.has(taskId));
  const taskId = its && errs ? wrongTask(world, cluster, key, its.taskId) : its?.taskId;
  const word = taskId === undefined ? ({ outcome: 'abandoned' } as const) : ({ outcome: 'accepted', taskId } as const);
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

/** Tasks that another job has, or should have, or that were started in the console. */
function ownedTasks(world: World, cluster: Cluster, key: string): ReadonlySet<string | undefined> {
  const inConsole = world.service.purchases().flatMap(({ by, taskId }) => (by === 'console' ? [taskId] : []));
  const named = [...world.mistaken].flatMap(([other, right]) => (other === key ? [] : [right]));
  return new Set([...inConsole, ...settledTasks(world, cluster), ...named]);
}

function settledTasks(world: World, { done }: Cluster): readonly (string | undefined)[] {
  const all = [...world.table.items.values(), ...Object.values(done)] as readonly { readonly taskId?: string }[];
  return all.map(({ taskId }) => taskId);
}

/** From then on no later purchase can take the task that nobody has for its own, as it would if the person had said abandoned. */
const wrongFromMs = 7 * 60_000;

/** One of the console, or one that is not there. The right one while that could be found by others. */
function wrongTask(world: World, cluster: Cluster, key: string, right: string): string {
  const purchases = world.service.purchases();
  const { at = Number.POSITIVE_INFINITY, clusterId } = purchases.find(({ taskId }) => taskId === right) ?? {};
  if (world.now() + world.gatewaySkewMs - at < wrongFromMs) return right;
  const settled = new Set(settledTasks(world, cluster));
  const other = purchases.find(
    (one) => one.by === 'console' && one.clusterId === clusterId && !settled.has(one.taskId),
  );
  world.mistaken.set(key, right);
  return other?.taskId ?? `T-mistyped-${world.mistaken.size}`;
}

interface Uncorrected {
  readonly cluster: Cluster;
  readonly key: string;
  readonly right: string;
}

/** Whose nodes are on their way under a wrong task. What is left to write after the cluster's item is left to visits. */
function uncorrected(world: World): Uncorrected | undefined {
  for (const cluster of clustersOf(world))
    for (const [key, { taskId }] of Object.entries(cluster.pending)) {
      const right = world.mistaken.get(key);
      if (right !== undefined && taskId !== right) return { cluster, key, right };
    }
  return undefined;
}

export const hasUncorrected = (world: World): boolean => uncorrected(world) !== undefined;

/**
 * The person who named a wrong task corrects it, while its nodes are on their way.
 * @param errs names the task of another purchase, which must be refused
 */
export function startCorrection(world: World, skewMs: number, how?: StartOptions, errs = false): Process | undefined {
  const of = uncorrected(world);
  if (!of) return undefined;
  const { cluster, key, right } = of;
  // Older ones may be forgotten meanwhile, and the command has asked the index for their owners before.
  const isYoung = (at: number): boolean => world.now() - at < timings.forgetAfterMs / 2;
  const others = Object.entries({ ...cluster.done, ...cluster.pending }).flatMap(([other, { taskId, at }]) =>
    other === key || taskId === undefined || !isYoung(at) ? [] : [taskId],
  );
  const taskId = (errs && others[0]) || right;
  const said = { by: 'person', reason: 'it was mistyped' };
  return world.start('person', skewMs, ({ ledger }) => correctTask(cluster.name, key, taskId, said, ledger), how);
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
