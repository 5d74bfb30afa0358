import { describe, expect, test } from '@jest/globals';
import { candidatesFor, knownJob } from '../../../functions/cli/report/known-job.ts';
import type { JobRecord, Progress } from '../../../functions/domain/job/purchase.ts';
import { aCluster, aPurchase, aStory, aVerdict, aWait, pendingOf, sampleAt } from '../../support/samples.ts';

const key = 'manual/edge/sale-1';
const completed: Progress = { state: 'completed', readyNodes: 3, at: sampleAt };
const skip: JobRecord = {
  key,
  cluster: 'edge',
  outcome: 'skipped',
  reason: 'satisfied',
  payload: 'add 3',
  at: sampleAt,
  story: aStory(),
};
const accepted: JobRecord = { key, cluster: 'edge', ...aVerdict() };

describe('a job is known', () => {
  test('by nothing when neither its cluster nor a record speaks of it', () => {
    expect(knownJob(key, aCluster(), undefined)).toBeUndefined();
    expect(knownJob(key, undefined, undefined)).toBeUndefined();
  });

  test('by its record, although its cluster is no longer configured', () => {
    expect(knownJob(key, undefined, accepted)).toMatchObject({ key, cluster: 'edge', state: 'accepted' });
  });

  test('by its record with the progress of its task', () => {
    expect(knownJob(key, aCluster(), { ...accepted, progress: completed })).toMatchObject({ progress: completed });
  });

  test('by the verdict on the cluster, which no record has a copy of yet', () => {
    const cluster = aCluster({ done: { [key]: aVerdict({ outcome: 'rejected' }) } });
    expect(knownJob(key, cluster, undefined)).toMatchObject({ cluster: 'edge', state: 'rejected' });
  });

  test('with the nodes that are still on their way', () => {
    const pending = { taskId: 'T-1', count: 2, at: sampleAt };
    expect(knownJob(key, aCluster({ pending: { ...pendingOf(4), [key]: pending } }), accepted)).toMatchObject({
      pending,
    });
  });

  test('by the slot of its cluster, in the phase of its purchase', () => {
    const purchase = aPurchase({ phase: 'parked' });
    expect(knownJob(key, aCluster({ purchase }), undefined)).toEqual({
      key,
      cluster: 'edge',
      state: 'parked',
      purchase,
    });
  });

  test('by nothing when the slot is that of another job', () => {
    const purchase = aPurchase({ key: 'manual/edge/other' });
    expect(knownJob(key, aCluster({ purchase }), undefined)).toBeUndefined();
  });

  test('by the skip in its record', () => {
    expect(knownJob(key, aCluster(), skip)).toMatchObject({ state: 'skipped', skip: { reason: 'satisfied' } });
  });

  test('by the note that it waits, when nothing else speaks of it', () => {
    const wait = aWait();
    expect(knownJob(key, aCluster(), undefined, wait)).toEqual({ key, cluster: 'edge', state: 'waiting', wait });
    expect(knownJob(key, undefined, undefined, wait)).toMatchObject({ cluster: 'edge', state: 'waiting' });
  });

  test('by what became of it rather than by the note that it waited', () => {
    const wait = aWait();
    expect(knownJob(key, aCluster(), skip, wait)).toMatchObject({ state: 'skipped' });
    expect(knownJob(key, aCluster(), accepted, wait)).toMatchObject({ state: 'accepted' });
    expect(knownJob(key, aCluster({ purchase: aPurchase() }), undefined, wait)).toMatchObject({ state: 'sending' });
    expect(knownJob(key, aCluster({ done: { [key]: aVerdict() } }), undefined, wait)).toMatchObject({
      state: 'accepted',
    });
  });

  test('by what was bought rather than by the skip of a slower handler', () => {
    expect(knownJob(key, aCluster({ done: { [key]: aVerdict() } }), skip)).toMatchObject({ state: 'accepted' });
    expect(knownJob(key, aCluster({ purchase: aPurchase() }), skip)).toMatchObject({ state: 'sending' });
  });
});

describe('a key may mean', () => {
  const clusters = ['beijing', 'shanghai'];

  test.each(['manual/beijing/a', 'cloudwatch/beijing/arn:aws:x/y'])('itself when it is whole: %s', (whole) => {
    expect(candidatesFor(whole, clusters)).toEqual([{ key: whole, cluster: 'beijing' }]);
  });

  test.each(['sale', 'sale/beijing', 'release/2026/11'])(
    "itself, or a caller's key in each cluster, when it is not: %s",
    (callers) => {
      const asIs = callers === 'sale/beijing' ? { key: callers, cluster: 'beijing' } : { key: callers };
      expect(candidatesFor(callers, clusters)).toEqual([
        asIs,
        { key: `manual/beijing/${callers}`, cluster: 'beijing' },
        { key: `manual/shanghai/${callers}`, cluster: 'shanghai' },
      ]);
    },
  );

  test('itself without a cluster when the config no longer has its cluster', () => {
    expect(candidatesFor('manual/gone/a', clusters)[0]).toEqual({ key: 'manual/gone/a' });
  });
});
