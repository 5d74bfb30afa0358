import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { AckNode, AckTask } from '../../../functions/adapters/ack/answers.ts';
import type { Fault } from '../../../functions/backtest/world/ack/fault-schema.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { deliveryStatus } from '../../../functions/purchase/visit/delivery-status.ts';
import { followTasks } from '../../../functions/purchase/visit/follow-tasks.ts';
import { shareNodes } from '../../../functions/purchase/visit/share-nodes.ts';
import {
  aManualBody,
  anAlarmBody,
  createFunctionWorld,
  type FunctionWorld,
  type FunctionWorldOptions,
} from '../../support/function-world.ts';
import { aPolicy, aPurchase, aVerdict, aWorker, day, hour, minute, sampleAt } from '../../support/samples.ts';

const { key } = aPurchase();
const second = 1000;
const policy = aPolicy({ exclusive: true });

/** A world that has just bought three nodes: one is Ready after 230 seconds, the next after 310, the last after 390. */
async function bought(fault?: Fault, options: FunctionWorldOptions = {}): Promise<FunctionWorld> {
  const world = createFunctionWorld(options);
  if (fault) world.ack.setFault(fault);
  await world.handle(aManualBody());
  expect(world.cluster().pending).toMatchObject({ [key]: { count: 3 } });
  return world;
}
const progressOf = (world: FunctionWorld, of = key) => {
  const record = world.job(of);
  return record && 'progress' in record ? record.progress : undefined;
};
const counted = (world: FunctionWorld) => world.cluster().pending[key]?.count;

describe('nodes on their way', () => {
  test('are followed without a write while nothing changes', async () => {
    const world = await bought();
    const before = world.calls.length;
    await world.reconcileAfter(100 * second);
    expect(world.calls.slice(before)).not.toContain('shrink');
    expect(progressOf(world)).toBeUndefined();
  });

  test('shrink as they become Ready, and are completed with the last one', async () => {
    const world = await bought();
    const counts: (number | undefined)[] = [];
    for (const at of [250, 320, 400]) {
      await world.reconcileAfter(sampleAt + at * second - world.now());
      counts.push(counted(world));
    }
    expect(counts).toEqual([2, 1, undefined]);
    expect(progressOf(world)).toEqual({ state: 'completed', readyNodes: 3, at: sampleAt + 400 * second });
    expect(world.cluster()).toMatchObject({ ver: 4, pending: {}, failures: 0, used: 3 });
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'task-ended', fields: expect.objectContaining({ key, state: 'completed' }) }),
    );
  });

  test('answer a breach as long as they are on their way, and no longer', async () => {
    const world = await bought(undefined, { clusters: { edge: aPolicy({ cooldownMinutes: 0 }) } });
    world.pass(100 * second);
    await world.handle(anAlarmBody(25, { at: world.now() }));
    expect(world.ack.purchases()).toHaveLength(1);
    await world.reconcileAfter(300 * second);
    world.pass(second);
    await world.handle(anAlarmBody(25, { at: world.now() }));
    expect(world.ack.purchases().map((one) => one.count)).toEqual([3, 3]);
  });

  test('of several purchases are followed in one visit', async () => {
    const world = await bought();
    await world.handle(aManualBody({ key: 'next', add: 1 }));
    await world.reconcileAfter(7 * minute);
    expect(world.cluster()).toMatchObject({ pending: {}, ver: 4 });
    expect(progressOf(world, 'manual/edge/next')).toMatchObject({ state: 'completed', readyNodes: 1 });
    expect(progressOf(world)).toMatchObject({ state: 'completed', readyNodes: 3 });
  });
});

describe('tasks that name no nodes', () => {
  const unnamed = ({ deps }: FunctionWorld, change: Partial<AckTask>): FunctionWorld['deps'] => {
    const readTask = async (...of: Parameters<typeof deps.ack.readTask>) => ({
      ...(await deps.ack.readTask(...of)),
      results: [],
      ...change,
    });
    return { ...deps, ack: { ...deps.ack, readTask } };
  };
  const follow = async (world: FunctionWorld, change: Partial<AckTask> = {}) =>
    followTasks(await world.ledger.readCluster('edge'), unnamed(world, change), Number.POSITIVE_INFINITY);

  test('get those that came since they were decided, where their date cannot be read', async () => {
    const world = createFunctionWorld();
    world.onCall('purchase', 1, 'loses its answer');
    world.pass(60 * minute);
    await world.handle(aManualBody());
    // All its nodes are older than the verdict.
    await world.reconcileAfter(10 * minute);
    expect(world.cluster().pending).toMatchObject({ [key]: { count: 3 } });
    await follow(world, { createdAt: undefined });
    expect(progressOf(world)).toMatchObject({ state: 'completed', readyNodes: 3 });
  });

  test('get none of the nodes without an instance: who tells no id names nothing', async () => {
    const world = await bought();
    const { ack } = world.deps;
    const listNodes: typeof ack.listNodes = async (...of) =>
      (await ack.listNodes(...of)).map((node) => ({ ...node, instanceId: '' }));
    const results = Array.from({ length: 3 }, () => ({ instanceId: '', status: 'success' }));
    const readTask: typeof ack.readTask = async (...of) => ({ ...(await ack.readTask(...of)), results });
    const follow = async () =>
      followTasks(
        await world.ledger.readCluster('edge'),
        { ...world.deps, ack: { ...ack, listNodes, readTask } },
        Number.POSITIVE_INFINITY,
      );
    world.pass(5 * minute);
    await follow();
    expect(progressOf(world)).toBeUndefined();
    world.pass(5 * minute);
    await follow();
    expect(progressOf(world)).toMatchObject({ state: 'completed', readyNodes: 3 });
  });

  test('share the nodes that came: none of them ends two purchases', async () => {
    const world = createFunctionWorld();
    const next = 'manual/edge/next';
    await world.handle(aManualBody());
    world.pass(60 * second);
    await world.handle(aManualBody({ key: 'next', add: 3 }));
    world.pass(340 * second);
    await follow(world);
    expect(progressOf(world)).toMatchObject({ state: 'completed', readyNodes: 3 });
    expect(progressOf(world, next)).toBeUndefined();
    expect(world.cluster().pending).toMatchObject({ [next]: { count: 1 } });
    world.pass(10 * minute);
    await follow(world);
    expect(progressOf(world, next)).toMatchObject({ state: 'completed', readyNodes: 3 });
  });
});

test('nothing new is begun when the time of a visit is over', async () => {
  const world = await bought();
  world.pass(7 * minute);
  const before = world.requests.length;
  await world.reconcile('edge', 0);
  expect(world.requests).toHaveLength(before);
  const slow = {
    ...world.deps.ack,
    listNodes: async (...of: Parameters<typeof world.deps.ack.listNodes>) => {
      const nodes = await world.deps.ack.listNodes(...of);
      world.pass(30 * second);
      return nodes;
    },
  };
  await followTasks(await world.ledger.readCluster('edge'), { ...world.deps, ack: slow }, world.now() + 30 * second);
  expect(progressOf(world)).toBeUndefined();
  await world.reconcile();
  expect(progressOf(world)).toMatchObject({ state: 'completed' });
});

describe('a task that delivers less', () => {
  test('is partial once the nodes that came are Ready', async () => {
    const world = await bought({ kind: 'partial', got: 2, times: 1 });
    await world.reconcileAfter(7 * minute);
    expect(progressOf(world)).toEqual({
      state: 'partial',
      asked: 3,
      got: 2,
      why: 'the task delivered fewer',
      at: world.now(),
    });
    expect(world.cluster()).toMatchObject({ pending: {}, failures: 1, done: { [key]: { got: 2 } } });
  });

  test.each(['fail', 'failed'] as const)(
    'is failed when its state is %s, with the reason of the API',
    async (state) => {
      const world = await bought({ kind: 'task-fails', code: 'NoStock', message: 'none left', state, times: 1 });
      await world.reconcileAfter(5 * minute);
      expect(progressOf(world)).toEqual({ state: 'failed', code: 'NoStock', message: 'none left', at: world.now() });
      expect(world.cluster()).toMatchObject({ pending: {}, failures: 1, used: 3, done: { [key]: { got: 0 } } });
    },
  );

  test('is overdue when nodes that were paid for do not join', async () => {
    const world = await bought({ kind: 'node-never-joins', count: 1, times: 1 });
    await world.reconcileAfter(30 * minute - 1);
    expect(counted(world)).toBe(1);
    expect(progressOf(world)).toBeUndefined();
    await world.reconcileAfter(1);
    expect(progressOf(world)).toEqual({
      state: 'overdue',
      asked: 3,
      ready: 2,
      why: '1 paid nodes have not joined in 30 minutes',
      at: world.now(),
    });
    expect(world.cluster()).toMatchObject({ pending: { [key]: { count: 1, overdue: true } }, failures: 0 });
    expect(world.cluster().done[key]).not.toHaveProperty('got');
  });

  test('is overdue when it does not end in the time that the API has for it', async () => {
    const world = await bought(undefined, { taskDurationMs: 2 * 60 * minute });
    await world.reconcileAfter(60 * minute - 1);
    expect(counted(world)).toBe(2);
    expect(progressOf(world)).toBeUndefined();
    await world.reconcileAfter(1);
    expect(progressOf(world)).toMatchObject({ state: 'overdue', asked: 3, ready: 1, why: 'its task is still running' });
    expect(world.cluster().pending).toMatchObject({ [key]: { count: 2, overdue: true } });
  });

  test('counts against maxNodes for as long as its nodes can come', async () => {
    const clusters = { edge: aPolicy({ limits: { maxNodes: 7 } }) };
    const world = await bought(undefined, { clusters, taskDurationMs: 50 * minute });
    await world.reconcileAfter(31 * minute);
    await world.handle(aManualBody({ key: 'later' }));
    world.pass(60 * minute);
    expect(world.ack.nodesOf(policy.id)).toHaveLength(7);
    expect(world.job('manual/edge/later')).toMatchObject({ outcome: 'skipped', reason: 'max-nodes' });
  });
});

describe('an overdue purchase', () => {
  const overdue = { [key]: expect.objectContaining({ overdue: true }) };

  test.each([60, undefined])(
    'counts against maxNodes while its task may take %s minutes and takes 120',
    async (mins) => {
      const { timeout_mins: _, ...worker } = aWorker();
      const timeout = mins === undefined ? {} : { timeout_mins: mins };
      const clusters = { edge: { ...aPolicy({ limits: { maxNodes: 7 } }), worker: { ...worker, ...timeout } } };
      const world = await bought(undefined, { clusters, taskDurationMs: 120 * minute });
      await world.reconcileAfter(61 * minute);
      expect(world.cluster().pending).toMatchObject(overdue);
      await world.handle(aManualBody({ key: 'later' }));
      world.pass(120 * minute);
      expect(world.ack.nodesOf(policy.id)).toHaveLength(7);
      expect(world.job('manual/edge/later')).toMatchObject({ outcome: 'skipped', reason: 'max-nodes' });
    },
  );

  test('is told as such once, and is completed with its last node all the same', async () => {
    const world = await bought(undefined, { taskDurationMs: 120 * minute });
    const told: unknown[] = [];
    for (let at = 0; at <= 130; at += 10) {
      await world.reconcile();
      told.push(progressOf(world));
      world.pass(10 * minute);
    }
    const first = {
      state: 'overdue',
      asked: 3,
      ready: 1,
      why: 'its task is still running',
      at: sampleAt + 60 * minute,
    };
    const last = { state: 'completed', readyNodes: 3, at: sampleAt + 130 * minute };
    expect(told).toEqual([...Array(6).fill(undefined), ...Array(7).fill(first), last]);
    expect(world.cluster()).toMatchObject({ pending: {}, failures: 0 });
  });

  test('is failed when its task fails in the end', async () => {
    const fault = { kind: 'task-fails', code: 'NoStock', message: 'none left', times: 1 } as const;
    const world = await bought(fault, { taskDurationMs: 120 * minute });
    await world.reconcileAfter(61 * minute);
    expect(world.cluster().pending).toMatchObject({ [key]: { count: 3, overdue: true } });
    await world.reconcileAfter(60 * minute);
    expect(progressOf(world)).toMatchObject({ state: 'failed', code: 'NoStock' });
    expect(world.cluster()).toMatchObject({ pending: {}, failures: 1 });
  });

  test('is given up a day later: its nodes do not count as on their way for ever', async () => {
    const world = await bought({ kind: 'node-never-joins', count: 1, times: 1 });
    await world.reconcileAfter(30 * minute);
    const told = progressOf(world);
    await world.reconcileAfter(timings.overdueFollowedMs - 1);
    expect(world.cluster().pending).toMatchObject({ [key]: { count: 1, overdue: true } });
    await world.reconcileAfter(1);
    expect(world.cluster()).toMatchObject({ pending: {}, failures: 0 });
    expect(progressOf(world)).toEqual(told);
    expect(world.log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'overdue-given-up' }));
  });

  test('is found overdue before it is given up, however late the visit comes', async () => {
    const world = await bought({ kind: 'node-never-joins', count: 1, times: 1 });
    await world.reconcileAfter(3 * day);
    expect(progressOf(world)).toMatchObject({ state: 'overdue', ready: 2 });
    expect(world.cluster().pending).toMatchObject(overdue);
  });

  test('is followed without a write while nothing changes, and told again after a crash between the two writes', async () => {
    const world = await bought({ kind: 'node-never-joins', count: 1, times: 1 });
    world.pass(30 * minute);
    world.onCall('shrink', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('shrink failed');
    expect(world.cluster().pending[key]).not.toHaveProperty('overdue');
    await world.reconcile();
    expect(world.cluster().pending).toMatchObject(overdue);
    const before = world.calls.length;
    await world.reconcileAfter(minute);
    expect(world.calls.slice(before)).not.toEqual(expect.arrayContaining(['shrink']));
    expect(world.calls.slice(before)).not.toEqual(expect.arrayContaining(['progress']));
  });
});

describe('how many nodes came is noted with the verdict', () => {
  test('when its task has ended, and not before', async () => {
    const world = await bought();
    await world.reconcileAfter(320 * second);
    expect(world.cluster().done[key]).not.toHaveProperty('got');
    await world.reconcileAfter(80 * second);
    expect(world.cluster().done).toMatchObject({ [key]: { got: 3, endedAt: sampleAt + 400 * second } });
  });

  test('when it is given up, as of the instant from which it was overdue', async () => {
    const clusters = { edge: aPolicy({ staleAfterMinutes: 1440, nodeJoinTimeoutMinutes: 10 }) };
    const world = await bought({ kind: 'node-never-joins', count: 1, times: 1 }, { clusters });
    await world.reconcileAfter(10 * minute);
    // A taken slot keeps the verdict, however old it is.
    await world.ledger.arm(
      await world.ledger.readCluster('edge'),
      aPurchase({ key: 'manual/edge/z', phase: 'parked' }),
    );
    await world.reconcileAfter(day);
    expect(world.cluster().pending).toEqual({});
    expect(world.cluster().done).toMatchObject({ [key]: { got: 2, endedAt: sampleAt + 10 * minute } });
  });

  test('unless the same visit has forgotten it', async () => {
    const world = await bought();
    await world.reconcileAfter(61 * minute);
    expect(world.cluster()).toMatchObject({ done: {}, pending: {} });
    expect(progressOf(world)).toMatchObject({ state: 'completed' });
  });

  test('unless another visit forgets it a moment before: the next one goes on', async () => {
    const world = await bought();
    world.pass(7 * minute);
    world.onCall('shrink', 1, () => world.ledger.forget('edge', key, world.now() + timings.forgetAfterMs));
    await world.reconcile();
    expect(world.cluster()).toMatchObject({ done: {}, pending: { [key]: { count: 3 } } });
    await world.reconcile();
    expect(world.cluster()).toMatchObject({ done: {}, pending: {} });
  });
});

describe('the cooldown', () => {
  test('doubles with every failed task in a row, and is back to itself after one that completes', async () => {
    const world = createFunctionWorld({ clusters: { edge: aPolicy({ cooldownMinutes: 1 }) } });
    world.ack.setFault({ kind: 'task-fails', code: 'NoStock', message: 'none left', times: 2 });
    const states: unknown[] = [];
    for (const [n, name] of ['a', 'b', 'c', 'd'].entries()) {
      await world.handle(aManualBody({ key: name, add: 1 }));
      await world.reconcileAfter(10 * minute);
      const { failures, cooldownUntil } = world.cluster();
      states.push([n, failures, (cooldownUntil - world.now()) / minute]);
    }
    expect(states).toEqual([
      [0, 1, 2],
      [1, 2, 4],
      [2, 0, 1 - 10],
      [3, 0, 1 - 10],
    ]);
  });

  test('is back to itself at once after a success, counted from the last purchase', async () => {
    const world = await bought(undefined, { clusters: { edge: aPolicy({ cooldownMinutes: 10 }) } });
    const seen = await world.ledger.readCluster('edge');
    const long = { failures: 5, cooldownUntil: sampleAt + 170 * minute };
    await world.ledger.shrink(seen, key, seen.pending[key], long);
    world.pass(5 * minute);
    await world.handle(aManualBody({ key: 'next', add: 1 }));
    await world.reconcileAfter(2 * minute);
    expect(progressOf(world)).toMatchObject({ state: 'completed' });
    expect(world.cluster()).toMatchObject({ failures: 0, cooldownUntil: sampleAt + 15 * minute });
  });

  test('is never made longer by a success, nor touched by one that follows no failure', async () => {
    const world = await bought(undefined, { clusters: { edge: aPolicy({ cooldownMinutes: 10 }) } });
    const seen = await world.ledger.readCluster('edge');
    await world.ledger.shrink(seen, key, seen.pending[key], { failures: 0, cooldownUntil: sampleAt + 12 * minute });
    await world.reconcileAfter(7 * minute);
    expect(world.cluster()).toMatchObject({ failures: 0, cooldownUntil: sampleAt + 12 * minute });
    const again = await bought(undefined, { clusters: { edge: aPolicy({ cooldownMinutes: 10 }) } });
    const before = await again.ledger.readCluster('edge');
    await again.ledger.shrink(before, key, before.pending[key], { failures: 1, cooldownUntil: sampleAt + minute });
    await again.reconcileAfter(7 * minute);
    expect(again.cluster()).toMatchObject({ failures: 0, cooldownUntil: sampleAt + minute });
  });

  test('grows where there is none while tasks succeed', async () => {
    const world = await bought(
      { kind: 'task-fails', code: 'NoStock', message: 'none left', times: 1 },
      { clusters: { edge: aPolicy({ cooldownMinutes: 0 }) } },
    );
    await world.reconcileAfter(5 * minute);
    expect(world.cluster()).toMatchObject({ failures: 1, cooldownUntil: world.now() + 2 * minute });
  });

  test('is at most three hours, and never put back', async () => {
    const world = await bought({ kind: 'task-fails', code: 'NoStock', message: 'none left', times: 1 });
    const seen = await world.ledger.readCluster('edge');
    const long = { failures: 9, cooldownUntil: sampleAt + 4 * 60 * minute };
    await world.ledger.shrink(seen, key, seen.pending[key], long);
    await world.reconcileAfter(5 * minute);
    expect(world.cluster()).toMatchObject({ failures: 10, cooldownUntil: long.cooldownUntil });
    const again = createFunctionWorld();
    again.ack.setFault({ kind: 'task-fails', code: 'NoStock', message: 'none left', times: 1 });
    const before = await again.ledger.readCluster('edge');
    await again.ledger.shrink(before, 'none', undefined, { failures: 9, cooldownUntil: 0 });
    await again.handle(aManualBody());
    await again.reconcileAfter(5 * minute);
    expect(again.cluster().cooldownUntil).toBe(again.now() + timings.maxCooldownMs);
  });
});

test('a purchase that is being sent does not put back the cooldown of a task that fails meanwhile', async () => {
  const world = await bought({ kind: 'task-fails', code: 'NoStock', message: 'none left', times: 1 });
  world.pass(5 * minute);
  world.onCall('purchase', 1, () => world.reconcile());
  await world.handle(aManualBody({ key: 'next', add: 1 }));
  expect(world.cluster()).toMatchObject({ failures: 0, pending: { [key]: { count: 3 } } });
  await world.reconcile();
  expect(world.cluster()).toMatchObject({ failures: 1, cooldownUntil: world.now() + 20 * minute });
});

test('a slow visit does not call overdue what another one has seen complete', async () => {
  const world = await bought();
  world.pass(32 * minute);
  // It read the nodes when two had not joined, and writes after another visit saw all three.
  const deps = {
    ...world.deps,
    ack: {
      ...world.deps.ack,
      listNodes: async () => {
        const nodes = await world.deps.ack.listNodes(policy.id, policy.region);
        await world.reconcile();
        return nodes.slice(0, -2);
      },
    },
  };
  await followTasks(await world.ledger.readCluster('edge'), deps, Number.POSITIVE_INFINITY);
  expect(progressOf(world)).toMatchObject({ state: 'completed', readyNodes: 3 });
  expect(world.cluster()).toMatchObject({ pending: {}, done: { [key]: { got: 3 } } });
});

describe('a visit that is cut off', () => {
  test('between the two writes does both again', async () => {
    const world = await bought();
    world.pass(7 * minute);
    world.onCall('shrink', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('shrink failed');
    expect(progressOf(world)).toMatchObject({ state: 'completed' });
    expect(counted(world)).toBe(3);
    await world.reconcile();
    expect(world.cluster().pending).toEqual({});
  });

  test('between the two writes does the second with the end that is recorded, whatever it sees itself', async () => {
    const world = await bought({ kind: 'task-fails', code: 'NoStock', message: 'none left', times: 1 });
    world.pass(5 * minute);
    world.onCall('shrink', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('shrink failed');
    const end = progressOf(world);
    expect(end).toMatchObject({ state: 'failed' });
    await world.reconcileAfter(minute);
    expect(progressOf(world)).toEqual(end);
    expect(world.cluster()).toMatchObject({
      pending: {},
      failures: 1,
      done: { [key]: { got: 0, endedAt: sampleAt + 5 * minute } },
    });
  });

  test('by somebody who moves the cluster on leaves the rest to the next visit', async () => {
    const world = await bought();
    world.pass(7 * minute);
    world.onCall('shrink', 1, async () => world.pause(undefined));
    await world.reconcile();
    expect(counted(world)).toBe(3);
    await world.reconcile();
    expect(world.cluster().pending).toEqual({});
  });

  test('leaves nodes on their way whose job has no record to tell it in', async () => {
    const world = await bought();
    world.table.execute(new DeleteCommand({ TableName: 'ledger', Key: { pk: `JOB#${key}` } }));
    await world.ledger.forget('edge', key, sampleAt + 2 * timings.forgetAfterMs);
    await world.reconcileAfter(7 * minute);
    expect(counted(world)).toBe(3);
    expect(world.calls).not.toContain('shrink');
  });
});

describe('a task that cannot be read', () => {
  /** A person settled a doubt with a task id that the API does not know. */
  async function mistyped(): Promise<FunctionWorld> {
    const world = createFunctionWorld();
    const purchase = aPurchase({ key: 'manual/edge/a-mistyped' });
    await world.arm(purchase);
    await world.settle(purchase, aVerdict({ taskId: 'T-mistyped' }));
    await world.ledger.copy('edge', purchase.key, aVerdict({ taskId: 'T-mistyped' }));
    await world.handle(aManualBody());
    return world;
  }

  test('does not keep the others from being followed', async () => {
    const world = await mistyped();
    await world.reconcileAfter(7 * minute);
    expect(progressOf(world)).toMatchObject({ state: 'completed' });
    expect(Object.keys(world.cluster().pending)).toEqual(['manual/edge/a-mistyped']);
    expect(world.log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'task-unreadable' }));
  });

  test('is overdue in the end, and given up a day later', async () => {
    const world = await mistyped();
    await world.reconcileAfter(60 * minute);
    expect(progressOf(world, 'manual/edge/a-mistyped')).toMatchObject({
      state: 'overdue',
      asked: 3,
      ready: 0,
      why: expect.stringContaining('ErrorTaskNotFound'),
    });
    expect(world.cluster().pending).toMatchObject({ 'manual/edge/a-mistyped': { count: 3, overdue: true } });
    await world.reconcileAfter(timings.overdueFollowedMs);
    expect(world.cluster().pending).toEqual({});
  });

  test('for want of a right never ends as overdue: the visit fails, after the others were followed', async () => {
    const world = await bought();
    await world.handle(aManualBody({ key: 'next', add: 1 }));
    world.pass(2 * day);
    const forbidden = {
      kind: 'error',
      status: 403,
      when: 'before',
      code: 'Forbidden.RAM',
      operation: 'DescribeTaskInfo',
    } as const;
    world.ack.setFault({ ...forbidden, times: 1 });
    await expect(world.reconcile()).rejects.toThrow('DescribeTaskInfo: Forbidden.RAM');
    expect(progressOf(world)).toBeUndefined();
    expect(world.cluster().pending).toEqual({ [key]: expect.objectContaining({ count: 3 }) });
    expect(progressOf(world, 'manual/edge/next')).toMatchObject({ state: 'completed' });
    await world.reconcile();
    expect(progressOf(world)).toMatchObject({ state: 'completed' });
  });
});

describe('the standing of a task', () => {
  const expected = { taskId: 'T-1', count: 2, at: sampleAt };
  const task = (of: Partial<AckTask>): AckTask => ({
    ...{ taskId: 'T-1', type: 'cluster_scaleout', state: 'success', createdAt: sampleAt, results: [] },
    ...of,
  });
  const node = (instanceId: string, status: string, createdAt?: number): AckNode => ({ instanceId, status, createdAt });
  const came = (...ids: readonly string[]) => ids.map((instanceId) => ({ instanceId, status: 'success' }));
  const shareOf = ({ createdAt = sampleAt, results }: AckTask, nodes: readonly AckNode[]) => {
    const came = results.filter(({ status }) => !['failed', 'initial'].includes(status));
    const named = came.map(({ instanceId }) => instanceId);
    const claim = { key, since: createdAt, count: 2, ...(results.length > 0 && { named }) };
    return shareNodes([claim], nodes).get(key) ?? [];
  };
  const standing = (of: Partial<AckTask>, nodes: readonly AckNode[], now = sampleAt + minute) =>
    deliveryStatus(expected, 2, task(of), shareOf(task(of), nodes), policy, now);

  test('counts only its own nodes, and only those that are Ready', () => {
    const nodes = [node('a', 'Ready'), node('b', 'NotReady'), node('other', 'Ready', sampleAt + 1)];
    expect(standing({ results: came('a', 'b') }, nodes)).toEqual({ remaining: 1 });
  });

  test('believes a success that names no nodes, and counts those that are younger than it', () => {
    const nodes = [
      node('old', 'Ready', sampleAt - hour),
      node('a', 'Ready', sampleAt),
      node('b', 'Ready', sampleAt + 9),
    ];
    expect(standing({}, nodes)).toMatchObject({
      remaining: 0,
      ended: { got: 2, at: sampleAt + minute },
      progress: { state: 'completed', readyNodes: 2 },
    });
    expect(standing({}, nodes.slice(0, 2))).toEqual({ remaining: 1 });
    expect(standing({}, [node('unknown', 'Ready')])).toEqual({ remaining: 2 });
  });

  test('counts them from the start of the task, however late a doubt about it was settled', () => {
    const nodes = [
      node('old', 'Ready', sampleAt - 2 * hour),
      node('a', 'Ready', sampleAt - hour),
      node('b', 'Ready', sampleAt - 1),
    ];
    expect(standing({ createdAt: sampleAt - hour }, nodes)).toMatchObject({ progress: { state: 'completed' } });
    expect(standing({ createdAt: sampleAt - hour }, nodes.slice(0, 2))).toEqual({ remaining: 1 });
  });

  test('is complete when all of its nodes are Ready, although it never says so', () => {
    const nodes = [node('a', 'Ready', sampleAt + 1), node('b', 'Ready', sampleAt + 2)];
    const results = [
      { instanceId: 'a', status: 'initial' },
      { instanceId: 'b', status: 'success' },
    ];
    expect(standing({ state: 'running', results: came('a', 'b') }, nodes)).toEqual({
      remaining: 0,
      ended: { got: 2, at: expect.any(Number) },
      progress: { state: 'completed', readyNodes: 2, at: expect.any(Number) },
    });
    expect(standing({ state: 'running', results }, nodes)).toEqual({ remaining: 1 });
    expect(standing({ state: 'running', results: came('a') }, nodes)).toEqual({ remaining: 1 });
  });

  test('tells how many are Ready of a task that runs too long, and expects fewer only for those that it names', () => {
    const late = sampleAt + 60 * minute;
    const nodes = [
      node('a', 'Ready', sampleAt + 1),
      node('x', 'Ready', sampleAt + 2),
      node('y', 'Ready', sampleAt + 3),
    ];
    const results = [...came('a'), { instanceId: 'b', status: 'initial' }];
    expect(standing({ state: 'running', results }, nodes, late)).toMatchObject({
      remaining: 1,
      progress: { ready: 1 },
    });
    expect(standing({ state: 'running' }, nodes.slice(0, 1), late)).toMatchObject({
      remaining: 2,
      progress: { ready: 1 },
    });
    expect(standing({ state: 'running' }, nodes, late)).toMatchObject({ remaining: 2, progress: { ready: 2 } });
    const initial = [{ instanceId: 'a', status: 'initial' }];
    expect(standing({ state: 'running', results: initial }, nodes, late)).toMatchObject({ progress: { ready: 0 } });
  });

  test('takes a failure that delivered nodes for a partial one', () => {
    const error = { code: 'NoStock', message: 'one was left' };
    expect(standing({ state: 'failed', error, results: came('a') }, [node('a', 'Ready')])).toMatchObject({
      progress: { state: 'partial', asked: 2, got: 1, why: 'NoStock: one was left' },
    });
    expect(standing({ state: 'failed', results: came('a') }, [])).toEqual({ remaining: 1 });
  });

  test('waits for what may have been bought: all that is not known to have failed', () => {
    const results = [...came('a'), { instanceId: 'b', status: 'joining-later' }];
    for (const state of ['success', 'failed']) {
      expect(standing({ state, results }, [node('a', 'Ready')])).toEqual({ remaining: 1 });
      expect(standing({ state, results }, [node('a', 'Ready'), node('b', 'Ready')])).toMatchObject({
        progress: { state: 'completed', readyNodes: 2 },
      });
      const missing = ['failed', 'initial'].map((status) => ({ instanceId: status, status }));
      expect(standing({ state, results: missing }, [])).toMatchObject({ progress: { state: 'failed' } });
    }
    expect(standing({ state: 'failed', results: [{ instanceId: '', status: '' }] }, [])).toEqual({ remaining: 1 });
  });

  test('takes an instance that is named twice for one node', () => {
    expect(standing({ results: came('a', 'a') }, [node('a', 'Ready')])).toMatchObject({
      progress: { state: 'partial', asked: 2, got: 1 },
    });
  });

  test('waits for no more nodes than were asked for, however many instances are named', () => {
    const nodes = ['a', 'b', 'c'].map((id) => node(id, 'Ready'));
    expect(standing({ results: came('a', 'b', 'c') }, nodes)).toMatchObject({
      progress: { state: 'completed', readyNodes: 2 },
    });
  });

  test('says that nothing was delivered when the API says nothing', () => {
    expect(standing({ state: 'fail' }, [])).toMatchObject({
      progress: { state: 'failed', code: 'Unknown', message: 'no node was delivered' },
    });
    const results = [{ instanceId: 'a', status: 'failed' }];
    expect(standing({ results }, [])).toMatchObject({ progress: { state: 'failed' } });
  });

  test.each(['running', 'canceled', 'something-new'])('waits for a task that is %s as long as it may run', (state) => {
    expect(standing({ state }, [], sampleAt + 60 * minute - 1)).toEqual({ remaining: 2 });
    expect(standing({ state }, [], sampleAt + 60 * minute)).toEqual({
      ...{ remaining: 2, overdue: true },
      progress: {
        ...{ state: 'overdue', asked: 2, ready: 0, at: sampleAt + 60 * minute },
        why: `its task is still ${state}`,
      },
    });
  });

  test('waits for a task without a time of its own as long as for its nodes', () => {
    const { timeout_mins: _, ...worker } = policy.worker;
    const standingAt = (now: number) =>
      deliveryStatus(expected, 2, task({ state: 'running' }), [], { ...policy, worker }, now).overdue;
    expect(standingAt(sampleAt + 30 * minute - 1)).toBeUndefined();
    expect(standingAt(sampleAt + 30 * minute)).toBe(true);
  });
});
