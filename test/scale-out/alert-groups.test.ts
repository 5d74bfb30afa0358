// A message of Alertmanager has many alerts, firing and resolved. It is one decision for each cluster and rule, and a recovery cancels
// what waits. Each test plays messages through the function as it is shipped.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { timings } from '../../functions/domain/timings.ts';
import { aGroup, createFunctionWorld, type FunctionWorld, type SampleAlert } from '../support/function-world.ts';
import { aPolicy, minute, sampleAt } from '../support/samples.ts';

const iso = (at: number): string => new Date(at).toISOString();
const keyOf = (name: string, startsAt: number = sampleAt): string => `alertmanager/edge/${name}/${iso(startsAt)}`;

let world: FunctionWorld;
beforeEach(() => {
  world = createFunctionWorld();
});

const post = (...alerts: readonly SampleAlert[]) => world.handle(aGroup(...alerts), { source: 'alertmanager' });
const bought = () => world.ack.purchases().map(({ count }) => count);
const outcomes = (...names: readonly string[]) => names.map((name) => world.job(keyOf(name))?.outcome);
/** All that waits comes back, minute by minute, while the reconciler visits. */
async function play(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    await world.reconcileAfter(minute);
    await world.deliver();
  }
}

describe('a message of many alerts', () => {
  test('is one decision: the highest breach is bought, the others stay undecided', async () => {
    expect(await post({ name: 'a' }, { name: 'b', by: 30 }, { name: 'c', by: 8 })).toEqual([]);
    expect(bought()).toEqual([3]);
    expect(outcomes('a', 'b', 'c')).toEqual([undefined, 'accepted', undefined]);
    expect(world.log.filter(({ event }) => event === 'job' || event === 'decided')).toMatchObject([
      { event: 'decided', fields: { key: keyOf('b'), alerts: 3 } },
      { event: 'job', fields: { key: keyOf('b'), alerts: 3, outcome: 'accepted' } },
    ]);
  });

  test('is one decision for each rule', async () => {
    const rules = ['edge-cpu', 'edge-queue'].map((name) => ({ name, steps: [{ lowerBound: 0, add: 2 }] }));
    world = createFunctionWorld({
      clusters: { edge: aPolicy({ exclusive: true, alarms: rules, cooldownMinutes: 0 }) },
    });
    await post({ name: 'a' }, { name: 'b', rule: 'edge-queue' }, { name: 'c' }, { name: 'd', rule: 'edge-queue' });
    await play(15);
    // The second rule's need is as old as the purchase for the first one, which answers it: each was decided once.
    expect(world.log.filter(({ event, fields }) => event === 'job' && fields['kind'] === 'done')).toMatchObject([
      { fields: { key: keyOf('a'), alerts: 2, outcome: 'accepted' } },
      { fields: { key: keyOf('b'), alerts: 2, outcome: 'skipped' } },
    ]);
  });

  test('that comes again buys nothing more', async () => {
    const alerts = Array.from({ length: 900 }, (_, i) => ({ name: `s${i}`, by: i === 700 ? 30 : 5 }));
    await post(...alerts);
    await play(60);
    for (let repeat = 0; repeat < 3; repeat += 1) {
      await post(...alerts);
      await play(60);
    }
    expect(bought()).toEqual([3]);
  });

  test('with an answered alert and one that arose later decides the later one, though its breach is lower', async () => {
    await post({ name: 'a', by: 30 });
    await play(40);
    expect(bought()).toEqual([3]);
    await post({ name: 'a', by: 30 }, { name: 'b', by: 5, startsAt: sampleAt + 40 * minute });
    await play(1);
    expect(bought()).toEqual([3, 1]);
  });

  test('decides what earlier purchases leave open before what they answer, whatever the breaches', async () => {
    await post({ name: 'a', by: 30 });
    await play(40);
    // b is as old as a, so what was bought for a answers it; nothing answers c.
    await post({ name: 'b', by: 39 }, { name: 'c', by: 5, startsAt: sampleAt + 40 * minute });
    await play(1);
    expect(bought()).toEqual([3, 1]);
    expect(outcomes('b')).toEqual([undefined]);
  });

  test('decides what is young before what is stale', async () => {
    const age = (aPolicy().staleAfterMinutes + 1) * minute;
    await post({ name: 'old', by: 30, startsAt: sampleAt - age }, { name: 'young' });
    expect(bought()).toEqual([1]);
  });

  test('decides a young one when the one before it becomes stale meanwhile', async () => {
    const startsAt = sampleAt - aPolicy().staleAfterMinutes * minute + 2000;
    world.onCall('look', 1, () => world.pass(5000));
    await post({ name: 'old', by: 30, startsAt }, { name: 'young' });
    expect(world.job(keyOf('old', startsAt))).toMatchObject({ outcome: 'skipped', reason: 'stale' });
    expect(bought()).toEqual([1]);
  });

  test('waits while a purchase for one of its alerts is being sent', async () => {
    world.onCall('purchase', 1, async () => {
      const [message] = world.sqs.messages;
      if (!message) throw new Error('the message is gone');
      world.put(message.body, message.attributes);
      await world.deliver();
    });
    await post({ name: 'a', by: 30 }, { name: 'b', by: 25 });
    await play(20);
    expect(bought()).toEqual([3]);
  });

  test('waits for that purchase also when its other alerts are answered', async () => {
    await post({ name: 'b' });
    await play(15);
    const arrived = aGroup({ name: 'a', by: 30 }, { name: 'b' });
    world.onCall('purchase', 1, async () => {
      world.put(arrived, { source: 'alertmanager' });
      await world.deliver();
    });
    await world.handle(arrived, { source: 'alertmanager' });
    expect(world.sqs.messages).toMatchObject([{ attributes: { deferrals: '1' } }]);
  });

  test('waits for that purchase also beside a rejected alert that misses more', async () => {
    const arrived = aGroup({ name: 'a' }, { name: 'b', by: 30 });
    world.ack.setFault({ kind: 'no-stock', times: 1 });
    await world.handle(arrived, { source: 'alertmanager' });
    expect(outcomes('a', 'b')).toEqual([undefined, 'rejected']);
    let back: readonly unknown[] = [];
    world.onCall('purchase', 1, async () => {
      const { messageId } = world.put(arrived, { source: 'alertmanager' });
      await world.deliver();
      back = world.sqs.messages.filter((one) => one.messageId > messageId);
    });
    await play(20);
    expect(back).toMatchObject([{ body: arrived, attributes: { deferrals: '1' } }]);
    expect(bought()).toEqual([1]);
  });

  const percent = [
    {
      name: 'edge-*',
      steps: [
        { lowerBound: 0, upperBound: 20, percent: 10 },
        { lowerBound: 20, percent: 100 },
      ],
    },
  ];

  test('decides a larger breach after a smaller one that fewer nodes have answered, by a percentage', async () => {
    world = createFunctionWorld({
      clusters: {
        edge: aPolicy({
          exclusive: true,
          alarms: percent,
          cooldownMinutes: 0,
          limits: { maxNodes: 100, maxPerPurchase: 50, maxPerDay: 50 },
        }),
      },
    });
    await post({ name: 'z' });
    await play(15);
    await post({ name: 'x', by: 30 }, { name: 'y', startsAt: sampleAt + 15 * minute });
    await play(30);
    // As many in all as with the larger one first.
    expect(bought()).toEqual([1, 1, 2]);
  });

  test('goes on after a rejection, a while later', async () => {
    world.ack.setFault({ kind: 'no-stock', times: 1 });
    await post({ name: 'a', by: 30 }, { name: 'b' });
    expect(bought()).toEqual([]);
    await play(20);
    expect(bought()).toEqual([1]);
  });

  test.each([
    ['do not come', { kind: 'node-never-joins', count: 3, times: 1 } as const],
    ['come in part', { kind: 'partial', got: 1, times: 1 } as const],
  ])('that comes again buys nothing more for the others when the nodes of the purchase %s', async (_, fault) => {
    world = createFunctionWorld({
      clusters: {
        edge: aPolicy({ exclusive: true, nodeJoinTimeoutMinutes: 8, cooldownMinutes: 3, staleAfterMinutes: 60 }),
      },
    });
    world.ack.setFault(fault);
    const alerts = ['a', 'b', 'c'].map((name) => ({ name, by: 30 }));
    await post(...alerts);
    for (let i = 0; i < 5; i += 1) {
      await play(10);
      await post(...alerts);
    }
    expect(bought()).toEqual([3]);
  });

  test('that comes again buys for another alert when the task of the purchase failed: it answers nobody', async () => {
    world = createFunctionWorld({ clusters: { edge: aPolicy({ exclusive: true, cooldownMinutes: 0 }) } });
    world.ack.setFault({ kind: 'task-fails', code: 'NoStock', message: 'sold out', times: 1 });
    await post({ name: 'a' }, { name: 'b' });
    // Its record says so first: until the cluster's item does, too, nothing is decided that would be final.
    world.onCall('shrink', 1, () => post({ name: 'a' }, { name: 'b' }));
    await play(15);
    expect(outcomes('b')).toEqual([undefined]);
    expect(world.job(keyOf('a'))).toMatchObject({ outcome: 'accepted', progress: { state: 'failed' } });
    await post({ name: 'a' }, { name: 'b' });
    await play(10);
    expect(outcomes('b')).toEqual(['accepted']);
    expect(bought()).toEqual([1, 1]);
  });

  test('goes on after a rejection also beside a purchase whose task failed', async () => {
    world = createFunctionWorld({ clusters: { edge: aPolicy({ exclusive: true, cooldownMinutes: 0 }) } });
    world.ack.setFault({ kind: 'task-fails', code: 'NoStock', message: 'sold out', times: 1 });
    await post({ name: 'a' }, { name: 'b' }, { name: 'c' });
    await play(15);
    world.ack.setFault({ kind: 'no-stock', times: 1 });
    await post({ name: 'a' }, { name: 'b' }, { name: 'c' });
    await play(10);
    expect(outcomes('a', 'b', 'c')).toEqual(['accepted', 'rejected', 'accepted']);
    expect(bought()).toEqual([1, 1]);
  });

  test('decides what is left when the task of its purchase has failed before it is acknowledged', async () => {
    world = createFunctionWorld({ clusters: { edge: aPolicy({ exclusive: true, cooldownMinutes: 0 }) } });
    world.ack.setFault({ kind: 'task-fails', code: 'NoStock', message: 'sold out', times: 1 });
    // After the one for the batch.
    world.onCall('readClusters', 2, async () => {
      for (let i = 0; i < 5; i += 1) await world.reconcileAfter(minute);
    });
    await post({ name: 'a' }, { name: 'b' });
    await play(10);
    expect(world.job(keyOf('a'))).toMatchObject({ progress: { state: 'failed' } });
    expect(outcomes('b')).toEqual(['accepted']);
    expect(bought()).toEqual([1, 1]);
  });

  test('is few decisions where all are skipped, whatever the order of breaches and starts', async () => {
    world = createFunctionWorld({
      clusters: {
        edge: aPolicy({ exclusive: true, limits: { maxNodes: 4, maxPerPurchase: 3 } }),
      },
    });
    await post(
      ...Array.from({ length: 300 }, (_, i) => ({
        name: `s${i}`,
        by: 19 - i / 100,
        startsAt: sampleAt - 300_000 + i * 1000,
      })),
    );
    expect(world.log.filter(({ event }) => event === 'job')).toHaveLength(1);
  });

  test('leaves one note while it waits, with the number of its alerts', async () => {
    await post({ name: 'first' });
    await post({ name: 'a' }, { name: 'b', by: 30 }, { name: 'c' });
    expect(world.wait(keyOf('b'))).toMatchObject({ reason: 'cooldown', alerts: 3 });
    expect([world.wait(keyOf('a')), world.wait(keyOf('c'))]).toEqual([undefined, undefined]);
  });
});

describe('a recovery', () => {
  test('cancels what waits: nothing is bought', async () => {
    await post({ name: 'first' });
    await post({ name: 'a', by: 30 });
    await post({ name: 'a', by: 30, endsAt: sampleAt + 1000 });
    await play(60);
    expect(bought()).toEqual([1]);
    expect(world.job(keyOf('a'))).toMatchObject({ outcome: 'skipped', reason: 'recovered' });
  });

  test('that is processed first cancels what comes late', async () => {
    await post({ name: 'a', by: 30, endsAt: sampleAt + 1000 });
    await post({ name: 'a', by: 30 });
    expect(bought()).toEqual([]);
  });

  test('in the same batch, or the same message, cancels as well', async () => {
    world.put(aGroup({ name: 'a' }), { source: 'alertmanager' });
    await post(
      { name: 'a', endsAt: sampleAt + 1 },
      { name: 'b', startsAt: sampleAt - 1 },
      { name: 'b', endsAt: sampleAt },
    );
    expect(bought()).toEqual([]);
    expect(world.job(keyOf('a'))).toMatchObject({ reason: 'recovered' });
  });

  test('of one alert leaves the others of its message', async () => {
    await post({ name: 'first' });
    await post({ name: 'a', by: 30 }, { name: 'b', by: 25 });
    await post({ name: 'a', by: 30, endsAt: sampleAt + 1000 });
    await play(30);
    expect(outcomes('a', 'b')).toEqual([undefined, 'accepted']);
  });

  test('never ends a later firing, and takes nothing back', async () => {
    await post({ name: 'a', by: 30, endsAt: sampleAt });
    await post({ name: 'a', by: 30 });
    expect(bought()).toEqual([3]);
    await post({ name: 'a', by: 30, endsAt: sampleAt + minute });
    expect(world.job(keyOf('a'))).toMatchObject({ outcome: 'accepted' });
  });

  describe('that is dated ahead', () => {
    const [in5, in10] = [sampleAt + 5 * minute, sampleAt + 10 * minute];

    test('ends no firing that begins after it was told', async () => {
      await post({ name: 'a', startsAt: sampleAt - minute, endsAt: in10 });
      await post({ name: 'a', by: 30, startsAt: in5 });
      await play(20);
      expect(bought()).toEqual([3]);
    });

    test('ends its own firing, which waits for its date', async () => {
      await post({ name: 'a', by: 30, startsAt: in5 });
      await post({ name: 'a', by: 30, startsAt: in5, endsAt: in10 });
      await play(20);
      expect(bought()).toEqual([]);
      expect(world.job(keyOf('a', in5))).toMatchObject({ outcome: 'skipped', reason: 'recovered' });
    });

    test('ends the same when it is processed late', async () => {
      world.put(aGroup({ name: 'a', startsAt: sampleAt - minute, endsAt: in10 }), { source: 'alertmanager' });
      world.pass(15 * minute);
      world.put(aGroup({ name: 'a', by: 30, startsAt: in5 }), { source: 'alertmanager' });
      await play(1);
      expect(bought()).toEqual([3]);
    });
  });

  test('at the instant of a firing ends it no more beside an older alert', async () => {
    await post({ name: 'a', by: 30, endsAt: sampleAt });
    await post({ name: 'a', by: 30 }, { name: 'older', startsAt: sampleAt - minute });
    expect(bought()).toEqual([3]);
  });

  test('is looked for under the sender of each alert of a batch', async () => {
    await world.handle(aGroup({ name: 'a', endsAt: sampleAt + 1 }), { source: 'arms' });
    world.put(aGroup({ name: 'b', endsAt: sampleAt + 1 }, { name: 'b' }), { source: 'alertmanager' });
    await world.handle(aGroup({ name: 'a' }), { source: 'arms' });
    expect(bought()).toEqual([]);
  });

  test('counts for CloudMonitor by rule and dimensions, in any order', async () => {
    const callback = (state: 'ALERT' | 'OK', dimensions: string, at: number) =>
      new URLSearchParams({
        ...{ alertState: state, alertName: 'edge-cpu', ruleId: 'r-1', dimensions },
        ...{ timestamp: String(at), expression: '$Average>50', curValue: '80' },
      }).toString();
    const from = { source: 'cloudmonitor' };
    await world.handle(callback('OK', '{b=2, a=1}', sampleAt + 1000), from);
    await world.handle(callback('ALERT', '{a=1, b=2}', sampleAt), from);
    expect(bought()).toEqual([]);
    await world.handle(callback('ALERT', '{a=1, b=3}', sampleAt), from);
    expect(bought()).toEqual([3]);
  });

  test('that cannot be written comes back, and so does a job whose recoveries cannot be read', async () => {
    world.onCall('write', 1, 'fails');
    expect(await post({ name: 'a', endsAt: sampleAt + 1 })).toHaveLength(1);
    world.pass(timings.maxDelayMs);
    expect(await world.deliver()).toEqual([]);
    // Once for the batch, and once more for the cluster.
    world.onCall('read', 1, 'fails');
    world.onCall('read', 2, 'fails');
    world.put(aGroup({ name: 'a' }), { source: 'alertmanager' });
    expect(await world.deliver()).toHaveLength(1);
    expect(bought()).toEqual([]);
  });
});

describe('an alert that is dated ahead', () => {
  const ahead = 10 * minute;

  test('waits for its date', async () => {
    await post({ name: 'a', startsAt: sampleAt + ahead });
    expect(bought()).toEqual([]);
    expect(world.wait(keyOf('a', sampleAt + ahead))).toMatchObject({ reason: 'dated-ahead' });
    await play(11);
    expect(bought()).toEqual([1]);
  });

  test('holds up nobody else in its message, and is decided later', async () => {
    await post({ name: 'a', by: 30, startsAt: sampleAt + ahead }, { name: 'b' });
    expect(bought()).toEqual([1]);
    await play(30);
    expect(bought()).toEqual([1, 3]);
  });

  test('within what clocks may differ is decided at once', async () => {
    await post({ name: 'a', startsAt: sampleAt + timings.maxClockSkewMs });
    expect(bought()).toEqual([1]);
  });
});
