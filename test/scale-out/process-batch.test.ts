import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AlertMessage } from '../../functions/adapters/queue/queue.ts';
import { timings } from '../../functions/domain/timings.ts';
import { processBatch } from '../../functions/scale-out/process-batch.ts';
import {
  aManualBody,
  anAlarmBody,
  createFunctionWorld,
  type FunctionWorld,
  secrets,
} from '../support/function-world.ts';
import { aPolicy, aPurchase, aVerdict, minute, sampleAt } from '../support/samples.ts';

const jobKey = (key: string, cluster = 'edge') => `manual/${cluster}/${key}`;
const count = ({ calls }: FunctionWorld, kind: FunctionWorld['calls'][number]) =>
  calls.filter((one) => one === kind).length;
const answered = ({ log }: FunctionWorld) =>
  log.filter(({ event }) => event === 'job').map(({ fields }) => [fields['key'], fields['kind'], fields['outcome']]);

/** Two clusters, so that one can be in trouble. */
const twoClusters = () =>
  createFunctionWorld({
    clusters: {
      edge: aPolicy({ exclusive: true }),
      north: aPolicy({
        id: 'Cd0000000000000000000000000000000',
        exclusive: true,
        alarms: [{ name: 'north-*', steps: [{ lowerBound: 0, add: 1 }] }],
      }),
    },
  });

/** Another job's purchase stands in the slot. */
const occupy = async ({ ledger }: FunctionWorld, of: Parameters<typeof aPurchase>[0] = {}) =>
  ledger.arm(await ledger.readCluster('edge'), aPurchase({ key: jobKey('other'), ...of }));

let world: FunctionWorld;
beforeEach(() => {
  world = createFunctionWorld();
});

describe('a message', () => {
  test('whose job is bought is acknowledged', async () => {
    expect(await world.handle(aManualBody())).toEqual([]);
    expect(world.ack.purchases()).toMatchObject([{ count: 3 }]);
    expect(world.sqs.messages).toEqual([]);
    expect(world.sqs.deadLetters).toEqual([]);
  });

  test('that comes twice in a batch, and once more later, buys once', async () => {
    world.put(aManualBody());
    expect(await world.handle(aManualBody())).toEqual([]);
    expect(await world.handle(aManualBody())).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
    expect(answered(world).map(([, , outcome]) => outcome)).toEqual(['accepted', 'replayed', 'replayed']);
  });

  test('that asks for nothing is acknowledged, and says why', async () => {
    const { messageId } = world.put(anAlarmBody(5).replace('"ALARM"', '"OK"'));
    expect(await world.deliver()).toEqual([]);
    expect(world.calls).toEqual([]);
    expect(world.log).toContainEqual({
      level: 'info',
      event: 'ignored',
      fields: { messageId, why: 'alarm edge-cpu is in state OK; only ALARM asks for nodes' },
    });
  });

  const unwanted = anAlarmBody(5, { alarm: 'warehouse-cpu' });
  const cameBefore: [string, (world: FunctionWorld, body: string) => void][] = [
    ['that waited for nodes', (world, body) => world.put(body, { arrivedAt: String(sampleAt), deferrals: '1' })],
    ['whose first delivery failed', (world, body) => (world.put(body).receiveCount = 1)],
    ['that was redriven from the dead letters', (world, body) => world.put(body, { arrivedAt: String(sampleAt) })],
  ];

  test.each(cameBefore)('%s, and is left out by the config since, is a matter for a person', async (_, put) => {
    put(world, unwanted);
    expect(await world.deliver()).toEqual([]);
    expect(world.sqs.deadLetters).toMatchObject([{ attributes: { reason: 'unconfigured' } }]);
    expect(world.measured('DeadLettered')).toEqual([{ value: 1, reason: 'unconfigured' }]);
  });

  test.each(cameBefore)('%s, and tells of a recovery or a muted alarm, is forgotten', async (_, put) => {
    const time = new Date(sampleAt).toISOString();
    const state = { value: 'ALARM', timestamp: time, reason: 'r' };
    put(world, unwanted.replace('"ALARM"', '"OK"'));
    put(
      world,
      JSON.stringify({
        ...{ source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' },
        resources: ['arn:aws:cloudwatch:eu-west-1:111122223333:alarm:warehouse-cpu'],
        detail: { alarmName: 'warehouse-cpu', state, muteDetail: { mutedBy: 'night' } },
      }),
    );
    put(world, JSON.stringify({ version: '4', alerts: [{ status: 'resolved' }] }));
    put(
      world,
      JSON.stringify({ source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm Configuration Change', detail: {} }),
    );
    expect(await world.deliver()).toEqual([]);
    expect(world.sqs.deadLetters).toEqual([]);
    expect(world.log.filter(({ event }) => event === 'ignored')).toHaveLength(4);
  });

  test('that comes for the first time and is for no cluster is forgotten', async () => {
    expect(await world.handle(unwanted)).toEqual([]);
    expect(world.sqs.deadLetters).toEqual([]);
  });

  test('that comes twice in a batch is decided once: the second copy finds what became of the first', async () => {
    world.put(aManualBody({ dryRun: true }));
    expect(await world.handle(aManualBody())).toEqual([]);
    expect(answered(world).map(([, , outcome]) => outcome)).toEqual(['skipped', undefined]);
    expect(world.sqs.deadLetters).toMatchObject([{ attributes: { reason: 'conflict' } }]);
    expect(world.ack.purchases()).toEqual([]);
  });

  test('from a webhook is read as what its path says, for the cluster that its path names', async () => {
    const world = twoClusters();
    world.put(anAlarmBody(5), { source: 'grafana' });
    expect(await world.handle(anAlarmBody(5, { alarm: 'edge-cpu' }), { cluster: 'north' })).toEqual([]);
    expect(world.sqs.deadLetters.map(({ attributes }) => attributes['reason'])).toEqual(['unknown-kind']);
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'ignored' }));
    expect(world.ack.purchases()).toEqual([]);
  });

  test('leaves no secret in table, queue, dead letters or log', async () => {
    world.ack.setFault({ kind: 'throttle', status: 429, times: 1 });
    world.put(aManualBody());
    world.put(aManualBody({ key: 'sale-2' }));
    await world.handle('{"password":"none of ours');
    for (const secret of [secrets.loginPassword, secrets.accessKeySecret, secrets.accessKeyId])
      expect(world.everything()).not.toContain(secret);
  });
});

describe('poison', () => {
  test.each([
    ['no JSON', '{"version":1,"kind":"manual"', 'not-json', 'is no JSON'],
    ['an unknown cluster', aManualBody({ cluster: 'mars' }), 'unknown-cluster', '"mars" is not in the config'],
    ['a wrong field', aManualBody({ add: -1 }), 'invalid-field', 'add: -1 is not allowed'],
  ])('(%s) goes to the dead letters at once with its reason, and is no failure', async (_, body, reason, detail) => {
    const { messageId } = world.put(body, { source: 'manual' });
    expect(await world.deliver()).toEqual([]);
    expect(world.sqs.messages).toEqual([]);
    expect(world.sqs.deadLetters).toMatchObject([
      { body, attributes: { source: 'manual', messageId, reason, detail: expect.stringContaining(detail) } },
    ]);
    expect(world.calls).toEqual(['deadLetter']);
  });

  test('is a message whose source is not known, whatever it holds', async () => {
    expect(await world.handle(aManualBody(), { source: 'pager' })).toEqual([]);
    expect(world.sqs.deadLetters).toMatchObject([
      { attributes: { reason: 'unknown-kind', detail: 'its source "pager" is not known' } },
    ]);
    expect(world.ack.purchases()).toEqual([]);
  });

  test('is a job for a cluster that the token of its message does not allow, however often it waits and is redriven', async () => {
    const world = twoClusters();
    const labels = { alertname: 'north-cpu', cluster: 'north' };
    const alert = { status: 'firing', labels, startsAt: new Date(sampleAt).toISOString(), fingerprint: 'f1' };
    const body = JSON.stringify({ version: '4', alerts: [alert] });
    const refused = {
      reason: 'invalid-field',
      detail: expect.stringContaining('north is not allowed'),
      clusters: 'edge',
    };
    expect(await world.handle(body, { source: 'arms', clusters: 'edge' })).toEqual([]);
    expect(world.sqs.deadLetters).toMatchObject([{ attributes: refused }]);
    const [letter] = world.sqs.deadLetters;
    if (!letter) throw new Error('no dead letter');
    world.sqs.redrive(letter);
    await world.deliver();
    expect(world.sqs.deadLetters).toMatchObject([{ attributes: refused }]);
    // One that waits is read again with the same bounds.
    await world.pause({ by: 'ana', reason: 'no more', at: sampleAt });
    const mine = { ...alert, labels: { alertname: 'edge-cpu', cluster: 'edge' } };
    await world.handle(JSON.stringify({ version: '4', alerts: [mine, alert] }), { source: 'arms', clusters: 'edge' });
    expect(world.sqs.messages).toMatchObject([{ attributes: { clusters: 'edge', deferrals: '1' } }]);
    expect(world.ack.purchases()).toEqual([]);
  });

  test('of a key that was used for something else is a conflict', async () => {
    await world.handle(aManualBody({ add: 1 }));
    expect(await world.handle(aManualBody({ add: 2 }))).toEqual([]);
    expect(world.sqs.deadLetters).toMatchObject([
      {
        attributes: {
          reason: 'conflict',
          detail: `key ${jobKey('sale-1')} was used before to add 1, and asks now to add 2; use another key`,
        },
      },
    ]);
    expect(world.ack.purchases()).toHaveLength(1);
  });

  test('comes back when it cannot be put on the dead letters', async () => {
    const { messageId } = world.put('no alert');
    world.onCall('deadLetter', 1, 'fails');
    expect(await world.deliver()).toEqual([messageId]);
    expect(world.sqs.messages).toHaveLength(1);
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'message-failed', fields: expect.objectContaining({ intended: 'poison' }) }),
    );
  });

  test('does not keep the rest of its batch from being handled', async () => {
    world.put('no alert');
    world.put(aManualBody());
    expect(await world.handle('null')).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
    expect(world.sqs.deadLetters).toHaveLength(2);
  });
});

describe('a failure', () => {
  test('of one job does not stop its batch, and only its message comes back', async () => {
    const world = twoClusters();
    // That of both clusters together, and then that of the first one apart.
    world.onCall('readClusters', 1, 'fails');
    world.onCall('readClusters', 2, 'fails');
    const failing = world.put(aManualBody({ key: 'first' }));
    world.put(aManualBody({ key: 'second' }));
    world.put(aManualBody({ key: 'third', cluster: 'north' }));
    expect(await world.deliver()).toEqual([failing.messageId]);
    expect(
      world.ack
        .purchases()
        .map(({ clusterId }) => clusterId)
        .toSorted(),
    ).toEqual([aPolicy().id, 'Cd0000000000000000000000000000000']);
    expect(world.log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        event: 'job-failed',
        fields: expect.objectContaining({ cluster: 'edge' }),
      }),
    );
  });

  test('is tried again when its message comes back', async () => {
    const { messageId } = world.put(aManualBody());
    world.onCall('look', 1, 'fails');
    expect(await world.deliver()).toEqual([messageId]);
    world.pass(minute);
    expect(await world.deliver()).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
  });

  test('of one message is counted from the third time on, whatever fails', async () => {
    const { messageId } = world.put(aManualBody());
    const failed = async () => {
      expect(await world.deliver()).toEqual([messageId]);
      world.pass(timings.visibilityTimeoutMs);
      return world.measured('RepeatedFailures');
    };
    const counted: unknown[] = [];
    for (let time = 1; time <= 3; time += 1) {
      world.onCall('look', 1, 'fails');
      counted.push(await failed());
    }
    world.ack.setFault({ kind: 'throttle', status: 429, times: 1 });
    world.onCall('defer', 1, 'fails');
    counted.push(await failed());
    const one = { value: 1 };
    expect(counted).toEqual([[], [], [one], [one, one]]);
    expect(await world.deliver()).toEqual([]);
    expect(world.measured('RepeatedFailures')).toHaveLength(2);
  });

  test.each([
    ['changeVisibility', 'a job failed', (world: FunctionWorld) => world.onCall('look', 1, 'fails')],
    [
      'defer',
      'a job must wait',
      (world: FunctionWorld) => world.ack.setFault({ kind: 'throttle', status: 429, times: 1 }),
    ],
  ] as const)('of %s when %s brings the message back, too', async (call, _, trouble) => {
    const { messageId } = world.put(aManualBody());
    trouble(world);
    world.onCall(call, 1, 'fails');
    expect(await world.deliver()).toEqual([messageId]);
    world.pass(timings.visibilityTimeoutMs);
    expect(await world.deliver()).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
  });

  test('waits longer every time, up to a quarter of an hour, and never the same for all', async () => {
    const waitOf = async (receiveCount: number, roll: number) => {
      const world = createFunctionWorld();
      world.roll(roll);
      const message = world.put(aManualBody());
      message.receiveCount = receiveCount - 1;
      world.onCall('look', 1, 'fails');
      await world.deliver();
      return message.visibleAt - world.now();
    };
    const waits = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((receives) => waitOf(receives, 0)));
    expect(waits).toEqual([5, 15, 45, 135, 405, 450, 450].map((seconds) => seconds * 1000));
    expect(await waitOf(1, 0.9999)).toBe(10_000);
    expect(await waitOf(7, 0.9999)).toBe(15 * minute);
  });
});

describe('the clusters of a batch', () => {
  test('are worked on side by side', async () => {
    const world = twoClusters();
    const both = Promise.withResolvers<void>();
    // The first purchase waits until the second one is on its way: one after the other would never end.
    world.onCall('arm', 1, () => both.promise);
    world.onCall('arm', 2, () => both.resolve());
    world.put(aManualBody());
    expect(await world.handle(aManualBody({ cluster: 'north' }))).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(2);
  });

  test('write their skips side by side, and only the message of one that fails comes back', async () => {
    const world = createFunctionWorld();
    let [underWay, most] = [0, 0];
    const skip = world.deps.ledger.skip;
    const deps = {
      ...world.deps,
      ledger: {
        ...world.deps.ledger,
        async skip(...args: Parameters<typeof skip>) {
          underWay += 1;
          most = Math.max(most, underWay);
          await new Promise((resolve) => setImmediate(resolve));
          underWay -= 1;
          if (args[1].includes('edge-4')) throw new Error('simulated: the skip failed');
          return skip(...args);
        },
      },
    };
    const old = world.now() - 600 * minute;
    for (let n = 0; n < 10; n += 1) world.put(anAlarmBody(5, { alarm: `edge-${n}`, at: old }));
    const batch = world.sqs.visible().map((message) => world.sqs.receive(message));
    const back = await processBatch(batch, world.now() + 60_000, deps);
    expect(most).toBe(10);
    expect(back).toEqual([batch[4]?.messageId]);
    expect([...world.table.items.keys()].filter((pk) => pk.startsWith('JOB#'))).toHaveLength(9);
  });

  test('have their own jobs done in the order of the batch', async () => {
    const world = twoClusters();
    for (const key of ['a', 'b', 'c']) {
      world.put(aManualBody({ key, add: 1 }));
      world.put(aManualBody({ key, add: 1, cluster: 'north' }));
    }
    await world.deliver();
    for (const cluster of ['edge', 'north'])
      expect(answered(world).filter(([key]) => String(key).includes(`/${cluster}/`))).toEqual(
        ['a', 'b', 'c'].map((key) => [jobKey(key, cluster), 'done', 'accepted']),
      );
    expect(world.cluster()).toMatchObject({ ver: 3, used: 3 });
  });

  test('never get past their limits, however many jobs come at once', async () => {
    for (let n = 0; n < 10; n += 1) world.put(aManualBody({ key: `job-${n}`, add: 4 }));
    await world.deliver();
    expect(world.ack.purchases().map((one) => one.count)).toEqual([4, 4, 2]);
    expect(world.cluster()).toMatchObject({ used: 10 });
    expect(answered(world).filter(([, , outcome]) => outcome === 'skipped')).toHaveLength(7);
  });

  test('are read twice for a storm: for the one that buys, and for all that must wait after it', async () => {
    for (let n = 0; n < 10; n += 1) world.put(anAlarmBody(5, { at: sampleAt - n * 1000 }));
    await world.deliver();
    expect(world.ack.purchases()).toHaveLength(1);
    expect(world.sqs.messages).toHaveLength(9);
    expect([count(world, 'readClusters'), count(world, 'readJobs')]).toEqual([2, 2]);
  });

  test('are read once for jobs that change nothing, and again after each that does', async () => {
    const world = createFunctionWorld({ initialNodes: 9 });
    for (const key of ['a', 'b', 'c']) world.put(aManualBody({ key, reach: 5 }));
    await world.deliver();
    expect([count(world, 'readClusters'), count(world, 'readJobs')]).toEqual([1, 1]);
    for (const key of ['d', 'e', 'f']) world.put(aManualBody({ key, add: 1 }));
    await world.deliver();
    expect([count(world, 'readClusters'), count(world, 'readJobs')]).toEqual([4, 4]);
  });

  test('are read before their jobs: a verdict that moves from one to the other in between is seen', async () => {
    const purchase = aPurchase({ key: jobKey('sale-1') });
    await world.arm(purchase);
    await world.settle(purchase, aVerdict());
    let reads = 0;
    const between = async () => {
      reads += 1;
      if (reads !== 2) return;
      await world.ledger.copy('edge', purchase.key, aVerdict());
      await world.ledger.forget('edge', purchase.key, sampleAt + 2 * timings.forgetAfterMs);
    };
    world.onCall('readCluster', 1, between);
    world.onCall('readJobs', 1, between);
    expect(await world.handle(aManualBody())).toEqual([]);
    expect(answered(world)).toEqual([[purchase.key, 'done', 'replayed']]);
    expect(world.ack.purchases()).toEqual([]);
  });

  test('start a job over when somebody else moved them on', async () => {
    const paused = { by: 'ann', reason: 'tests', at: sampleAt };
    world.onCall('arm', 1, async () => world.pause(paused));
    await world.handle(aManualBody());
    expect(world.ack.purchases()).toEqual([]);
    expect(world.sqs.messages).toMatchObject([{ attributes: { deferrals: '1' } }]);
  });

  test('let a job take a break when others move them on five times', async () => {
    const { messageId } = world.put(aManualBody());
    for (const nth of [1, 2, 3, 4, 5]) world.onCall('arm', nth, async () => world.pause(undefined));
    expect(await world.deliver()).toEqual([messageId]);
    expect(count(world, 'arm')).toBe(5);
    expect(world.log).toContainEqual(
      expect.objectContaining({
        event: 'job',
        fields: expect.objectContaining({ kind: 'retry', why: 'others moved edge on 5 times' }),
      }),
    );
    world.pass(minute);
    expect(await world.deliver()).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
  });
});

describe('a function that runs out of time', () => {
  test('hands back what it has not started, and does nothing for it', async () => {
    const { messageId } = world.put(aManualBody());
    expect(await world.deliver(timings.jobTimeMs - 1)).toEqual([messageId]);
    expect(world.calls).toEqual(['readClusters', 'readJobs', 'changeVisibility']);
  });

  test('starts a job that just fits', async () => {
    world.put(aManualBody());
    expect(await world.deliver(timings.jobTimeMs)).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
  });

  test('finishes the job that took the time, and hands back the next ones', async () => {
    world.onCall('copy', 1, () => world.pass(timings.functionTimeoutMs - timings.jobTimeMs + 1));
    const [, ...later] = ['a', 'b', 'c'].map((key) => world.put(aManualBody({ key })).messageId);
    expect(await world.deliver()).toEqual(later);
    expect(world.ack.purchases()).toHaveLength(1);
  });
});

describe('a job that must wait', () => {
  test('is put on the queue again and acknowledged: waiting is no failure', async () => {
    await occupy(world);
    const { messageId } = world.put(aManualBody());
    expect(await world.deliver()).toEqual([]);
    expect(world.sqs.messages).toMatchObject([
      { body: aManualBody(), receiveCount: 0, attributes: { deferrals: '1' } },
    ]);
    expect(world.sqs.messages[0]?.messageId).not.toBe(messageId);
  });

  test('is bought once when its turn comes', async () => {
    world.ack.setFault({ kind: 'throttle', status: 429, times: 2 });
    world.put(aManualBody());
    for (let round = 0; round < 3; round += 1) {
      expect(await world.deliver()).toEqual([]);
      world.pass(15 * minute);
    }
    expect(world.ack.purchases()).toHaveLength(1);
    expect(world.sqs.messages).toEqual([]);
    expect(count(world, 'purchase')).toBe(3);
  });

  /** The delay of a message that has waited so often, behind a busy slot. */
  async function delayOf(deferrals: number, roll: number): Promise<number> {
    const world = createFunctionWorld();
    world.roll(roll);
    await occupy(world);
    await world.handle(aManualBody(), { deferrals: String(deferrals) });
    return (world.sqs.messages[0]?.visibleAt ?? 0) - world.now();
  }

  test('waits longer every time, and at most what SQS can delay', async () => {
    const delays = await Promise.all([0, 1, 2, 3, 4, 5, 6, 100].map((deferrals) => delayOf(deferrals, 0)));
    expect(delays).toEqual([30, 30, 60, 120, 240, 480, 480, 480].map((seconds) => seconds * 1000));
    for (const deferrals of [0, 3, 6, 100])
      expect(await delayOf(deferrals, 0.9999)).toBeLessThanOrEqual(timings.maxDelayMs);
  });

  test('waits up to a tenth longer by chance, and never shorter than it must', async () => {
    const delays = await Promise.all([0, 0.25, 0.5, 0.75, 0.9999].map((roll) => delayOf(2, roll)));
    expect(delays).toEqual([60, 62, 63, 65, 66].map((seconds) => seconds * 1000));
  });

  test('waits until the cooldown ends, in steps of 15 minutes at most', async () => {
    const world = createFunctionWorld({ clusters: { edge: aPolicy({ cooldownMinutes: 25, staleAfterMinutes: 60 }) } });
    world.roll(0);
    await world.handle(aManualBody());
    await world.handle(anAlarmBody(5));
    expect(world.sqs.messages[0]?.visibleAt).toBe(sampleAt + 15 * minute);
    world.pass(15 * minute);
    await world.deliver();
    expect(world.sqs.messages[0]?.visibleAt).toBe(sampleAt + 25 * minute);
  });

  test('takes a deferral count that is no number for none', async () => {
    world.roll(0);
    await occupy(world);
    await world.handle(aManualBody(), { deferrals: 'often' });
    expect(world.sqs.messages[0]?.visibleAt).toBe(sampleAt + 30_000);
  });
});

describe('help with a busy slot', () => {
  test('is given once per batch', async () => {
    await occupy(world, { phase: 'unknown' });
    for (const key of ['a', 'b', 'c']) world.put(aManualBody({ key }));
    await world.deliver();
    expect(world.requests.filter(({ path }) => path.endsWith('/tasks'))).toHaveLength(1);
    expect(world.sqs.messages).toHaveLength(3);
  });

  test('frees the slot for the job when it comes back', async () => {
    world.onCall('purchase', 1, 'loses its answer');
    await world.handle(aManualBody({ key: 'first', add: 1 }));
    expect(world.cluster().purchase).toMatchObject({ phase: 'unknown' });
    world.pass(minute);
    await world.handle(aManualBody({ key: 'second', add: 2 }));
    expect(world.job(jobKey('first'))).toMatchObject({ outcome: 'accepted' });
    world.pass(minute);
    await world.deliver();
    expect(world.ack.purchases().map((one) => one.count)).toEqual([1, 2]);
  });

  test('that fails is no failure of the job', async () => {
    await occupy(world);
    world.onCall('readCluster', 1, 'fails');
    expect(await world.handle(aManualBody())).toEqual([]);
    expect(world.log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'help-failed' }));
    expect(world.sqs.messages).toHaveLength(1);
  });
});

describe('several jobs in one message', () => {
  const alert = (cluster: string, fingerprint: string) => ({
    status: 'firing',
    labels: { alertname: `${cluster}-cpu`, cluster },
    annotations: { value: '95', threshold: '80' },
    startsAt: new Date(sampleAt).toISOString(),
    fingerprint,
  });
  const group = (...alerts: readonly unknown[]) =>
    JSON.stringify({ version: '4', status: 'firing', receiver: 'edge-scale-out', groupKey: '{}', alerts });

  test('are each done, and the message is acknowledged once', async () => {
    const world = twoClusters();
    expect(await world.handle(group(alert('edge', 'f1'), alert('north', 'f2')))).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(2);
    expect(world.sqs.messages).toEqual([]);
  });

  test('wait together when one must wait, and what is done already is not done again', async () => {
    const world = twoClusters();
    await occupy(world);
    expect(await world.handle(group(alert('edge', 'f1'), alert('north', 'f2')))).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
    expect(world.sqs.messages).toMatchObject([{ attributes: { deferrals: '1' } }]);
    await world.ledger.unsent('edge', aPurchase({ key: jobKey('other') }), 0);
    world.pass(minute);
    await world.deliver();
    expect(world.ack.purchases().map(({ clusterId }) => clusterId)).toEqual([
      'Cd0000000000000000000000000000000',
      aPolicy().id,
    ]);
    expect(world.sqs.messages).toEqual([]);
  });

  test('that waited, and of which one is not wanted any more, lose none: a person sees what is missing', async () => {
    const world = twoClusters();
    await occupy(world);
    await world.handle(group(alert('edge', 'f1'), alert('north', 'f2')));
    expect(world.sqs.messages).toMatchObject([{ attributes: { jobs: '2', deferrals: '1' } }]);
    const { north: _, ...clusters } = world.config.clusters;
    const later = { ...world.deps, config: { ...world.config, clusters } };
    const deliver = async () => {
      world.pass(minute);
      const batch = world.sqs.visible().map((message) => world.sqs.receive(message));
      expect(await processBatch(batch, world.now() + minute, later)).toEqual([]);
      for (const { receiptHandle } of batch) world.sqs.remove(receiptHandle);
    };
    await deliver();
    expect(world.sqs.messages).toMatchObject([{ attributes: { jobs: '2', deferrals: '2' } }]);
    expect(world.sqs.deadLetters).toEqual([]);
    await world.ledger.unsent('edge', aPurchase({ key: jobKey('other') }), 0);
    await deliver();
    expect(world.ack.purchases().map(({ clusterId }) => clusterId)).toEqual([
      'Cd0000000000000000000000000000000',
      aPolicy().id,
    ]);
    expect(world.sqs.messages).toEqual([]);
    expect(world.sqs.deadLetters).toMatchObject([
      { attributes: { jobs: '2', reason: 'unconfigured', detail: expect.stringContaining('1 of its 2 jobs') } },
    ]);
    // Once the cluster is back, its other jobs are replays.
    await world.handle(world.sqs.deadLetters[0]?.body ?? '', { jobs: '2', deferrals: '2' });
    expect(world.ack.purchases()).toHaveLength(2);
    expect(world.sqs.deadLetters).toHaveLength(1);
  });

  test('come back together when one fails', async () => {
    const world = twoClusters();
    const { messageId } = world.put(group(alert('edge', 'f1'), alert('north', 'f2')));
    world.onCall('arm', 1, () => world.onCall('copy', 1, 'fails'));
    expect(await world.deliver()).toEqual([messageId]);
    world.pass(minute);
    expect(await world.deliver()).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(2);
  });

  test('are done without those that cannot be read, which are told of', async () => {
    const world = twoClusters();
    const { messageId } = world.put(group(alert('edge', 'f1'), { ...alert('edge', 'f2'), startsAt: 'yesterday' }));
    expect(await world.deliver()).toEqual([]);
    expect(world.ack.purchases()).toHaveLength(1);
    expect(world.log).toContainEqual({
      level: 'warn',
      event: 'alert-incomplete',
      fields: { messageId, warning: expect.stringContaining('startsAt') },
    });
  });
});

describe('what is counted', () => {
  test('of messages is who sent them, whatever becomes of them', async () => {
    world.put(aManualBody());
    world.put(anAlarmBody(5), { cluster: 'edge' });
    world.put(anAlarmBody(5).replace('"ALARM"', '"OK"'), { source: 'cloudwatch' });
    world.put('no alert', { source: 'grafana' });
    world.put('no alert', { source: 'pager' });
    await world.handle('no alert');
    expect(world.measured('AlertsReceived')).toEqual(
      ['manual', 'cloudwatch', 'cloudwatch', 'grafana', 'unknown', 'unknown'].map((source) => ({ value: 1, source })),
    );
  });

  test('of an alert that comes again, after a wait or a failure, is its first coming', async () => {
    world.put(aManualBody(), { deferrals: '1' });
    world.put(aManualBody()).receiveCount = 1;
    await world.deliver();
    expect(world.measured('AlertsReceived')).toEqual([]);
  });

  test('of messages that ask for nothing, and of jobs that were decided before, is how many', async () => {
    world.put(aManualBody());
    world.put(aManualBody());
    world.put(anAlarmBody(5).replace('"ALARM"', '"OK"'));
    await world.deliver();
    expect(world.measured('Replays')).toEqual([{ value: 1 }]);
    expect(world.measured('IgnoredMessages')).toEqual([{ value: 1 }]);
  });

  test('of dead letters is the reason, once the message lies there', async () => {
    world.put('no alert');
    world.put(aManualBody({ cluster: 'mars' }));
    world.put(aManualBody({ add: 1 }));
    world.put(aManualBody({ add: 2 }));
    world.onCall('deadLetter', 1, 'fails');
    await world.deliver();
    expect(world.measured('DeadLettered')).toEqual(
      ['unknown-cluster', 'conflict'].map((reason) => ({ value: 1, reason })),
    );
  });

  test('of jobs that wait is the reason, once their message is back on the queue', async () => {
    await occupy(world);
    world.put(aManualBody({ key: 'a' }));
    world.put(aManualBody({ key: 'b' }));
    world.onCall('defer', 1, 'fails');
    await world.deliver();
    expect(world.measured('Deferrals')).toEqual([{ value: 1, reason: 'busy' }]);
  });

  test('of a wrong clock is a deferral', async () => {
    const world = createFunctionWorld({ gatewaySkewMs: 2 * minute });
    await world.handle(aManualBody());
    expect(world.measured('Deferrals')).toEqual([{ value: 1, reason: 'clock-skew' }]);
  });

  test('of a purchase that the gateway throttled is the throttling, and a deferral', async () => {
    world.ack.setFault({ kind: 'throttle', status: 429, times: 1 });
    await world.handle(aManualBody());
    expect(world.measured('ApiThrottles')).toEqual([{ value: 1, cluster: 'edge' }]);
    expect(world.measured('Deferrals')).toEqual([{ value: 1, reason: 'not-sent' }]);
  });

  test('of alerts that a sender left out is told once, however often their message comes', async () => {
    const alert = { status: 'firing', startsAt: new Date(sampleAt).toISOString(), fingerprint: 'f1' };
    const labels = { alertname: 'edge-cpu', cluster: 'edge' };
    const paused = { by: 'ana', reason: 'no more', at: sampleAt };
    await world.pause(paused);
    world.put(JSON.stringify({ version: '4', alerts: [{ ...alert, labels }], truncatedAlerts: 7 }));
    for (let n = 0; n < 5; n += 1) {
      await world.deliver();
      world.pass(5 * minute);
    }
    expect(world.measured('Deferrals').length).toBeGreaterThan(1);
    expect(world.measured('TruncatedAlerts')).toEqual([{ value: 7, source: 'alertmanager' }]);
  });

  test('of alerts that a sender left out is how many', async () => {
    world.put(JSON.stringify({ version: '4', alerts: [], truncatedAlerts: 7 }));
    await world.handle(JSON.stringify({ version: '4', alerts: [], truncatedAlerts: 3 }), { source: 'arms' });
    expect(world.measured('TruncatedAlerts')).toEqual([
      { value: 7, source: 'unknown' },
      { value: 3, source: 'arms' },
    ]);
    expect(world.log.filter(({ event }) => event === 'alert-incomplete').map(({ fields }) => fields)).toEqual([
      { messageId: 'm1', warning: expect.stringContaining('left out 7 more alerts') },
      { messageId: 'm2', warning: expect.stringContaining('left out 3 more alerts') },
    ]);
  });
});

test('a batch without messages is a batch without failures', async () => {
  const none: readonly AlertMessage[] = [];
  expect(await processBatch(none, sampleAt + minute, createFunctionWorld().deps)).toEqual([]);
});
