import { expect, test } from '@jest/globals';
import { aManualBody, createFunctionWorld } from '../support/function-world.ts';
import { minute } from '../support/samples.ts';

test('a number to reach waits while bought nodes join, then buys what is missing, and its key is used once', async () => {
  const world = createFunctionWorld();
  world.put(aManualBody({ key: 'first', add: 3 }));
  await world.deliver();
  // All are listed by now, and none is Ready in the ledger's eyes.
  world.pass(5 * minute);
  world.put(aManualBody({ key: 'second', reach: 9 }));
  await world.deliver();
  expect(world.measured('Decisions')).toContainEqual({ value: 1, kind: 'defer', reason: 'joining' });
  expect(world.job('manual/edge/second')).toBeUndefined();

  for (let i = 0; i < 10; i += 1) {
    world.pass(minute);
    await world.reconcile();
    await world.deliver();
  }
  expect(world.ack.purchases().map(({ count }) => count)).toEqual([3, 2]);
  expect(world.job('manual/edge/second')).toMatchObject({ outcome: 'accepted', count: 2 });
});

test('a job that the limits refuse whatever the cluster is like reads nothing of it', async () => {
  const world = createFunctionWorld();
  for (const key of ['first', 'second', 'third']) world.put(aManualBody({ key, add: 5 }));
  await world.deliver();
  expect(world.job('manual/edge/third')).toMatchObject({ outcome: 'skipped', reason: 'max-per-day' });
  expect(world.calls.filter((kind) => kind === 'look')).toHaveLength(4);
});
