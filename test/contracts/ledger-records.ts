// What outlives a purchase: verdicts and their copies, skips, nodes on their way, and a cluster's pause.

import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import type { Progress, Skip, Verdict } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { aPurchase, aStory, aVerdict, sampleAt } from '../support/samples.ts';
import type { Bench, OpenBench } from './ledger-backends.ts';

const at = sampleAt;
const aSkip = (of: Partial<Skip> = {}): Skip => ({
  outcome: 'skipped',
  reason: 'satisfied',
  payload: 'add 3',
  at,
  story: aStory(),
  ...of,
});
const ready: Progress = { state: 'completed', readyNodes: 3, at };
const unchanged = { failures: 0, cooldownUntil: 0 };

const oddParts = [
  'a.b.c',
  '.leading.and.trailing.',
  'a/b//c/',
  '#hash #key #at',
  ':nonce = :value',
  'a[0]',
  'quote"\'`\\',
  'space and\ttab',
  'Größe-容量-🚀-é',
  '__proto__',
  'constructor',
  'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:CPU > 80 % (prod)/2026-11-11T08:00:00.000Z',
  'x'.repeat(600),
];

export function describeRecords(open: OpenBench): void {
  /** A cluster with an accepted verdict, and its three nodes on their way. */
  async function accepted(of: Partial<Verdict> = {}): Promise<{ bench: Bench; key: string; verdict: Verdict }> {
    const bench = open();
    const key = bench.key('sale');
    const verdict = aVerdict(of);
    const purchase = aPurchase({ key });
    await bench.ledger.arm(await bench.ledger.readCluster(bench.name), purchase);
    await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, verdict, 0);
    return { bench, key, verdict };
  }

  describe('COPY and SKIP', () => {
    test('COPY makes the verdict the record of its job, and once', async () => {
      const { ledger, name, key, job } = open();
      const verdict = aVerdict();
      expect(await ledger.copy(name, key('a'), verdict)).toBe(true);
      expect(await ledger.copy(name, key('a'), verdict)).toBe(false);
      expect(await job(key('a'))).toEqual({ pk: `JOB#${key('a')}`, key: key('a'), cluster: name, ...verdict });
    });

    test('COPY replaces a skip whole, and never another verdict', async () => {
      const { ledger, name, key, job } = open();
      await ledger.skip(name, key('a'), aSkip());
      expect(await ledger.copy(name, key('a'), aVerdict({ taskId: 'T-1' }))).toBe(true);
      expect(await job(key('a'))).not.toHaveProperty('reason');
      expect(await ledger.copy(name, key('a'), aVerdict({ outcome: 'rejected' }))).toBe(false);
      expect(await job(key('a'))).toMatchObject({ outcome: 'accepted', taskId: 'T-1' });
    });

    test('COPY leaves the progress of its job alone when repeated', async () => {
      const { ledger, name, key, job } = open();
      await ledger.copy(name, key('a'), aVerdict());
      await ledger.progress(key('a'), 'T-1', ready);
      expect(await ledger.copy(name, key('a'), aVerdict())).toBe(false);
      expect(await job(key('a'))).toMatchObject({ progress: ready });
    });

    test('SKIP is written where nothing is, and over nothing', async () => {
      const { ledger, name, key, job } = open();
      expect(await ledger.skip(name, key('a'), aSkip())).toBe(true);
      expect(await ledger.skip(name, key('a'), aSkip({ reason: 'stale' }))).toBe(false);
      expect(await job(key('a'))).toEqual({ pk: `JOB#${key('a')}`, key: key('a'), cluster: name, ...aSkip() });
      await ledger.copy(name, key('b'), aVerdict({ outcome: 'rejected' }));
      expect(await ledger.skip(name, key('b'), aSkip())).toBe(false);
      expect(await job(key('b'))).toMatchObject({ outcome: 'rejected' });
    });

    test('a verdict and a skip at once leave the verdict', async () => {
      const { ledger, name, key, job } = open();
      const race = Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0 ? ledger.skip(name, key('a'), aSkip()) : ledger.copy(name, key('a'), aVerdict()),
      );
      await Promise.all(race);
      expect(await job(key('a'))).toMatchObject({ outcome: 'accepted' });
    });
  });

  describe('FORGET', () => {
    const anHour = timings.forgetAfterMs;

    test('refuses every ARM that was decided while the verdict was still there', async () => {
      const { bench, key } = await accepted({ at });
      const seen = await bench.ledger.readCluster(bench.name);
      await bench.ledger.forget(bench.name, key, at + anHour + 1);
      expect(await bench.ledger.arm(seen, aPurchase({ key: bench.key('late') }))).toBe(false);
    });

    test('drops a verdict that is older than an hour, and nothing else', async () => {
      const { bench, key } = await accepted({ at });
      expect(await bench.ledger.forget(bench.name, key, at + anHour + 1)).toBe(true);
      expect(await bench.ledger.forget(bench.name, key, at + anHour + 1)).toBe(false);
      expect(await bench.cluster()).toMatchObject({ done: {}, pending: { [key]: { taskId: 'T-1' } }, used: 3 });
    });

    test('is refused until the hour is over, and for what is not there', async () => {
      const { bench, key, verdict } = await accepted({ at });
      expect(await bench.ledger.forget(bench.name, key, at + anHour)).toBe(false);
      expect(await bench.ledger.forget(bench.name, bench.key('other'), at + 2 * anHour)).toBe(false);
      expect(await bench.cluster()).toMatchObject({ done: { [key]: verdict } });
    });

    test.each(['sending', 'unknown', 'parked'] as const)('is refused while a slot is %s', async (phase) => {
      const { bench, key } = await accepted({ at });
      const next = aPurchase({ key: bench.key('next'), nonce: 'n2', phase });
      await bench.ledger.arm(await bench.ledger.readCluster(bench.name), next);
      expect(await bench.ledger.forget(bench.name, key, at + 2 * anHour)).toBe(false);
      expect(await bench.cluster()).toHaveProperty(['done', key]);
    });
  });

  describe('FOLLOW and SHRINK', () => {
    const overdue = { state: 'overdue', asked: 3, ready: 1, why: 'late', at } as const;

    test('FOLLOW tells how an accepted task goes on, and that overdue nodes came after all', async () => {
      const { bench, key, verdict } = await accepted();
      await bench.ledger.copy(bench.name, key, verdict);
      expect(await bench.ledger.progress(key, 'T-1', overdue)).toBe(true);
      expect(await bench.ledger.progress(key, 'T-1', ready)).toBe(true);
      expect(await bench.job(key)).toMatchObject({ outcome: 'accepted', progress: ready });
    });

    test.each([
      ['completed', ready],
      ['partial', { state: 'partial', asked: 3, got: 1, why: 'no stock', at }],
      ['failed', { state: 'failed', code: 'C', message: 'M', at }],
    ] as const)('FOLLOW does not replace the end of a task: %s', async (_, end) => {
      const { bench, key, verdict } = await accepted();
      await bench.ledger.copy(bench.name, key, verdict);
      expect(await bench.ledger.progress(key, 'T-1', end)).toBe(true);
      for (const later of [overdue, { ...ready, at: at + 1 }])
        expect(await bench.ledger.progress(key, 'T-1', later)).toBe(false);
      expect(await bench.job(key)).toMatchObject({ progress: end });
    });

    test('FOLLOW of another task is refused, and CORRECT takes the progress of the other one away', async () => {
      const { bench, key, verdict } = await accepted();
      await bench.ledger.copy(bench.name, key, verdict);
      expect(await bench.ledger.progress(key, 'T-1', ready)).toBe(true);
      const correction = { taskId: 'T-2', resolution: { by: 'bob', reason: 'it was mistyped' } };
      expect(await bench.ledger.correctRecord(key, 'T-1', correction)).toBe(true);
      expect(await bench.ledger.progress(key, 'T-1', overdue)).toBe(false);
      expect(await bench.job(key)).not.toHaveProperty('progress');
      expect(await bench.ledger.progress(key, 'T-2', overdue)).toBe(true);
    });

    test('FOLLOW is refused for a job that is rejected, skipped or not there', async () => {
      const { ledger, name, key, job } = open();
      await ledger.copy(name, key('rejected'), aVerdict({ outcome: 'rejected' }));
      await ledger.skip(name, key('skipped'), aSkip());
      for (const one of ['rejected', 'skipped', 'missing']) {
        expect(await ledger.progress(key(one), 'T-1', ready)).toBe(false);
        expect((await job(key(one))) ?? {}).not.toHaveProperty('progress');
      }
    });

    test('SHRINK writes what remains, moves the version on, and is refused when repeated', async () => {
      const { bench, key } = await accepted();
      const seen = await bench.ledger.readCluster(bench.name);
      const remaining = { taskId: 'T-1', count: 1, at };
      expect(await bench.ledger.shrink(seen, key, remaining, unchanged)).toBe(true);
      expect(await bench.ledger.shrink(seen, key, remaining, unchanged)).toBe(false);
      expect(await bench.cluster()).toMatchObject({ ver: 2, pending: { [key]: remaining }, failures: 0 });
    });

    test('SHRINK drops the entry that nothing remains of, and counts failures into the cooldown', async () => {
      const { bench, key } = await accepted();
      const seen = await bench.ledger.readCluster(bench.name);
      expect(await bench.ledger.shrink(seen, key, undefined, { failures: 2, cooldownUntil: at + 1 })).toBe(true);
      expect(await bench.cluster()).toMatchObject({ ver: 2, pending: {}, failures: 2, cooldownUntil: at + 1 });
    });

    test('SHRINK notes with the verdict how many nodes came, none included', async () => {
      for (const got of [2, 0]) {
        const { bench, key, verdict } = await accepted();
        const seen = await bench.ledger.readCluster(bench.name);
        expect(await bench.ledger.shrink(seen, key, undefined, unchanged, { got, at: at + 7 })).toBe(true);
        expect(await bench.cluster()).toMatchObject({
          ver: 2,
          pending: {},
          done: { [key]: { ...verdict, got, endedAt: at + 7 } },
        });
      }
    });

    test('SHRINK notes nothing where the verdict was forgotten before the cluster was read', async () => {
      const { bench, key } = await accepted({ at });
      await bench.ledger.forget(bench.name, key, at + 2 * timings.forgetAfterMs);
      const seen = await bench.ledger.readCluster(bench.name);
      expect(await bench.ledger.shrink(seen, key, undefined, unchanged, { got: 3, at })).toBe(true);
      expect(await bench.cluster()).toMatchObject({ ver: 3, pending: {}, done: {} });
    });

    test('SHRINK is refused, and is no error, where the verdict was forgotten after the cluster was read', async () => {
      const { bench, key } = await accepted({ at });
      const seen = await bench.ledger.readCluster(bench.name);
      await bench.ledger.forget(bench.name, key, at + 2 * timings.forgetAfterMs);
      expect(await bench.ledger.shrink(seen, key, undefined, unchanged, { got: 3, at })).toBe(false);
      expect(await bench.cluster()).toMatchObject({ ver: 2, pending: { [key]: { count: 3 } }, done: {} });
    });

    test('SHRINK is refused over a version or a cooldown that moved on', async () => {
      const { bench, key } = await accepted();
      const seen = await bench.ledger.readCluster(bench.name);
      expect(await bench.ledger.shrink({ ...seen, ver: 0 }, key, undefined, unchanged)).toBe(false);
      expect(await bench.ledger.shrink({ ...seen, cooldownUntil: 1 }, key, undefined, unchanged)).toBe(false);
      expect(await bench.cluster()).toMatchObject({ ver: 1, pending: { [key]: { count: 3 } } });
    });
  });

  describe('PAUSE', () => {
    const paused = { by: 'ann', reason: 'maintenance', at };

    test('remembers who resumed last, also while it is stopped again', async () => {
      const { ledger, name } = open();
      const resumed = { by: 'bob', reason: 'it is over', at };
      await ledger.pause(await ledger.readCluster(name), paused);
      expect(await ledger.pause(await ledger.readCluster(name), undefined, resumed)).toBe(true);
      expect(await ledger.readCluster(name)).toMatchObject({ resumed });
      await ledger.pause(await ledger.readCluster(name), paused);
      expect(await ledger.readCluster(name)).toMatchObject({ paused, resumed });
    });

    test('stops and resumes, and each keeps out whoever had read the cluster before', async () => {
      const { ledger, name } = open();
      const before = await ledger.readCluster(name);
      expect(await ledger.pause(before, paused)).toBe(true);
      expect(await ledger.arm(before, aPurchase())).toBe(false);
      expect(await ledger.pause(before, undefined)).toBe(false);
      const during = await ledger.readCluster(name);
      expect(during).toMatchObject({ ver: 1, paused });
      expect(await ledger.pause(during, undefined)).toBe(true);
      const after = await ledger.readCluster(name);
      expect(after).not.toHaveProperty('paused');
      expect(await ledger.arm(during, aPurchase())).toBe(false);
      expect(await ledger.arm(after, aPurchase())).toBe(true);
    });
  });

  describe('many clusters', () => {
    test('are read together, and made where they are seen first', async () => {
      const { ledger, name } = open();
      await ledger.arm(await ledger.readCluster(name), aPurchase());
      const [known, fresh] = [name, `${name}-fresh`];
      const read = await ledger.readClusters([known, fresh, known]);
      expect([...read.keys()]).toEqual([known, fresh]);
      expect(read.get(known)).toEqual(await ledger.readCluster(known));
      expect(read.get(fresh)).toEqual(await ledger.readCluster(fresh));
      expect([read.get(known)?.ver, read.get(fresh)?.ver]).toEqual([1, 0]);
    });
  });

  describe('the records of jobs', () => {
    test('are read by key, without those that are not there', async () => {
      const { ledger, name, key } = open();
      await ledger.skip(name, key('a'), aSkip());
      await ledger.copy(name, key('b'), aVerdict());
      const records = await ledger.readJobs([key('a'), key('b'), key('c')]);
      expect([...records].map(([of, { outcome, cluster }]) => [of, outcome, cluster]).toSorted()).toEqual([
        [key('a'), 'skipped', name],
        [key('b'), 'accepted', name],
      ]);
    });

    test('are read once for keys that come twice', async () => {
      const { ledger, name, key } = open();
      await ledger.skip(name, key('a'), aSkip());
      const records = await ledger.readJobs([key('a'), key('b'), key('a'), key('b'), key('a')]);
      expect([...records.keys()]).toEqual([key('a')]);
    });

    test('are read for more keys than one call takes', async () => {
      const { ledger, name, key } = open();
      const keys = Array.from({ length: 230 }, (_, n) => key(`job-${n}`));
      await Promise.all(keys.map((one) => ledger.skip(name, one, aSkip())));
      expect([...(await ledger.readJobs(keys)).keys()].toSorted()).toEqual(keys.toSorted());
    });

    test('are asked for again where the table left some out', async () => {
      const { client, table, ledger, name, key } = open();
      const keys = Array.from({ length: 20 }, (_, n) => key(`job-${n}`));
      await Promise.all(keys.map((one) => ledger.skip(name, one, aSkip())));
      const records = await createLedger(answeringThree(client), table).readJobs(keys);
      expect([...records.keys()].toSorted()).toEqual(keys.toSorted());
    });

    test('of no keys are none, and nothing is asked', async () => {
      const nobody = { send: () => Promise.reject(new Error('asked')) } as unknown as DynamoDBDocumentClient;
      expect((await createLedger(nobody, 'ledger').readJobs([])).size).toBe(0);
    });
  });

  test.each(oddParts)('a job keeps its own name through its life: %j', async (part) => {
    const { ledger, name, key, cluster } = open();
    const [mine, others] = [key(part), key('plain')];
    for (const [n, one] of [others, mine].entries()) {
      const purchase = aPurchase({ key: one, nonce: `n${n}` });
      expect(await ledger.arm(await ledger.readCluster(name), purchase)).toBe(true);
      expect(await ledger.settle(await ledger.readCluster(name), purchase, aVerdict({ at }), 0)).toBe(true);
      expect(await ledger.copy(name, one, aVerdict({ at }))).toBe(true);
      expect(await ledger.progress(one, 'T-1', ready)).toBe(true);
    }
    expect((await ledger.readJobs([mine])).get(mine)).toMatchObject({ key: mine, progress: ready });
    const both = await ledger.readCluster(name);
    expect(Object.keys(both.done).toSorted()).toEqual([mine, others].toSorted());
    expect(await ledger.shrink(both, mine, undefined, unchanged, { got: 3, at })).toBe(true);
    expect((await ledger.readCluster(name)).done[mine]).toMatchObject({ got: 3, endedAt: at });
    expect(await ledger.forget(name, mine, at + 2 * timings.forgetAfterMs)).toBe(true);
    const { done, pending } = (await cluster()) ?? {};
    expect([done, pending].map((map) => Object.keys(map ?? {}))).toEqual([[others], [others]]);
  });

  test('a write that nobody answered throws, as nobody knows whether it was applied', async () => {
    const { client, table, name } = open();
    const deaf = {
      send: async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
        await client.send(command);
        throw new Error('the answer was lost');
      },
    } as unknown as DynamoDBDocumentClient;
    const ledger = createLedger(deaf, table);
    await expect(ledger.skip(name, `manual/${name}/a`, aSkip())).rejects.toThrow('the answer was lost');
  });
}

/** A table that answers three keys of each request and leaves the others to the next one. */
function answeringThree(client: DynamoDBDocumentClient): DynamoDBDocumentClient {
  const send = async (command: unknown) => {
    if (!(command instanceof BatchGetCommand)) throw new Error('only reads are expected');
    const [[table, { Keys = [] }] = ['', { Keys: [] }]] = Object.entries(command.input.RequestItems ?? {});
    const some = new BatchGetCommand({ RequestItems: { [table]: { Keys: Keys.slice(0, 3), ConsistentRead: true } } });
    return { ...(await client.send(some)), UnprocessedKeys: { [table]: { Keys: Keys.slice(3) } } };
  };
  return { send } as unknown as DynamoDBDocumentClient;
}
