import { beforeEach, describe, expect, test } from '@jest/globals';
import { timings } from '../../../functions/domain/timings.ts';
import { checkLeases } from '../../../functions/purchase/visit/check-leases.ts';
import { aManualBody, createFunctionWorld, type FunctionWorld } from '../../support/function-world.ts';
import { aPolicy, hour, minute, sampleAt } from '../../support/samples.ts';

const day = 24 * hour;
const policy = aPolicy({ exclusive: true, limits: { maxNodes: 4 } });
const { id } = policy;
const check = (world: FunctionWorld, until = Number.POSITIVE_INFINITY) => checkLeases('edge', world.deps, until);
const nodesOf = ({ ack }: FunctionWorld) => ack.nodesOf(id).map(({ instanceId }) => instanceId);

let world: FunctionWorld;
beforeEach(() => {
  world = createFunctionWorld({ clusters: { edge: policy } });
});

/** All four nodes of the cluster lapse; the first `serving` of them stay Ready. */
function lapse(its: FunctionWorld, serving = 0): void {
  for (const [i, one] of nodesOf(its).entries())
    its.ack.setLease(id, one, its.now() - hour, i < serving ? Number.POSITIVE_INFINITY : its.now() - hour);
}

/** What a person's job for three nodes comes to. */
async function boughtBy(its: FunctionWorld, key: string, of: Readonly<Record<string, unknown>> = { add: 3 }) {
  await its.handle(aManualBody({ key, requestedAt: new Date(its.now()).toISOString(), ...of }));
  return its.ack.purchases().map(({ count }) => count);
}

describe('a cluster that is full of nodes whose lease is over and that are not Ready', () => {
  test('buys again a day after the first reading, up to its limit', async () => {
    lapse(world);
    await check(world);
    expect(await boughtBy(world, 'too-early')).toEqual([]);
    world.pass(day - 1);
    expect(await boughtBy(world, 'still-too-early')).toEqual([]);
    world.pass(1);
    expect(await boughtBy(world, 'now')).toEqual([3]);
    expect(world.job('manual/edge/now')).toMatchObject({
      story: { basis: { fleet: { nodes: 0, notReady: 0, lapsed: 4 } } },
    });
    expect(await boughtBy(world, 'limit')).toEqual([3, 1]);
  });

  test('reaches a number of nodes without them', async () => {
    lapse(world);
    await check(world);
    world.pass(day);
    expect(await boughtBy(world, 'reach', { reach: 2 })).toEqual([2]);
  });

  test('waits where only the decision itself has read so: by the limit, and by the breaker', async () => {
    lapse(world);
    world.pass(2 * day);
    expect(await boughtBy(world, 'once')).toEqual([]);
    const roomy = createFunctionWorld({ clusters: { edge: aPolicy() } });
    lapse(roomy);
    expect(await boughtBy(roomy, 'breaker')).toEqual([]);
    expect(roomy.wait('manual/edge/breaker')).toMatchObject({ reason: 'nodes-not-ready' });
  });

  test('counts those that are Ready', async () => {
    lapse(world, 3);
    await check(world);
    world.pass(day);
    expect(await boughtBy(world, 'one')).toEqual([1]);
  });

  test('counts one that was renewed late and came back, as soon as a decision reads it', async () => {
    lapse(world);
    await check(world);
    world.pass(day);
    const [back = ''] = nodesOf(world);
    world.ack.setLease(id, back, world.now() + 30 * day);
    world.pass(10 * minute);
    expect(world.ack.nodesOf(id)[0]).toMatchObject({ status: 'Ready' });
    expect(await boughtBy(world, 'three', { add: 4 })).toEqual([3]);
  });

  test('counts them where auto-renewal is on', async () => {
    const edge = { ...policy, worker: { ...policy.worker, worker_auto_renew: true, worker_auto_renew_period: 1 } };
    const renewing = createFunctionWorld({ clusters: { edge } });
    lapse(renewing);
    await check(renewing);
    expect(renewing.cluster().leases).toBeUndefined();
    renewing.pass(day);
    expect(await boughtBy(renewing, 'none')).toEqual([]);
  });
});

describe('a check of leases', () => {
  test('goes by the clock of ACK, and leaves the version alone', async () => {
    const ahead = createFunctionWorld({ clusters: { edge: policy }, gatewaySkewMs: 30_000 });
    await ahead.reconcile();
    const { ver } = ahead.cluster();
    for (const one of nodesOf(ahead)) ahead.ack.setLease(id, one, ahead.now() + 20_000);
    await check(ahead);
    expect(ahead.cluster()).toMatchObject({ ver, leases: { lapsed: [{}, {}, {}, {}] } });
    expect(ahead.cluster().leases?.at).toBeGreaterThan(sampleAt + 29_000);
  });

  test('remembers nothing while the clocks differ', async () => {
    const wrong = createFunctionWorld({ clusters: { edge: policy }, gatewaySkewMs: 2 * timings.maxClockSkewMs });
    lapse(wrong);
    await check(wrong);
    expect(wrong.cluster().leases).toBeUndefined();
    expect(wrong.log).toMatchObject([{ event: 'lease-check-failed', fields: { reason: 'clock-skew' } }]);
  });

  test('does not bring back what a younger reading has forgotten', async () => {
    lapse(world);
    await check(world);
    world.pass(hour);
    const [one = '', two = ''] = nodesOf(world);
    // The slower one has read that one more node is over, and writes after the other.
    world.onCall('recordLeases', 1, async () => {
      for (const back of [one, two]) world.ack.setLease(id, back, world.now() + 30 * day);
      world.pass(10 * minute);
      await check(world);
    });
    world.ack.setLease(id, one, world.now() - 1);
    await check(world);
    expect(world.cluster().leases?.lapsed).toHaveLength(2);
  });

  test('does not, either, where nothing was remembered before', async () => {
    lapse(world);
    const [back = ''] = nodesOf(world);
    world.onCall('recordLeases', 1, async () => {
      world.ack.setLease(id, back, world.now() + 30 * day);
      world.pass(10 * minute);
      await check(world);
    });
    await check(world);
    expect(world.cluster().leases?.lapsed).toHaveLength(3);
  });

  test('does not bring it back by nodes that were read before the other wrote', async () => {
    lapse(world);
    await check(world);
    world.pass(day);
    const [one = ''] = nodesOf(world);
    const { endedAt = 0 } = world.cluster().leases?.lapsed[0] ?? {};
    // One that comes before reads that the first node is Ready, and forgets it; right after that it is not Ready again.
    world.onCall('readCluster', 1, async () => {
      world.ack.setLease(id, one, endedAt, Number.POSITIVE_INFINITY);
      world.pass(10 * minute);
      await check(world);
    });
    await check(world);
    expect(world.cluster().leases?.lapsed).toHaveLength(3);
  });

  test('measures what does not count', async () => {
    lapse(world, 1);
    await check(world);
    expect(world.measured('NodesLapsed')).toEqual([{ value: 0, cluster: 'edge' }]);
    world.pass(day);
    await check(world);
    expect(world.measured('NodesLapsed').at(-1)).toEqual({ value: 3, cluster: 'edge' });
  });

  test('that fails is a warning, and changes nothing', async () => {
    lapse(world);
    await check(world);
    const before = world.cluster();
    world.onCall('look', 1, 'fails');
    await check(world);
    expect(world.cluster()).toEqual(before);
    expect(world.log).toMatchObject([{ level: 'warn', event: 'lease-check-failed' }]);
  });

  test('begins nothing once its time is over', async () => {
    await check(world, world.now());
    expect(world.calls).toEqual([]);
  });
});
