// An alert that stands asks again, where its rule says so. Each test plays messages through the functions as they are shipped.
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAlarms } from '../../functions/adapters/cloudwatch/alarms.ts';
import { raiseMissedAlarms } from '../../functions/reconcile/raise-missed-alarms.ts';
import { account, clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { startCloudWatch } from '../../infra/local/aws-stand-ins/cloudwatch.ts';
import {
  aGroup,
  anAlarmBody,
  createFunctionWorld,
  type FunctionWorld,
  type SampleAlert,
} from '../support/function-world.ts';
import { aPolicy, day, hour, minute, sampleAt } from '../support/samples.ts';

const again = { afterMinutes: 5, times: 2 };
const alarms = [
  {
    name: 'edge-*',
    steps: [
      { lowerBound: 0, upperBound: 20, add: 1 },
      { lowerBound: 20, add: 3 },
    ],
    again,
  },
];
const key = `alertmanager/edge/a/${new Date(sampleAt).toISOString()}`;

const cloudwatch = await startCloudWatch();
afterAll(() => cloudwatch.close());

let world: FunctionWorld;
const worldOf = (of: Parameters<typeof aPolicy>[0] = {}) =>
  createFunctionWorld({ clusters: { edge: aPolicy({ exclusive: true, alarms, cooldownMinutes: 3, ...of }) } });
beforeEach(() => {
  world = worldOf();
});

/** As the webhook puts it on the queue. */
const told = () => ({ source: 'alertmanager', toldAt: String(world.now()) });
const post = (...alerts: readonly SampleAlert[]) => world.handle(aGroup(...alerts), told());
const bought = () => world.ack.purchases().map(({ count }) => count);
async function play(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    await world.reconcileAfter(minute);
    await world.deliver();
  }
}

/** The sender repeats what fires, every minute. */
async function stand(minutes: number, ...alerts: readonly SampleAlert[]): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    await post(...alerts);
    await play(1);
  }
}

describe('an alarm of CloudWatch that stands', () => {
  const asked = createAlarms(clientOf(cloudwatch.endpoint), 60_000);
  async function stand(minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i += 1) {
      await world.reconcileAfter(minute);
      await raiseMissedAlarms({ ...world.deps, stackName: 'a-stack', alarms: asked });
      await world.deliver();
    }
  }

  test('buys again by what its metric measures then, and nothing after it recovered', async () => {
    world = createFunctionWorld({
      home: { account: account.id, region: account.region },
      clusters: { edge: aPolicy({ exclusive: true, alarms, cooldownMinutes: 3 }) },
      alarms: asked,
    });
    cloudwatch.measure('edge-cpu', 60, sampleAt);
    await stand(8);
    expect(bought()).toEqual([1]);
    cloudwatch.measure('edge-cpu', 85);
    await stand(12);
    expect(bought()).toEqual([1, 3]);
    cloudwatch.measure('edge-cpu', 40, world.now());
    await stand(30);
    expect(bought()).toEqual([1, 3]);
  });
});

describe('an alert that stands', () => {
  test('buys again under a key of its own, after its nodes came and the time after that, as often as its rule says', async () => {
    await post({ name: 'a' });
    await stand(60, { name: 'a' });
    expect(bought()).toEqual([1, 1, 1]);
    expect([key, `${key}/again/2`, `${key}/again/3`, `${key}/again/4`].map((one) => world.job(one)?.outcome)).toEqual([
      ...['accepted', 'accepted', 'accepted', undefined],
    ]);
    const [first, second, third] = world.ack.purchases();
    for (const [before, after] of [
      [first, second],
      [second, third],
    ])
      expect((after?.at ?? 0) - (before?.at ?? 0)).toBeGreaterThan(again.afterMinutes * minute);
  });

  test('says once that it is still short', async () => {
    await post({ name: 'a' });
    await stand(90, { name: 'a' });
    expect(world.cluster().stillShort).toMatchObject({ key });
    expect(world.log.filter(({ event }) => event === 'asked-in-vain').length).toBeLessThanOrEqual(3);
  });

  test('says so as rarely beside another that is still short', async () => {
    const both = ['a', 'b'].map((name) => aGroup({ name, startsAt: sampleAt }));
    for (let i = 0; i < 100; i += 1) {
      for (const body of both) await world.handle(body, told());
      await play(1);
    }
    expect(world.calls.filter((call) => call === 'reportStillShort').length).toBeLessThanOrEqual(4);
  });

  test('buys by the value of its repeat', async () => {
    await post({ name: 'a', by: 5 });
    await stand(30, { name: 'a', by: 30 });
    expect(bought()).toEqual([1, 3, 3]);
  });

  test('asks nothing after its recovery', async () => {
    await post({ name: 'a' });
    await play(10);
    await post({ name: 'a', endsAt: sampleAt + 9 * minute });
    await stand(30, { name: 'a' });
    expect(bought()).toEqual([1]);
  });

  test('is not told of again by a message that is delivered or redriven again', async () => {
    const { body, attributes, sentAt } = world.put(aGroup({ name: 'a' }), told());
    await world.deliver();
    for (let i = 0; i < 60; i += 1) {
      world.put(body, { ...attributes, arrivedAt: String(sentAt) });
      await play(1);
    }
    expect(bought()).toEqual([1]);
  });

  test("is not told of again by a message that SQS's own redrive sent anew", async () => {
    const { body, attributes } = world.put(aGroup({ name: 'a' }), told());
    await world.deliver();
    for (let i = 0; i < 60; i += 1) {
      world.put(body, attributes);
      await play(1);
    }
    expect(bought()).toEqual([1]);
  });

  test('asks nothing by the word that was rejected, however often it comes', async () => {
    world.ack.setFault({ kind: 'no-stock', times: 1 });
    const { body, attributes, sentAt } = world.put(aGroup({ name: 'a' }), told());
    await world.deliver();
    await play(15);
    world.put(body, { ...attributes, arrivedAt: String(sentAt) });
    await play(15);
    expect(bought()).toEqual([]);
    // Its next word does.
    await stand(2, { name: 'a' });
    expect(bought()).toEqual([1]);
  });

  test('asks nothing by the word of any further ask that was rejected, however often it comes', async () => {
    world = worldOf({ alarms: alarms.map((rule) => ({ ...rule, again: { ...again, times: 3 } })) });
    await post({ name: 'a' });
    await play(20);
    await post({ name: 'a' });
    await play(20);
    world.ack.setFault({ kind: 'no-stock', times: 1 });
    const { body, attributes, sentAt } = world.put(aGroup({ name: 'a' }), told());
    await world.deliver();
    await play(15);
    expect(['2', '3'].map((n) => world.job(`${key}/again/${n}`)?.outcome)).toEqual(['accepted', 'rejected']);
    world.put(body, { ...attributes, arrivedAt: String(sentAt) });
    await play(10);
    expect(bought()).toEqual([1, 1]);
    // Its next word does.
    await stand(2, { name: 'a' });
    expect(bought()).toEqual([1, 1, 1]);
  });

  test('uses up its asks by what the API rejects as well: it does not send requests without end', async () => {
    world.ack.setFault({ kind: 'no-stock', times: 100 });
    await post({ name: 'a' });
    await stand(90, { name: 'a' });
    expect([key, `${key}/again/2`, `${key}/again/3`, `${key}/again/4`].map((one) => world.job(one)?.outcome)).toEqual([
      ...['rejected', 'rejected', 'rejected', undefined],
    ]);
    expect(world.cluster().stillShort).toMatchObject({ key });
  });

  test('asks nothing for an alarm that nobody can read: nothing proves that it stands', async () => {
    const body = anAlarmBody(5);
    await world.handle(body);
    await play(70);
    world.pass(5 * day);
    await world.handle(body, { arrivedAt: String(sampleAt) });
    expect(bought()).toEqual([1]);
  });

  test('asks nothing days after its recovery, either', async () => {
    await post({ name: 'a' });
    await play(10);
    await post({ name: 'a', endsAt: sampleAt + 9 * minute });
    world.pass(2 * day);
    await stand(3, { name: 'a' });
    expect(bought()).toEqual([1]);
  });

  test.each([undefined, '0', 'soon', ''])('whose first send is not known (%j) asks nothing', async (toldAt) => {
    await post({ name: 'a' });
    await play(20);
    const source = 'alertmanager';
    await world.handle(aGroup({ name: 'a' }), toldAt === undefined ? { source } : { source, toldAt });
    expect(bought()).toEqual([1]);
  });

  test('whose word is older than an alert may be asks nothing', async () => {
    await post({ name: 'a' });
    await play(20);
    world.put(aGroup({ name: 'a' }), told());
    world.pass((aPolicy().staleAfterMinutes + 1) * minute);
    await world.deliver();
    expect(bought()).toEqual([1]);
  });

  test('asks tomorrow for what the limit of today holds back', async () => {
    world = worldOf({
      limits: { maxPerPurchase: 1, maxPerDay: 1 },
      alarms: [{ name: 'edge-*', steps: [{ lowerBound: 0, add: 1 }], again }],
    });
    await post({ name: 'a' });
    await stand(60, { name: 'a' });
    expect(bought()).toEqual([1]);
    expect(world.wait(`${key}/again/2`)).toMatchObject({ reason: 'max-per-day' });
    world.pass(day - hour);
    await stand(3, { name: 'a' });
    expect(bought()).toEqual([1, 1]);
  });

  test('asks again in a group whose other alerts were covered', async () => {
    const group = [{ name: 'a', by: 30 }, { name: 'b' }, { name: 'c' }];
    await post(...group);
    await stand(20, ...group);
    expect(bought()).toEqual([3, 3]);
  });

  test('that may buy no more keeps no other of its message from asking', async () => {
    await post({ name: 'a' });
    await stand(40, { name: 'a' });
    expect(bought()).toEqual([1, 1, 1]);
    const group = [
      { name: 'a', startsAt: sampleAt },
      { name: 'b', startsAt: world.now() },
    ];
    await post(...group);
    await stand(40, ...group);
    expect(bought()).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('buys once without such a rule', async () => {
    world = worldOf({ alarms: alarms.map(({ name, steps }) => ({ name, steps })) });
    await post({ name: 'a' });
    await stand(60, { name: 'a' });
    expect(bought()).toEqual([1]);
  });
});
