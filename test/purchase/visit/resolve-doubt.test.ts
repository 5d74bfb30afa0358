import { describe, expect, test } from '@jest/globals';
import type { Alarms, StandingAlarm } from '../../../functions/adapters/cloudwatch/alarms.ts';
import type { Fault } from '../../../functions/backtest/world/ack/fault-schema.ts';
import { AckReadError } from '../../../functions/domain/ack/read-error.ts';
import type { ClusterConfig } from '../../../functions/domain/config/types.ts';
import { manualKey } from '../../../functions/domain/job/idempotency-key.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { reconcileCluster } from '../../../functions/purchase/visit/finish-cluster.ts';
import {
  aGroup,
  aManualBody,
  anAlarmBody,
  createFunctionWorld,
  type FunctionWorld,
  type FunctionWorldOptions,
} from '../../support/function-world.ts';
import { aJob, aPolicy, aPurchase, aVerdict, hour, minute, sampleAt } from '../../support/samples.ts';

const { key } = aJob();
const clusterId = aPolicy().id;

type Options = Omit<FunctionWorldOptions, 'clusters'> & {
  readonly policy?: Partial<Pick<ClusterConfig, 'exclusive' | 'rearm'>>;
};

/** A world whose purchase is in doubt: executed or not, nobody got an answer. */
async function inDoubt(executed: boolean, { policy, ...options }: Options = {}): Promise<FunctionWorld> {
  const world = createFunctionWorld({ ...options, clusters: { edge: aPolicy({ exclusive: true, ...policy }) } });
  const fault: Fault = { kind: 'drop', when: executed ? 'after' : 'before', times: 1 };
  world.ack.setFault(fault);
  await world.handle(aManualBody());
  expect(world.cluster().purchase).toMatchObject({ key, phase: 'unknown' });
  expect(world.ack.purchases()).toHaveLength(executed ? 1 : 0);
  return world;
}
/** What the visits of such a world see of tasks: everything but when they were made. */
function undated({ deps }: FunctionWorld): FunctionWorld['deps'] {
  const listTasks = async (...of: Parameters<typeof deps.ack.listTasks>) =>
    (await deps.ack.listTasks(...of)).map((task) => ({ ...task, createdAt: undefined }));
  return { ...deps, ack: { ...deps.ack, listTasks } };
}
const visits = async (world: FunctionWorld, times: number) => {
  for (let n = 0; n < times; n += 1) await world.reconcile();
};

describe('a doubt with one task that could be it', () => {
  test('is settled as accepted where nobody else scales the cluster', async () => {
    const world = await inDoubt(true);
    await world.reconcileAfter(minute);
    const [bought] = world.ack.purchases();
    expect(world.job(key)).toMatchObject({
      outcome: 'accepted',
      taskId: bought?.taskId,
      at: sampleAt + minute,
      resolution: { by: 'reconcile', reason: 'the only scale-out task of an exclusive cluster since it was signed' },
    });
    expect(world.cluster()).toMatchObject({
      used: 3,
      pending: { [key]: { taskId: bought?.taskId, count: 3 } },
      cooldownUntil: sampleAt + 11 * minute,
    });
    expect(world.cluster()).not.toHaveProperty('purchase');
    expect(world.ack.purchases()).toHaveLength(1);
  });

  test('is parked with the evidence where others scale it, too', async () => {
    const world = await inDoubt(true, { policy: { exclusive: false } });
    await world.reconcileAfter(minute);
    const [bought] = world.ack.purchases();
    expect(world.cluster()).toMatchObject({
      used: 3,
      purchase: { phase: 'parked', why: `${bought?.taskId} could be it, and others scale this cluster too` },
    });
    expect(world.job(key)).toBeUndefined();
    expect(world.log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'parked' }));
  });

  test('waits until the task shows in the list, and is settled then', async () => {
    const world = await inDoubt(true, { listLagMs: 10 * minute });
    await world.reconcileAfter(9 * minute);
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    await world.reconcileAfter(minute);
    expect(world.job(key)).toMatchObject({ outcome: 'accepted' });
  });

  test('is settled when the request executes late', async () => {
    const world = createFunctionWorld();
    world.ack.setFault({ kind: 'late-execution', delayMs: 14 * minute, times: 1 });
    await world.handle(aManualBody());
    await world.reconcileAfter(10 * minute);
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    await world.reconcileAfter(5 * minute);
    expect(world.job(key)).toMatchObject({ outcome: 'accepted' });
    expect(world.ack.purchases()).toHaveLength(1);
  });

  test('is copied at the next visit when the copy fails', async () => {
    const world = await inDoubt(true);
    world.pass(minute);
    world.onCall('copy', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('copy failed');
    await world.reconcile();
    expect(world.job(key)).toMatchObject({ outcome: 'accepted' });
  });

  test('is settled with the longer cooldown when a failed task has made it longer meanwhile', async () => {
    const world = await inDoubt(true);
    world.pass(minute);
    const cooldownUntil = world.now() + 2 * hour;
    world.onCall('settle', 1, async () => {
      const seen = await world.ledger.readCluster('edge');
      await world.ledger.shrink(seen, 'manual/edge/earlier', undefined, { failures: 4, cooldownUntil });
    });
    await world.reconcile();
    expect(world.cluster()).toMatchObject({ cooldownUntil: world.now() + 160 * minute, done: { [key]: {} } });
  });

  test('is left to whoever settles it a moment before', async () => {
    const world = await inDoubt(true);
    world.pass(minute);
    world.onCall('settle', 1, async () => {
      await world.settleSlot(aVerdict({ outcome: 'abandoned' }));
    });
    await world.reconcile();
    expect(world.cluster().done).toMatchObject({ [key]: { outcome: 'abandoned' } });
    expect(world.log).not.toContainEqual(expect.objectContaining({ event: 'adopted' }));
  });

  test('is parked when nobody can read when that task was made', async () => {
    const world = await inDoubt(true);
    world.pass(minute);
    await reconcileCluster('edge', undated(world), Number.POSITIVE_INFINITY);
    const [bought] = world.ack.purchases();
    expect(world.cluster().purchase).toMatchObject({
      phase: 'parked',
      why: `${bought?.taskId} could be it, and when ${bought?.taskId} was made cannot be read`,
    });
  });

  test('is not settled by a visitor whose list is older than the evidence that another one parked it with', async () => {
    const world = await inDoubt(true);
    world.pass(minute);
    world.onCall('settle', 1, async () => {
      world.ack.consoleScaleOut(clusterId, 2);
      await world.reconcileAfter(minute);
    });
    await world.reconcile();
    expect(world.cluster().purchase).toMatchObject({ phase: 'parked', why: expect.stringContaining(', ') });
    expect(world.job(key)).toBeUndefined();
  });

  test('is one of two in an exclusive cluster: that is told of as tasks of others', async () => {
    const world = await inDoubt(true);
    world.ack.consoleScaleOut(clusterId, 2);
    await world.reconcileAfter(minute);
    expect(world.cluster().unowned?.taskIds).toHaveLength(2);
  });

  /** All skews that a purchase is allowed with, against all milliseconds of a second. */
  test.each([-60_400, -59_700, -59_100, 59_000, 59_900])(
    'is found when the clocks differ by %i ms',
    async (gatewaySkewMs) => {
      let bought = 0;
      for (let ms = 0; ms < 1000; ms += 50) {
        const world = createFunctionWorld({ gatewaySkewMs, startAt: sampleAt + ms });
        world.onCall('purchase', 1, 'loses its answer');
        await world.handle(aManualBody());
        if (world.ack.purchases().length === 0) continue;
        bought += 1;
        await world.reconcileAfter(minute);
        expect([ms, world.job(key)?.outcome]).toEqual([ms, 'accepted']);
      }
      expect(bought).toBeGreaterThan(0);
    },
  );
});

test('a doubt from before the cluster became exclusive is not settled by the one task that shows', async () => {
  const world = createFunctionWorld({ clusters: { edge: aPolicy({ exclusive: true }) } });
  const purchase = aPurchase({ phase: 'unknown', exclusive: false });
  await world.arm(purchase);
  world.ack.consoleScaleOut(clusterId, 1);
  await world.reconcileAfter(minute);
  expect(world.cluster().purchase).toMatchObject({
    phase: 'parked',
    why: expect.stringContaining('others scale this cluster too'),
  });
});

describe('a task that is not it', () => {
  test('is one that another job was settled with', async () => {
    const world = createFunctionWorld();
    await world.handle(aManualBody({ key: 'earlier', add: 1 }));
    world.ack.setFault({ kind: 'drop', when: 'before', times: 1 });
    await world.handle(aManualBody());
    await world.reconcileAfter(minute);
    expect(world.cluster().purchase).toMatchObject({ key, phase: 'unknown' });
  });

  test('is one of another type, or from before the signature', async () => {
    const world = createFunctionWorld({ taskDurationMs: 1000 });
    world.ack.consoleScaleOut(clusterId, 1);
    world.pass(5 * minute);
    world.ack.setFault({ kind: 'drop', when: 'before', times: 1 });
    await world.handle(aManualBody());
    world.ack.consoleTask(clusterId, 'cluster_upgrade');
    await world.reconcileAfter(minute);
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
  });

  test('is one of two: a person must say which', async () => {
    const world = await inDoubt(true);
    const other = world.ack.consoleScaleOut(clusterId, 2);
    await world.reconcileAfter(minute);
    const why = world.cluster().purchase?.why ?? '';
    expect(world.cluster().purchase?.phase).toBe('parked');
    expect(why.replace(' could be it', '').split(', ').toSorted()).toEqual(
      [world.ack.purchases()[0]?.taskId, other].toSorted(),
    );
  });
});

// Found by the simulation, as one history in a million (seed -1639625878).
test('a sender that slept over FORGET does not take the slot, and with it the task of an earlier purchase', async () => {
  const world = createFunctionWorld();
  await world.handle(aManualBody());
  await world.reconcileAfter(10 * minute);
  // Decided next to the verdict, with a signature of that time, and written when the verdict is forgotten.
  world.onCall('arm', 1, async () => {
    await world.reconcileAfter(2 * timings.forgetAfterMs);
  });
  await world.handle(aManualBody({ key: 'sleeper' }));
  world.pass(timings.visibilityTimeoutMs);
  await world.deliver();
  expect(world.job(manualKey('edge', 'sleeper'))).toMatchObject({ outcome: 'accepted' });
  expect(world.ack.purchases()).toHaveLength(2);
});

describe('a doubt in a cluster that the config has given up for another one', () => {
  const former = 'Cf000000000000000000000000000000e';

  async function inDoubtElsewhere(): Promise<FunctionWorld> {
    const policy = aPolicy({ exclusive: true, rearm: true });
    const world = createFunctionWorld({ clusters: { edge: policy, former: { ...policy, id: former, alarms: [] } } });
    const purchase = aPurchase({ phase: 'unknown', clusterId: former });
    await world.arm(purchase);
    return world;
  }

  test('is parked with the task that shows there', async () => {
    const world = await inDoubtElsewhere();
    world.ack.consoleScaleOut(clusterId, 3);
    const taskId = world.ack.consoleScaleOut(former, 3);
    await world.reconcileAfter(minute);
    expect(world.cluster().purchase).toMatchObject({
      phase: 'parked',
      why: `${taskId} of ${former} could be it, and edge is another cluster by now`,
    });
  });

  test('is not sent again, there or here', async () => {
    const world = await inDoubtElsewhere();
    world.ack.consoleScaleOut(clusterId, 3);
    world.pass(timings.fenceMs);
    await visits(world, 2);
    expect(world.cluster().purchase).toMatchObject({ phase: 'parked', attempt: 1 });
    expect(world.ack.purchases()).toHaveLength(1);
  });
});

describe('a doubt without any task', () => {
  const toFence = (world: FunctionWorld) => world.pass(sampleAt + timings.fenceMs - world.now());

  test('waits until the fence, whatever the list shows', async () => {
    const world = await inDoubt(false);
    toFence(world);
    world.pass(-1);
    await visits(world, 5);
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    expect(world.cluster().purchase).not.toHaveProperty('emptyListings');
    expect(world.calls).not.toContain('park');
  });

  test('waits when its list was asked for before the fence, and came after it', async () => {
    const world = await inDoubt(false);
    world.pass(timings.fenceMs - 1);
    const { ack } = world.deps;
    const listTasks = async (...of: Parameters<typeof ack.listTasks>) => {
      const tasks = await ack.listTasks(...of);
      world.pass(minute);
      return tasks;
    };
    await reconcileCluster('edge', { ...world.deps, ack: { ...ack, listTasks } }, Number.POSITIVE_INFINITY);
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    expect(world.cluster().purchase).not.toHaveProperty('emptyListings');
  });

  test('is parked after the second empty listing past the fence', async () => {
    const world = await inDoubt(false);
    toFence(world);
    await world.reconcile();
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown', emptyListings: 1 });
    await world.reconcile();
    expect(world.cluster()).toMatchObject({
      used: 3,
      purchase: {
        phase: 'parked',
        why: 'no task shows up 37 minutes after it was signed: it was probably not executed',
      },
    });
  });

  test('waits when the list cannot be read: that is no empty listing', async () => {
    const world = await inDoubt(false);
    toFence(world);
    world.onCall('look', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('DescribeClusterTasks');
    expect(world.cluster().purchase).not.toHaveProperty('emptyListings');
  });

  test('goes to a person an hour past the fence when the list can still not be read', async () => {
    const world = await inDoubt(false);
    world.pass(timings.fenceMs + timings.unreadableMs - 1000);
    world.onCall('look', 1, 'fails');
    await expect(world.reconcile()).rejects.toThrow('DescribeClusterTasks');
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    world.pass(minute);
    world.onCall('look', 1, 'fails');
    await world.reconcile();
    expect(world.cluster().purchase).toMatchObject({
      phase: 'parked',
      why: expect.stringMatching(/^its task list cannot be read: DescribeClusterTasks/),
    });
  });

  test('waits while the clocks differ: nobody knows whether the fence has come', async () => {
    const world = await inDoubt(false);
    const off = createFunctionWorld({ clusters: world.config.clusters, gatewaySkewMs: -5 * minute });
    toFence(world);
    off.pass(world.now() - off.now());
    const { purchase } = world.cluster();
    if (purchase) await off.arm(purchase);
    await off.reconcileAfter(-minute);
    expect(off.log).not.toContainEqual(expect.objectContaining({ event: 'held-back' }));
    off.pass(minute);
    await visits(off, 3);
    expect(off.log).toContainEqual({
      level: 'warn',
      event: 'held-back',
      fields: { cluster: 'edge', key, reason: 'clock-skew', skewMs: -5 * minute + 500 },
    });
    expect(off.cluster().purchase).toMatchObject({ phase: 'unknown' });
    expect(off.cluster().purchase).not.toHaveProperty('emptyListings');
  });

  test('waits while no answer tells the time: nothing shows that the fence has come', async () => {
    const world = await inDoubt(false);
    toFence(world);
    const deps = { ...world.deps, clockSkewMs: () => undefined };
    for (let n = 0; n < 3; n += 1) await reconcileCluster('edge', deps, Number.POSITIVE_INFINITY);
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    expect(world.cluster().purchase).not.toHaveProperty('emptyListings');
  });

  test('goes to a person at the fence when what the list answers cannot be read', async () => {
    const world = await inDoubt(false);
    const listTasks = async (): Promise<never> => {
      throw new AckReadError('DescribeClusterTasks: unreadable answer: tasks: missing', 'UnreadableAnswer', 200);
    };
    const visit = () =>
      reconcileCluster('edge', { ...world.deps, ack: { ...world.deps.ack, listTasks } }, Number.POSITIVE_INFINITY);
    world.pass(timings.fenceMs - 1);
    await expect(visit()).rejects.toThrow('unreadable answer');
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    world.pass(1);
    await visit();
    expect(world.cluster().purchase).toMatchObject({
      phase: 'parked',
      why: 'its task list cannot be read: DescribeClusterTasks: unreadable answer: tasks: missing',
    });
  });

  test('is not looked into when the time of a visit is over', async () => {
    const world = await inDoubt(false);
    toFence(world);
    const before = world.requests.length;
    await world.reconcile('edge', 0);
    expect(world.requests).toHaveLength(before);
  });

  test('that somebody settles before the visit is left alone', async () => {
    const world = await inDoubt(false);
    world.onCall('readCluster', 2, async () => {
      await world.settleSlot(aVerdict({ outcome: 'abandoned' }));
    });
    const before = world.requests.length;
    await world.reconcile();
    expect(world.requests).toHaveLength(before);
  });

  describe('where the cluster opts into sending again', () => {
    const rearming = async () => {
      const world = await inDoubt(false, { policy: { rearm: true } });
      toFence(world);
      await world.reconcile();
      return world;
    };

    test('is sent once more, under a nonce of its own', async () => {
      const world = await rearming();
      expect(world.ack.purchases()).toEqual([]);
      const first = world.cluster().purchase?.nonce;
      await visits(world, 3);
      const [bought] = world.ack.purchases();
      expect(world.ack.purchases()).toHaveLength(1);
      expect(bought?.nonce).not.toBe(first);
      expect(world.job(key)).toMatchObject({ outcome: 'accepted', taskId: bought?.taskId, nonce: bought?.nonce });
      expect(world.cluster()).toMatchObject({ used: 3, pending: { [key]: { count: 3 } } });
    });

    test('is sent by one of many visitors at once', async () => {
      const world = await rearming();
      await Promise.all(Array.from({ length: 20 }, () => world.reconcile()));
      expect(world.ack.purchases()).toHaveLength(1);
      expect(world.calls.filter((call) => call === 'purchase')).toHaveLength(2);
    });

    test('is sent once although the answer of REARM is lost', async () => {
      const world = await rearming();
      world.onCall('rearm', 1, 'loses its answer');
      await visits(world, 3);
      expect(world.ack.purchases()).toHaveLength(1);
    });

    test('is not sent when REARM did not happen', async () => {
      const world = await rearming();
      world.onCall('rearm', 1, 'fails');
      await world.reconcile();
      expect(world.ack.purchases()).toEqual([]);
      await world.reconcile();
      expect(world.ack.purchases()).toHaveLength(1);
    });

    test('is not sent by a visitor that another one overtook with evidence, which stays', async () => {
      const world = await rearming();
      world.onCall('rearm', 1, async () => {
        const [one, two] = [world.ack.consoleScaleOut(clusterId, 3), world.ack.consoleScaleOut(clusterId, 1)];
        expect([one, two]).not.toContain(undefined);
        await world.reconcileAfter(minute);
      });
      await world.reconcile();
      expect(world.ack.purchases()).toHaveLength(2);
      expect(world.calls.filter((call) => call === 'purchase')).toHaveLength(1);
      expect(world.cluster().purchase).toMatchObject({ phase: 'parked', why: expect.stringContaining('could be it') });
    });

    test('is not sent when the time of the visit is over by then', async () => {
      const world = await rearming();
      world.onCall('listed', 1, () => world.pass(timings.functionTimeoutMs));
      await world.reconcile();
      expect(world.calls).not.toContain('rearm');
      expect(world.cluster().purchase).toMatchObject({ phase: 'unknown', attempt: 1 });
    });

    test.each<[string, (world: FunctionWorld) => string | undefined, number]>([
      ['a task of a type that is not known to buy', (world) => world.ack.consoleTask(clusterId, 'edge_scaleout'), 1],
      ['a scale-out of shortly before the signature', (world) => world.ack.consoleScaleOut(clusterId, 1), 16],
    ])('goes to a person when the list shows %s', async (_, act, minutesBefore) => {
      const world = createFunctionWorld({
        clusters: { edge: aPolicy({ exclusive: true, rearm: true }) },
        taskDurationMs: 1000,
      });
      const taskId = act(world);
      world.pass(minutesBefore * minute);
      world.ack.setFault({ kind: 'drop', when: 'before', times: 1 });
      await world.handle(aManualBody());
      world.pass(timings.fenceMs);
      await visits(world, 3);
      expect(world.cluster().purchase).toMatchObject({
        phase: 'parked',
        attempt: 1,
        why: expect.stringContaining(`it is not sent again, as ${taskId} may have bought`),
      });
      expect(world.calls.filter((call) => call === 'purchase')).toHaveLength(1);
    });

    test('is sent although an older task, and one of our own, is in the list', async () => {
      const world = createFunctionWorld({
        clusters: { edge: aPolicy({ exclusive: true, rearm: true, cooldownMinutes: 0 }) },
        taskDurationMs: 1000,
      });
      world.ack.consoleTask(clusterId, 'cluster_upgrade');
      world.pass(timings.dateWindowMs + timings.evidenceSlackMs + 1000);
      await world.handle(aManualBody({ key: 'earlier', add: 1 }));
      world.ack.setFault({ kind: 'drop', when: 'before', times: 1 });
      await world.handle(aManualBody());
      world.pass(timings.fenceMs);
      await visits(world, 2);
      expect(world.job(key)).toMatchObject({ outcome: 'accepted' });
    });

    test('waits in a cluster that is paused, and is sent once it is resumed', async () => {
      const world = await rearming();
      const ana = { by: 'ana', reason: 'the bill', at: world.now() };
      await world.pause(ana);
      await visits(world, 3);
      expect(world.cluster().purchase).toMatchObject({ attempt: 1, phase: 'unknown' });
      expect(world.log).toContainEqual(
        expect.objectContaining({ event: 'held-back', fields: expect.objectContaining({ reason: 'paused' }) }),
      );
      await world.pause(undefined, ana);
      await world.reconcile();
      expect(world.ack.purchases()).toHaveLength(1);
    });

    test('is not sent when the cluster is paused a moment before', async () => {
      const world = await rearming();
      world.onCall('rearm', 1, async () => {
        const ana = { by: 'ana', reason: 'the bill', at: world.now() };
        await world.pause(ana);
      });
      await world.reconcile();
      expect(world.ack.purchases()).toEqual([]);
      expect(world.cluster().purchase).toMatchObject({ attempt: 1, phase: 'unknown' });
    });

    /** The config as it is by now. */
    async function visitsUnder(of: Partial<ClusterConfig>, world: FunctionWorld): Promise<void> {
      const { edge } = world.config.clusters;
      const deps = { ...world.deps, policyOf: () => ({ ...aPolicy(), ...edge, ...of }) };
      for (let n = 0; n < 3; n += 1) await reconcileCluster('edge', deps, Number.POSITIVE_INFINITY);
    }
    const { limits, worker } = aPolicy();

    test.each<[string, Partial<ClusterConfig>, string]>([
      ['only dry runs are left', { dryRun: true }, 'the cluster is in dry run'],
      ['other nodes are to be bought', { worker: { ...worker, worker_period: 2 } }, 'the config describes other nodes'],
      ['they have another price', { price: { perNodeMonth: 7, currency: 'CNY' } }, 'the config describes other nodes'],
      ['fewer fit into the cluster', { limits: { ...limits, maxNodes: 6 } }, 'the limit max-nodes leaves room for 2'],
      ['fewer may be bought a day', { limits: { ...limits, maxPerDay: 2 } }, 'the limit max-per-day leaves room for 2'],
      [
        'fewer may be bought at once',
        { limits: { ...limits, maxPerPurchase: 1 } },
        'the limit max-per-purchase leaves room for 1',
      ],
    ])('goes to a person where %s by now', async (_, of, why) => {
      const world = await rearming();
      await visitsUnder(of, world);
      expect(world.cluster().purchase).toMatchObject({
        attempt: 1,
        phase: 'parked',
        why: expect.stringContaining(`probably not executed; it is not sent again, as ${why}`),
      });
      expect(world.ack.purchases()).toEqual([]);
    });

    test('goes to a person on the next day, in which nobody would count it', async () => {
      const world = await inDoubt(false, { policy: { rearm: true }, startAt: sampleAt + 15 * hour + 40 * minute });
      world.pass(timings.fenceMs);
      await visits(world, 3);
      expect(world.cluster().purchase).toMatchObject({
        attempt: 1,
        phase: 'parked',
        why: expect.stringContaining('as it was decided on another day (UTC)'),
      });
      expect(world.ack.purchases()).toEqual([]);
    });

    describe('and whose alert', () => {
      const posted = { source: 'alertmanager' };

      /** Its request was lost, and it is past its fence. */
      async function rearmingFor(body: string, from: Record<string, string> = {}, alarms?: Alarms) {
        const clusters = { edge: aPolicy({ exclusive: true, rearm: true }) };
        const world = createFunctionWorld({ clusters, ...(alarms && { alarms }) });
        world.ack.setFault({ kind: 'drop', when: 'before', times: 1 });
        await world.handle(body, from);
        toFence(world);
        await world.reconcile();
        return world;
      }
      const expectParked = (world: FunctionWorld, why: string) => {
        expect(world.ack.purchases()).toEqual([]);
        expect(world.cluster().purchase).toMatchObject({
          attempt: 1,
          phase: 'parked',
          why: expect.stringContaining(`probably not executed; it is not sent again, as ${why}`),
        });
      };

      test('has recovered goes to a person', async () => {
        const world = await rearmingFor(aGroup({ name: 'a' }), posted);
        await world.handle(aGroup({ name: 'a', endsAt: sampleAt + minute }), posted);
        await visits(world, 2);
        expectParked(world, 'its alert recovered at 2026-11-11T08:01:00.000Z');
      });

      test('recovered before it fired is sent', async () => {
        const world = await rearmingFor(aGroup({ name: 'a' }), posted);
        await world.handle(aGroup({ name: 'a', endsAt: sampleAt }, { name: 'b', endsAt: sampleAt + minute }), posted);
        await world.reconcile();
        expect(world.ack.purchases()).toHaveLength(1);
      });

      test('may have recovered, as recoveries cannot be read, waits for the next visit', async () => {
        const world = await rearmingFor(aGroup({ name: 'a' }), posted);
        const read = async (): Promise<never> => {
          throw new Error('the notes cannot be read');
        };
        const deps = { ...world.deps, recoveries: { read } };
        await expect(reconcileCluster('edge', deps, Number.POSITIVE_INFINITY)).rejects.toThrow('the notes');
        expect(world.cluster().purchase).toMatchObject({ attempt: 1, phase: 'unknown' });
        await world.reconcile();
        expect(world.ack.purchases()).toHaveLength(1);
      });

      const alarm = (of: Partial<StandingAlarm>): Alarms => ({
        read: async (arn) => ({ name: 'edge-cpu', arn, state: 'ALARM', reason: '', changedAt: sampleAt, ...of }),
        measure: async () => ({ problem: 'its metric has no data' }),
        inAlarm: async () => [],
        mutedBy: async () => undefined,
      });

      test.each<[string, Partial<StandingAlarm>, string]>([
        ['is an alarm that is OK', { state: 'OK' }, 'its alarm has recovered while it waited'],
        [
          'is an alarm that went off anew',
          { changedAt: sampleAt + minute },
          'its alarm has recovered while it waited; that it went off anew',
        ],
      ])('%s goes to a person', async (_, of, why) => {
        const world = await rearmingFor(anAlarmBody(5), {}, alarm(of));
        await world.reconcile();
        expectParked(world, why);
      });

      test('is an alarm that stands is sent, and one that is suppressed waits', async () => {
        const standing = await rearmingFor(anAlarmBody(5), {}, alarm({}));
        await standing.reconcile();
        expect(standing.ack.purchases()).toHaveLength(1);
        const waiting = await rearmingFor(anAlarmBody(5), {}, alarm({ suppressed: 'its actions are off' }));
        await visits(waiting, 2);
        expect(waiting.ack.purchases()).toEqual([]);
        expect(waiting.cluster().purchase).toMatchObject({ attempt: 1, phase: 'unknown' });
      });
    });

    test.each([
      ['goes to a person once that is over', 30 * minute, 0],
      ['is sent before', hour, 1],
    ])('and is needed until an instant %s', async (_, lastsMs, sent) => {
      const world = createFunctionWorld({ clusters: { edge: aPolicy({ exclusive: true, rearm: true }) } });
      world.ack.setFault({ kind: 'drop', when: 'before', times: 1 });
      const scheduledTime = new Date(sampleAt).toISOString();
      const until = new Date(sampleAt + lastsMs).toISOString();
      const occurrence = { version: 1, kind: 'schedule', schedule: 'launch', cluster: 'edge', scheduledTime, until };
      await world.handle(JSON.stringify({ ...occurrence, add: 1 }));
      expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
      toFence(world);
      await visits(world, 2);
      expect(world.ack.purchases()).toHaveLength(sent);
      if (sent > 0) return;
      expect(world.cluster().purchase).toMatchObject({
        attempt: 1,
        phase: 'parked',
        why: expect.stringContaining(`it is not sent again, as it is not needed after ${until}`),
      });
    });

    test('stays in doubt when the second request is refused, and goes to a person after its own fence', async () => {
      const world = await rearming();
      world.ack.setFault({ kind: 'throttle', status: 429, times: 1 });
      await world.reconcile();
      expect(world.cluster()).toMatchObject({ used: 3, purchase: { attempt: 2, phase: 'unknown' } });
      world.pass(timings.fenceMs - 1);
      await visits(world, 3);
      expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
      world.pass(1);
      await visits(world, 2);
      expect(world.cluster().purchase).toMatchObject({ attempt: 2, phase: 'parked' });
      expect(world.calls.filter((call) => call === 'purchase')).toHaveLength(2);
    });

    test('keeps a cooldown that a task made longer while its second request was on its way', async () => {
      const world = await rearming();
      const cooldownUntil = world.now() + 2 * hour;
      world.onCall('settle', 1, async () => {
        const { purchase } = await world.ledger.readCluster('edge');
        await world.ledger.mark('edge', purchase?.nonce ?? '');
        const seen = await world.ledger.readCluster('edge');
        await world.ledger.shrink(seen, 'manual/edge/earlier', undefined, { failures: 0, cooldownUntil });
      });
      await world.reconcile();
      expect(world.cluster()).toMatchObject({ cooldownUntil, done: { [key]: { outcome: 'accepted' } } });
    });

    test('is adopted when the answer of the second request is lost', async () => {
      const world = await rearming();
      world.onCall('purchase', 1, 'loses its answer');
      await world.reconcile();
      await world.reconcileAfter(minute);
      expect(world.job(key)).toMatchObject({ outcome: 'accepted' });
      expect(world.ack.purchases()).toHaveLength(1);
    });
  });
});
