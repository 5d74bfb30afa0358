import { describe, expect, test } from '@jest/globals';
import type { ClusterConfig } from '../../../functions/domain/config/types.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { reconcileCluster } from '../../../functions/purchase/visit/finish-cluster.ts';
import { aManualBody, createFunctionWorld, type FunctionWorld } from '../../support/function-world.ts';
import { aPolicy, aPurchase, aStory, aVerdict, hour, minute, sampleAt } from '../../support/samples.ts';

const { key } = aPurchase();

async function occupied(of: Parameters<typeof aPurchase>[0] = {}): Promise<FunctionWorld> {
  const world = createFunctionWorld();
  await world.arm(aPurchase(of));
  return world;
}

/** A cluster with a verdict that was not copied yet, and no nodes on their way. */
async function settled(): Promise<FunctionWorld> {
  const world = await occupied();
  await world.settle(aPurchase(), aVerdict({ outcome: 'rejected' }));
  return world;
}

/** So many rejections, one a minute, all copied; the clock stands at the last one. */
async function verdicts(world: FunctionWorld, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    if (n > 0) world.pass(minute);
    const purchase = aPurchase({ key: `manual/edge/${n}`, nonce: `n${n}`, signedAt: world.now() });
    const verdict = aVerdict({ outcome: 'rejected', at: world.now() });
    await world.arm(purchase);
    await world.settle(purchase, verdict);
    await world.ledger.copy('edge', purchase.key, verdict);
  }
}

describe('a quiet cluster', () => {
  test('costs exactly one read', async () => {
    const world = createFunctionWorld();
    await world.ledger.readCluster('edge');
    await world.reconcile();
    expect(world.commands).toEqual(['GetCommand']);
    expect(world.requests).toEqual([]);
  });

  test('costs one read each among fifty', async () => {
    const names = Array.from({ length: 50 }, (_, n) => `edge-${n}`);
    const world = createFunctionWorld({
      clusters: Object.fromEntries(
        names.map((name, n) => [name, aPolicy({ id: `C${String(n).padStart(32, '0')}`, alarms: [] })]),
      ),
    });
    await Promise.all(names.map((name) => world.ledger.readCluster(name)));
    await Promise.all(names.map((name) => world.reconcile(name)));
    expect(world.commands).toEqual(Array.from(names, () => 'GetCommand'));
    expect(world.requests).toEqual([]);
  });

  test('costs one read after its purchases are finished and forgotten, too', async () => {
    const world = createFunctionWorld();
    await world.handle(aManualBody());
    await world.reconcileAfter(30 * minute);
    await world.reconcileAfter(hour + 1);
    expect(world.cluster()).toMatchObject({ done: {}, pending: {} });
    const before = world.commands.length;
    await world.reconcile();
    expect(world.commands.slice(before)).toEqual(['GetCommand']);
  });
});

describe('a slot that is sending', () => {
  test('is left alone while its lease runs', async () => {
    const world = await occupied();
    await world.reconcileAfter(timings.leaseMs);
    expect(world.calls).toEqual(['readCluster']);
    expect(world.cluster().purchase).toEqual(aPurchase());
  });

  test('is unknown once its lease is over, and no request is made for it', async () => {
    const world = await occupied();
    await world.reconcileAfter(timings.leaseMs + 1);
    expect(world.calls).toEqual(['readCluster', 'mark']);
    expect(world.cluster().purchase).toEqual({ ...aPurchase(), phase: 'unknown' });
    expect(world.requests).toEqual([]);
  });

  test('is left to its sender when that settles a moment before', async () => {
    const world = await occupied();
    world.pass(timings.leaseMs + 1);
    world.onCall('mark', 1, async () => world.settle(aPurchase(), aVerdict()));
    await world.reconcile();
    expect(world.cluster().done).toHaveProperty([key]);
    expect(world.cluster()).not.toHaveProperty('purchase');
  });

  test('is marked at the next visit when the write fails', async () => {
    const world = await occupied();
    world.pass(timings.leaseMs + 1);
    world.onCall('mark', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('mark failed');
    await world.reconcile();
    expect(world.cluster().purchase?.phase).toBe('unknown');
  });
});

test('a slot that is parked is left to a person, for however long', async () => {
  const world = await occupied({ phase: 'parked', why: 'two tasks could be it' });
  await world.reconcileAfter(100 * hour);
  expect(world.calls).toEqual(['readCluster']);
  expect(world.cluster().purchase).toMatchObject({ phase: 'parked' });
});

describe('a verdict that was not copied', () => {
  test('is copied, once', async () => {
    const world = await settled();
    await world.reconcile();
    expect(world.job(key)).toMatchObject({ key, cluster: 'edge', outcome: 'rejected' });
    await world.reconcile();
    expect(world.calls.filter((call) => call === 'copy')).toHaveLength(1);
  });

  test('takes the place of a skip', async () => {
    const world = await settled();
    const skip = { outcome: 'skipped', reason: 'stale', payload: 'add 3', at: sampleAt, story: aStory() } as const;
    await world.ledger.skip('edge', key, skip);
    await world.reconcile();
    expect(world.job(key)).toMatchObject({ outcome: 'rejected' });
  });

  test('is copied at the next visit when the write fails', async () => {
    const world = await settled();
    world.onCall('copy', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('copy failed');
    await world.reconcile();
    expect(world.job(key)).toMatchObject({ outcome: 'rejected' });
  });
});

describe('a verdict on the cluster', () => {
  test('is forgotten after an hour, once its copy was read', async () => {
    const world = await settled();
    await world.reconcile();
    await world.reconcileAfter(timings.forgetAfterMs);
    expect(world.cluster().done).toHaveProperty([key]);
    await world.reconcileAfter(1);
    expect(world.cluster().done).toEqual({});
    expect(world.job(key)).toMatchObject({ outcome: 'rejected' });
  });

  test('is left alone as long as it is young: not even a refused write is made', async () => {
    const world = await settled();
    await world.reconcile();
    await world.reconcileAfter(timings.forgetAfterMs);
    expect(world.calls).not.toContain('forget');
  });

  test('stays for as long as an alert may speak of what it answered', async () => {
    const world = createFunctionWorld({ clusters: { edge: aPolicy({ staleAfterMinutes: 300 }) } });
    await verdicts(world, 1);
    await world.reconcileAfter(5 * hour);
    expect(Object.keys(world.cluster().done)).toHaveLength(1);
    expect(world.calls).not.toContain('forget');
    await world.reconcileAfter(1);
    expect(world.cluster().done).toEqual({});
  });

  describe('stays as long as somebody may still come whom it answers:', () => {
    async function bought(of: Partial<ClusterConfig> = {}): Promise<FunctionWorld> {
      const world = createFunctionWorld({
        clusters: { edge: aPolicy({ exclusive: true, cooldownMinutes: 0, ...of }) },
        taskDurationMs: 10 * minute,
      });
      await world.handle(aManualBody());
      return world;
    }
    const remembered = async (world: FunctionWorld, afterMs: number) => {
      await world.reconcileAfter(afterMs);
      return key in world.cluster().done;
    };

    test('until its nodes are there, and an hour more', async () => {
      const world = await bought({ nodeJoinTimeoutMinutes: 300 });
      world.pass(4 * hour);
      expect(await remembered(world, 0)).toBe(true);
      expect(world.cluster().pending).toEqual({});
      expect(await remembered(world, timings.forgetAfterMs)).toBe(true);
      expect(await remembered(world, 1)).toBe(false);
    });

    test('through a pause, and an hour more', async () => {
      const world = await bought();
      expect(await remembered(world, 30 * minute)).toBe(true);
      const ana = { by: 'ana', reason: 'the bill', at: world.now() };
      await world.pause(ana);
      expect(await remembered(world, 100 * hour)).toBe(true);
      await world.pause(undefined, { ...ana, at: world.now() });
      expect(await remembered(world, timings.forgetAfterMs)).toBe(true);
      expect(await remembered(world, 1)).toBe(false);
    });

    test('through a cooldown, and an hour more', async () => {
      const world = await bought({ cooldownMinutes: 180 });
      expect(await remembered(world, 30 * minute)).toBe(true);
      expect(await remembered(world, 150 * minute + timings.forgetAfterMs)).toBe(true);
      expect(await remembered(world, 1)).toBe(false);
    });

    test('but not through all cooldowns of other purchases', async () => {
      const world = await bought();
      expect(await remembered(world, 30 * minute)).toBe(true);
      const next = aPurchase({ key: 'manual/edge/next', nonce: 'n2', signedAt: world.now() });
      await world.arm(next);
      await world.ledger.settle(
        await world.ledger.readCluster('edge'),
        next,
        aVerdict({ outcome: 'rejected', nonce: 'n2' }),
        world.now() + 100 * hour,
      );
      expect(await remembered(world, timings.maxCooldownMs + timings.forgetAfterMs)).toBe(true);
      expect(await remembered(world, 1)).toBe(false);
    });
  });

  test('goes sooner where there are many, the oldest first and never before its hour', async () => {
    const world = createFunctionWorld({ clusters: { edge: aPolicy({ staleAfterMinutes: 1440 }) } });
    await verdicts(world, 45);
    await world.reconcileAfter(timings.forgetAfterMs - 44 * minute);
    expect(Object.keys(world.cluster().done)).toHaveLength(45);
    await world.reconcileAfter(10 * minute);
    expect(Object.keys(world.cluster().done)).toHaveLength(40);
    expect(world.cluster().done).not.toHaveProperty(['manual/edge/4']);
    expect(world.cluster().done).toHaveProperty(['manual/edge/5']);
    await world.reconcileAfter(3 * hour);
    expect(Object.keys(world.cluster().done)).toHaveLength(40);
  });

  test('is not forgotten in the visit that copies it: a copy counts when it was read', async () => {
    const world = await settled();
    await world.reconcileAfter(2 * hour);
    expect(world.cluster().done).toHaveProperty([key]);
    expect(world.calls).not.toContain('forget');
    await world.reconcile();
    expect(world.cluster().done).toEqual({});
  });

  test('is not forgotten while the slot is taken', async () => {
    const world = await settled();
    await world.reconcile();
    const next = aPurchase({ key: 'manual/edge/next', nonce: 'n2', phase: 'parked' });
    await world.arm(next);
    await world.reconcileAfter(2 * hour);
    expect(world.cluster().done).toHaveProperty([key]);
  });
});

test('visitors at the same time do the same as one', async () => {
  const world = createFunctionWorld();
  world.onCall('purchase', 1, 'loses its answer');
  await world.handle(aManualBody());
  world.pass(minute);
  await Promise.all(Array.from({ length: 20 }, () => world.reconcile()));
  expect(world.ack.purchases()).toHaveLength(1);
  expect(world.cluster()).toMatchObject({ used: 3, pending: { [key]: { count: 3 } } });
  expect(world.log.filter(({ event }) => event === 'adopted')).toHaveLength(1);
});

describe('a pause with an end', () => {
  const paused = { by: 'ana', reason: 'the bill', at: sampleAt, until: sampleAt + 30 * minute };
  async function pausedWorld(): Promise<FunctionWorld> {
    const world = createFunctionWorld();
    await world.ledger.pause(await world.ledger.readCluster('edge'), paused);
    return world;
  }

  test('is a pause until a visit after that', async () => {
    const world = await pausedWorld();
    await world.reconcileAfter(30 * minute - 1);
    expect(world.cluster()).toMatchObject({ ver: 1, paused });
    await world.reconcileAfter(1);
    expect(world.cluster()).not.toHaveProperty('paused');
    expect(world.cluster()).toMatchObject({
      ver: 2,
      resumed: { by: 'reconcile', at: sampleAt + 30 * minute, reason: expect.stringContaining('ana') },
    });
  });

  test('is not ended by a visit that read it before a person paused anew', async () => {
    const world = await pausedWorld();
    world.pass(30 * minute);
    const anew = { by: 'bob', reason: 'still the bill', at: world.now() };
    const { readCluster } = world.ledger;
    const ledger = {
      ...world.ledger,
      async readCluster(name: string) {
        const seen = await readCluster(name);
        if (seen.ver === 1) await world.ledger.pause(seen, anew);
        return seen;
      },
    };
    await reconcileCluster('edge', { ...world.deps, ledger }, Number.POSITIVE_INFINITY);
    expect(world.cluster()).toMatchObject({ ver: 2, paused: anew });
  });

  test('keeps verdicts for what waits, as any pause does', async () => {
    const world = await settled();
    await world.reconcile();
    await world.ledger.pause(await world.ledger.readCluster('edge'), { ...paused, until: sampleAt + 5 * hour });
    await world.reconcileAfter(5 * hour - 1);
    await world.reconcileAfter(1);
    await world.reconcileAfter(hour - minute);
    expect(Object.keys(world.cluster().done)).toEqual([key]);
  });
});
