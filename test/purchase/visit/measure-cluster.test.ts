import { describe, expect, test } from '@jest/globals';
import { createFunctionWorld, type FunctionWorld, type FunctionWorldOptions } from '../../support/function-world.ts';
import { aPolicy, aPurchase, aVerdict, minute } from '../../support/samples.ts';

/** A visit ten minutes after the request in the slot was signed. */
async function visited(
  of: Parameters<typeof aPurchase>[0] | 'free',
  options: FunctionWorldOptions = {},
): Promise<FunctionWorld> {
  const world = createFunctionWorld(options);
  if (of !== 'free') await world.arm(aPurchase(of));
  await world.reconcileAfter(10 * minute);
  return world;
}

describe('a visit measures', () => {
  test('a quiet cluster without a budget by zeros, so that alarms end, and no age of a free slot', async () => {
    const { measured } = await visited('free');
    for (const name of ['DoubtAge', 'ParkedSlots', 'BudgetUsed'] as const)
      expect(measured(name)).toEqual([{ value: 0 }]);
    expect(measured('SlotAge')).toEqual([]);
  });

  test('a level that ends by one zero of the cluster, and then by those of the whole stack', async () => {
    const world = await visited({ phase: 'parked' });
    await world.settleSlot(aVerdict({ outcome: 'abandoned' }));
    await world.reconcileAfter(minute);
    await world.reconcileAfter(minute);
    expect(world.measured('ParkedSlots')).toEqual([
      { value: 1, cluster: 'edge' },
      { value: 0, cluster: 'edge' },
      { value: 0 },
    ]);
  });

  test('how long a slot is taken, in seconds since its request was signed', async () => {
    const { measured } = await visited({});
    expect(measured('SlotAge')).toEqual([{ value: 600, cluster: 'edge' }]);
    expect(measured('DoubtAge')).toEqual([{ value: 0 }]);
  });

  test('how long a purchase is in doubt, which a parked one is no more', async () => {
    const unknown = await visited({ phase: 'unknown' });
    expect(unknown.measured('DoubtAge')).toEqual([{ value: 600, cluster: 'edge' }]);
    expect(unknown.measured('ParkedSlots')).toEqual([{ value: 0 }]);
    const parked = await visited({ phase: 'parked' });
    expect(parked.measured('DoubtAge')).toEqual([{ value: 0, cluster: 'edge' }]);
    expect(parked.measured('SlotAge')).toEqual([{ value: 600, cluster: 'edge' }]);
    expect(parked.measured('ParkedSlots')).toEqual([{ value: 1, cluster: 'edge' }]);
  });

  test('no negative age when the clock of who signed is ahead', async () => {
    const world = createFunctionWorld();
    const signedAt = world.now() + 1000;
    await world.arm(aPurchase({ signedAt }));
    await world.reconcile();
    expect(world.measured('SlotAge')).toEqual([{ value: 0, cluster: 'edge' }]);
  });

  test('the share of the budget that is spent or reserved', async () => {
    const price = { perNodeMonth: 180, currency: 'CNY' };
    const edge = aPolicy({ price, limits: { budgetPerMonth: 1800 } });
    const { measured } = await visited({ cost: 540 }, { clusters: { edge } });
    expect(measured('BudgetUsed')).toEqual([{ value: 30, cluster: 'edge' }]);
  });

  test('as nothing the money that was spent before the budget was taken out of the config', async () => {
    const { measured } = await visited({ cost: 540 }, { clusters: { edge: aPolicy({ limits: {} }) } });
    expect(measured('BudgetUsed')).toEqual([{ value: 0, cluster: 'edge' }]);
  });
});
