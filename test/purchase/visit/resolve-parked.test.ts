import { describe, expect, test } from '@jest/globals';
import { timings } from '../../../functions/domain/timings.ts';
import { correctTask } from '../../../functions/purchase/visit/correct-task.ts';
import { type PersonsWord, resolveParked } from '../../../functions/purchase/visit/resolve-parked.ts';
import { createFunctionWorld, type FunctionWorld } from '../../support/function-world.ts';
import { aPurchase, aVerdict, minute, sampleAt } from '../../support/samples.ts';

const parked = aPurchase({ phase: 'parked', why: 'two tasks could be it', cost: 540 });
const { key } = parked;
const fence = sampleAt + timings.fenceMs;
const ann = { by: 'ann', reason: 'looked into the order book' };
const accepted: PersonsWord = { outcome: 'accepted', taskId: 'T-77' };
const abandoned: PersonsWord = { outcome: 'abandoned' };

async function world(of: Partial<typeof parked> = {}): Promise<FunctionWorld> {
  const its = createFunctionWorld();
  await its.ledger.arm(await its.ledger.readCluster('edge'), { ...parked, ...of });
  return its;
}
const say = (of: FunctionWorld, word: PersonsWord, about = key) => resolveParked('edge', about, word, ann, of.deps);

describe('a person', () => {
  test('settles a parked purchase as accepted, with its task', async () => {
    const its = await world();
    its.pass(5 * minute);
    const answer = await say(its, accepted);
    expect(answer).toMatchObject({
      kind: 'settled',
      verdict: { outcome: 'accepted', taskId: 'T-77', resolution: ann, count: 3, at: sampleAt + 5 * minute },
    });
    expect(its.job(key)).toMatchObject({ outcome: 'accepted', taskId: 'T-77', resolution: ann });
    expect(its.cluster()).toMatchObject({
      used: 3,
      spent: 540,
      pending: { [key]: { taskId: 'T-77', count: 3 } },
      cooldownUntil: sampleAt + 15 * minute,
    });
    expect(its.cluster()).not.toHaveProperty('purchase');
  });

  test('settles it as abandoned from the fence on, and its reservation comes back', async () => {
    const its = await world();
    its.pass(timings.fenceMs);
    expect(await say(its, abandoned)).toMatchObject({ kind: 'settled', verdict: { outcome: 'abandoned' } });
    expect(its.job(key)).toMatchObject({ outcome: 'abandoned', resolution: ann });
    expect(its.cluster()).toMatchObject({ used: 0, spent: 0, pending: {}, cooldownUntil: 0 });
  });

  test('asks for nothing: no request is made', async () => {
    const its = await world();
    await say(its, accepted);
    expect(its.requests).toEqual([]);
  });
});

describe('a person is refused', () => {
  test('where the job does not hold the slot', async () => {
    const why = 'manual/edge/other does not hold the slot of edge: there is no doubt to settle';
    const its = await world();
    expect(await say(its, accepted, 'manual/edge/other')).toEqual({ kind: 'refused', why });
    expect(its.cluster().purchase).toEqual(parked);
  });

  test('where the slot is free', async () => {
    const its = createFunctionWorld();
    const why = `${key} does not hold the slot of edge: there is no doubt to settle`;
    expect(await say(its, abandoned)).toEqual({ kind: 'refused', why });
  });

  test.each(['sending', 'unknown'] as const)('while the purchase is %s', async (phase) => {
    const its = await world({ phase });
    for (const word of [accepted, abandoned])
      expect(await say(its, word)).toEqual({
        kind: 'refused',
        why: `the purchase of ${key} is ${phase}; the reconciler is still finding out by itself`,
      });
    expect(its.calls).not.toContain('settle');
  });

  test('to abandon before the fence, and is told when it will be possible', async () => {
    const its = await world();
    its.pass(timings.fenceMs - 1);
    expect(await say(its, abandoned)).toEqual({
      kind: 'refused',
      from: fence,
      why: 'its request could still execute or show up',
    });
    expect(its.cluster().purchase).toEqual(parked);
  });

  test('to name a task that another job was settled with', async () => {
    const its = createFunctionWorld();
    const earlier = aPurchase({ key: 'manual/edge/earlier', nonce: 'n0' });
    await its.ledger.arm(await its.ledger.readCluster('edge'), earlier);
    await its.ledger.settle(await its.ledger.readCluster('edge'), earlier, aVerdict({ taskId: 'T-77' }), 0);
    await its.ledger.arm(await its.ledger.readCluster('edge'), parked);
    expect(await say(its, accepted)).toEqual({
      kind: 'refused',
      why: 'task T-77 was settled for manual/edge/earlier already',
    });
    expect(await say(its, { outcome: 'accepted', taskId: 'T-78' })).toMatchObject({ kind: 'settled' });
  });

  // A correction has stopped after its first write, so that the record of that job still has the wrong task.
  test('to name a task whose nodes are on their way for another job, though its verdict is forgotten', async () => {
    const its = createFunctionWorld();
    const earlier = aPurchase({ key: 'manual/edge/earlier', nonce: 'n0', phase: 'parked' });
    await its.arm(earlier);
    await say(its, { outcome: 'accepted', taskId: 'T-wrong' }, earlier.key);
    its.pass(timings.forgetAfterMs + 1);
    await its.ledger.forget('edge', earlier.key, its.now());
    const dead = { ...its.ledger, copy: () => Promise.reject(new Error('crashed')) };
    await expect(correctTask('edge', earlier.key, 'T-77', ann, dead)).rejects.toThrow('crashed');
    await its.arm({ ...parked, signedAt: its.now() });
    expect(its.cluster().done).toEqual({});
    expect(await say(its, accepted)).toEqual({
      kind: 'refused',
      why: 'task T-77 was settled for manual/edge/earlier already',
    });
    expect(its.cluster().purchase).toMatchObject({ key, phase: 'parked' });
  });

  test('when somebody else settled it a moment before', async () => {
    const its = await world();
    its.onCall('settle', 1, async () =>
      its.ledger.settle(await its.ledger.readCluster('edge'), parked, aVerdict({ taskId: 'T-1' }), 0),
    );
    expect(await say(its, accepted)).toEqual({
      kind: 'refused',
      why: 'edge was changed just now, perhaps by somebody who settled it; look again',
    });
    expect(its.cluster().done).toMatchObject({ [key]: { taskId: 'T-1' } });
    expect(its.job(key)).toBeUndefined();
  });
});

test('a word whose copy is lost in a crash is copied by the next visitor', async () => {
  const its = await world();
  its.pass(timings.fenceMs);
  its.onCall('copy', 1, 'fails');
  await expect(say(its, abandoned)).rejects.toThrow('copy failed');
  await its.reconcile();
  expect(its.job(key)).toMatchObject({ outcome: 'abandoned', resolution: ann });
});
