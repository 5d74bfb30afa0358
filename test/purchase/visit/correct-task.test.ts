import { describe, expect, test } from '@jest/globals';
import { correctTask } from '../../../functions/purchase/visit/correct-task.ts';
import { followTasks } from '../../../functions/purchase/visit/follow-tasks.ts';
import { resolveParked } from '../../../functions/purchase/visit/resolve-parked.ts';
import { createFunctionWorld, type FunctionWorld } from '../../support/function-world.ts';
import { aPolicy, aPurchase, minute } from '../../support/samples.ts';

const parked = aPurchase({ phase: 'parked', cost: 540 });
const { key } = parked;
const ann = { by: 'ann', reason: 'the order book' };
const bob = { by: 'bob', reason: 'it was mistyped' };

/** Settled by ann with a task that is not there. */
async function world(): Promise<FunctionWorld> {
  const its = createFunctionWorld();
  await its.ledger.arm(await its.ledger.readCluster('edge'), parked);
  await resolveParked('edge', key, { outcome: 'accepted', taskId: 'T-wrong' }, ann, its.deps);
  return its;
}
const seenBy = ({ ledger }: FunctionWorld) => ledger.readCluster('edge');
const correct = ({ ledger }: FunctionWorld, taskId = 'T-right') => correctTask('edge', key, taskId, bob, ledger);

test('a person corrects the task in the cluster and in the record, and nothing else', async () => {
  const its = await world();
  const [cluster, record] = [its.cluster(), its.job(key)];
  expect(await correct(its)).toMatchObject({ kind: 'settled', verdict: { outcome: 'accepted', taskId: 'T-right' } });
  const said = { taskId: 'T-right', resolution: { ...bob, replaces: 'T-wrong' } };
  expect(its.job(key)).toEqual({ ...record, ...said });
  expect(its.cluster()).toEqual({
    ...cluster,
    ver: cluster.ver + 1,
    pending: { [key]: { ...cluster.pending[key], taskId: 'T-right' } },
    done: { [key]: { ...cluster.done[key], ...said } },
  });
});

test('a repeat after a crash between the two writes writes the second', async () => {
  const its = await world();
  const dead = { ...its.ledger, copy: () => Promise.reject(new Error('crashed')) };
  await expect(correctTask('edge', key, 'T-right', bob, dead)).rejects.toThrow('crashed');
  expect(its.job(key)).toMatchObject({ taskId: 'T-wrong' });
  expect(await correct(its)).toMatchObject({ kind: 'settled', verdict: { taskId: 'T-right' } });
  expect(its.job(key)).toMatchObject({ taskId: 'T-right', resolution: { replaces: 'T-wrong' } });
});

describe('the end of the wrong task', () => {
  const ofTheWrong = { state: 'failed', code: 'NoStock', message: 'sold out', at: 7 } as const;

  test('that a visit has read before, and writes after the correction, is not that of the right one', async () => {
    const its = await world();
    await correct(its);
    expect(await its.ledger.progress(key, 'T-wrong', ofTheWrong)).toBe(false);
    expect(its.job(key)).not.toHaveProperty('progress');
  });

  test('that a visit has written, and not taken off what is on its way, goes with the wrong task', async () => {
    const its = await world();
    expect(await its.ledger.progress(key, 'T-wrong', ofTheWrong)).toBe(true);
    await correct(its);
    expect(its.job(key)).not.toHaveProperty('progress');
    expect(its.cluster().pending[key]).toMatchObject({ taskId: 'T-right' });
  });
});

test('a repeat keeps the end of the right task', async () => {
  const its = await world();
  await correct(its);
  const end = { state: 'completed', readyNodes: 3, at: 7 } as const;
  await its.ledger.progress(key, 'T-right', end);
  expect(await correct(its)).toMatchObject({ kind: 'settled' });
  expect(its.job(key)).toMatchObject({ progress: end, resolution: { replaces: 'T-wrong' } });
});

test('a visit finishes a correction that stopped between its two writes, and then follows the right task', async () => {
  const its = await world();
  const taskId = its.ack.consoleScaleOut(aPolicy().id, 3) ?? '';
  const dead = { ...its.ledger, copy: () => Promise.reject(new Error('crashed')) };
  await expect(correctTask('edge', key, taskId, bob, dead)).rejects.toThrow('crashed');
  for (let i = 0; i < 30; i += 1) await its.reconcileAfter(minute);
  expect(its.job(key)).toMatchObject({
    taskId,
    resolution: { ...bob, replaces: 'T-wrong' },
    progress: { state: 'completed', readyNodes: 3 },
  });
  expect(its.cluster().pending).toEqual({});
});

test('a visit that read the cluster before a correction does not put the wrong task back', async () => {
  const its = await world();
  const seen = await seenBy(its);
  await correct(its);
  await followTasks(seen, its.deps, Number.POSITIVE_INFINITY);
  expect(its.job(key)).toMatchObject({ taskId: 'T-right' });
});

test('a visit that read the wrong task cannot write it back', async () => {
  const its = await world();
  const seen = await seenBy(its);
  await correct(its);
  const stale = { ...seen.pending[key], taskId: 'T-wrong', count: 1, at: 0 };
  expect(await its.ledger.shrink(seen, key, stale, { failures: 0, cooldownUntil: seen.cooldownUntil })).toBe(false);
  expect(its.cluster().pending[key]?.taskId).toBe('T-right');
});

describe('a person is refused', () => {
  test('while a purchase is in the slot, which could adopt the task at the same time', async () => {
    const its = await world();
    await its.ledger.arm(await seenBy(its), aPurchase({ key: 'manual/edge/next', nonce: 'next' }));
    expect(await correct(its)).toEqual({
      kind: 'refused',
      why: 'the slot of edge is taken by manual/edge/next; repeat this when it is free',
    });
  });

  test('where a purchase took the slot after it was read', async () => {
    const its = await world();
    const racing: typeof its.ledger = {
      ...its.ledger,
      async correctTask(...of) {
        await its.ledger.arm(await seenBy(its), aPurchase({ key: 'manual/edge/next', nonce: 'next' }));
        return its.ledger.correctTask(...of);
      },
    };
    expect(await correctTask('edge', key, 'T-right', bob, racing)).toMatchObject({ kind: 'refused' });
    expect(its.job(key)).toMatchObject({ taskId: 'T-wrong' });
  });

  test('once nothing of it is on its way', async () => {
    const its = await world();
    await its.ledger.shrink(await seenBy(its), key, undefined, {
      failures: 0,
      cooldownUntil: its.cluster().cooldownUntil,
    });
    expect(await correct(its)).toMatchObject({ kind: 'refused', why: expect.stringContaining('nothing to follow') });
  });
});
