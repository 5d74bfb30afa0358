import { expect, test } from '@jest/globals';
import { processBatch } from '../../functions/scale-out/process-batch.ts';
import { aManualBody, createFunctionWorld } from '../support/function-world.ts';
import { minute, sampleAt } from '../support/samples.ts';

test('a number to reach waits while bought nodes join, then buys what is missing, and its key is used once', async () => {
  const world = createFunctionWorld();
  await world.handle(aManualBody({ key: 'first', add: 3 }));
  // All are listed by now, and none is Ready in the ledger's eyes.
  world.pass(5 * minute);
  await world.handle(aManualBody({ key: 'second', reach: 9 }));
  expect(world.measured('Decisions')).toContainEqual({ value: 1, kind: 'defer', reason: 'joining' });
  expect(world.job('manual/edge/second')).toBeUndefined();

  for (let i = 0; i < 10; i += 1) {
    await world.reconcileAfter(minute);
    await world.deliver();
  }
  expect(world.ack.purchases().map(({ count }) => count)).toEqual([3, 2]);
  expect(world.job('manual/edge/second')).toMatchObject({ outcome: 'accepted', count: 2 });
});

test('a number to reach is not satisfied by nodes that are awaited and listed, with times that are cut to the minute', async () => {
  const world = createFunctionWorld({ startAt: sampleAt + 20_000, taskDurationMs: 30_000 });
  const { ack } = world.deps;
  const cut = (at = 0) => at - (at % minute);
  const listNodes: typeof ack.listNodes = async (...of) =>
    (await ack.listNodes(...of)).map((node) => ({ ...node, createdAt: cut(node.createdAt) }));
  const deliver = async () => {
    const batch = world.sqs.visible().map((message) => world.sqs.receive(message));
    const deps = { ...world.deps, ack: { ...ack, listNodes } };
    expect(await processBatch(batch, world.now() + minute, deps)).toEqual([]);
    for (const { receiptHandle } of batch) world.sqs.remove(receiptHandle);
  };
  world.put(aManualBody({ key: 'first', add: 3 }));
  await deliver();
  world.pass(35_000);
  world.put(aManualBody({ key: 'second', reach: 9 }));
  await deliver();
  expect(world.measured('Decisions')).toContainEqual({ value: 1, kind: 'defer', reason: 'joining' });
});

test('a job that the limits refuse whatever the cluster is like reads nothing of it', async () => {
  const world = createFunctionWorld();
  for (const key of ['first', 'second', 'third']) world.put(aManualBody({ key, add: 5 }));
  await world.deliver();
  expect(world.job('manual/edge/third')).toMatchObject({ outcome: 'skipped', reason: 'max-per-day' });
  expect(world.calls.filter((kind) => kind === 'look')).toHaveLength(4);
});
