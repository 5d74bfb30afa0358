import { describe, expect, test } from '@jest/globals';
import type { Wait } from '../../../functions/adapters/notes/waits.ts';
import { endedWell, follow, type Snapshot } from '../../../functions/cli/jobs/follow.ts';
import type { KnownJob } from '../../../functions/cli/report/known-job.ts';
import type { Progress } from '../../../functions/domain/job/purchase.ts';
import { aCluster, aPurchase, aStory, aVerdict, aWait, sampleAt } from '../../support/samples.ts';

const key = 'manual/edge/sale-1';
const common = { key, cluster: 'edge' } as const;
const seen = (job: KnownJob | undefined, cluster = aCluster()): Snapshot => ({ job, cluster });
const pending = (count: number) => ({ taskId: 'T-1', count, at: sampleAt });
const accepted = (rest: { progress?: Progress; pending?: ReturnType<typeof pending> } = {}): KnownJob => ({
  ...common,
  state: 'accepted',
  verdict: aVerdict(),
  ...rest,
});
const inSlot = (phase: 'sending' | 'unknown' | 'parked'): KnownJob => ({
  ...common,
  state: phase,
  purchase: aPurchase({ phase }),
});
const skipped = (reason: string): KnownJob => ({
  ...common,
  state: 'skipped',
  skip: { outcome: 'skipped', reason, payload: 'add 3', at: sampleAt, story: aStory() },
});
const waiting = (of: Partial<Wait>): KnownJob => ({ ...common, state: 'waiting', wait: aWait({ key, ...of }) });
const completed = accepted({ progress: { state: 'completed', readyNodes: 3, at: sampleAt } });

/** Shows the sights one after the other; a look beyond the last of them fails. */
async function followThrough(...sights: readonly Snapshot[]) {
  const [steps, left] = [[] as string[], [...sights]];
  let pauses = 0;
  const end = await follow({
    payload: 'add 3',
    read: async () => left.shift() ?? Promise.reject(new Error('looked once too often')),
    onStep: (step) => steps.push(step),
    pause: async () => {
      pauses += 1;
    },
  });
  return { end, steps, pauses };
}

test.each([
  ['bought', accepted()],
  ['in its slot', inSlot('sending')],
  ['skipped', skipped('stale')],
])('fails when the key was used before for something else, which is %s', async (_where, job) => {
  const read = async () => seen(job);
  const following = follow({ payload: 'add 5', read, onStep: () => undefined, pause: async () => undefined });
  await expect(following).rejects.toThrow(
    `${key} was used before to add 3, and asks now to add 5: it goes to the dead-letter queue; use another key`,
  );
});

test('follows a request from the queue to its Ready nodes, with a pause between any two looks', async () => {
  const { end, steps, pauses } = await followThrough(
    seen(undefined),
    seen(inSlot('sending')),
    seen(inSlot('unknown')),
    seen(accepted()),
    seen(accepted({ pending: pending(2) })),
    seen(completed),
  );
  expect(end).toBe(completed);
  expect(steps).toEqual([
    'waits on the queue',
    'being sent: no answer yet',
    'in doubt: it is not known whether it was bought',
    'bought as task T-1: 0 of 3 nodes Ready',
    'bought as task T-1: 1 of 3 nodes Ready',
  ]);
  expect(pauses).toBe(steps.length);
});

test('ends when its message is a dead letter, with the reason', async () => {
  const deadLetter = { reason: 'conflict', detail: 'key sale-1 was used before' };
  await expect(followThrough(seen(undefined), { ...seen(waiting({})), deadLetter })).rejects.toThrow(
    'its message is on the dead-letter queue (conflict): key sale-1 was used before',
  );
});

test('goes by the job where an earlier message of it bought, whatever became of this one', async () => {
  const deadLetter = { reason: 'failed', detail: 'eight times' };
  expect(await followThrough({ ...seen(accepted()), deadLetter }, seen(completed))).toMatchObject({ end: completed });
});

test('ends when it is late, with an exit code of its own and what the job waits for', async () => {
  const looks = [false, true];
  const following = follow({
    payload: 'add 3',
    read: async () => seen(inSlot('sending')),
    onStep: () => undefined,
    pause: async () => undefined,
    isLate: () => looks.shift() ?? true,
  });
  await expect(following).rejects.toMatchObject({
    message: '--timeout: the time is over, and the job goes on: being sent: no answer yet',
    exitCode: 4,
  });
  expect(looks).toEqual([]);
});

describe('while it waits on the queue, it tells what holds it up:', () => {
  test('a pause', async () => {
    const paused = { by: 'ana', reason: 'the bill', at: sampleAt };
    const { steps } = await followThrough(seen(undefined, aCluster({ paused })), seen(completed));
    expect(steps).toEqual([
      expect.stringMatching(/^waits on the queue: edge is paused by ana since 2026-11-11 .*: the bill$/),
    ]);
  });

  test("another job's purchase in the slot", async () => {
    const purchase = aPurchase({ key: 'manual/edge/other', phase: 'parked' });
    const { steps } = await followThrough(seen(undefined, aCluster({ purchase })), seen(completed));
    expect(steps).toEqual(['waits on the queue: the purchase of manual/edge/other is parked']);
  });

  test('what it was told to wait for, and until when', async () => {
    const why = 'ACK throttles requests';
    const { steps } = await followThrough(seen(waiting({ reason: 'not-sent', why })), seen(completed));
    expect(steps).toEqual([expect.stringMatching(/^waits on the queue until 2026-11-11 .*: ACK throttles requests$/)]);
  });

  test('a pause rather than what it was told to wait for before', async () => {
    const paused = { by: 'ana', reason: 'the bill', at: sampleAt };
    const { steps } = await followThrough(seen(waiting({}), aCluster({ paused })), seen(completed));
    expect(steps).toEqual([expect.stringMatching(/^waits on the queue: edge is paused by ana /)]);
  });
});

test('a key that waits with another intent is followed: which of the two is decided first is not known yet', async () => {
  const { end } = await followThrough(seen(waiting({ payload: 'add 5' })), seen(completed));
  expect(end).toBe(completed);
});

const ended = { at: sampleAt } as const;
test.each<[string, KnownJob, boolean]>([
  ['its nodes are Ready', completed, true],
  ['nothing was missing', skipped('satisfied'), true],
  ['it was a dry run', skipped('dry-run'), true],
  ['a limit left no room', skipped('max-per-day'), false],
  ['it was refused', { ...common, state: 'rejected', verdict: aVerdict({ outcome: 'rejected' }) }, false],
  ['it was abandoned', { ...common, state: 'abandoned', verdict: aVerdict({ outcome: 'abandoned' }) }, false],
  ['a person must say what became of it', inSlot('parked'), false],
  [
    'some nodes did not come',
    accepted({ progress: { state: 'partial', asked: 3, got: 2, why: 'sold out', ...ended } }),
    false,
  ],
  [
    'its task failed',
    accepted({ progress: { state: 'failed', code: 'NoStock', message: 'sold out', ...ended } }),
    false,
  ],
  [
    'its nodes are overdue',
    accepted({ progress: { state: 'overdue', asked: 3, ready: 0, why: 'late', ...ended } }),
    false,
  ],
])('it has ended when %s', async (_when, job, well) => {
  const { end, pauses } = await followThrough(seen(job));
  expect({ end, pauses, well: endedWell(end) }).toEqual({ end: job, pauses: 0, well });
});

test('a look that fails ends the waiting', async () => {
  await expect(followThrough(seen(undefined))).rejects.toThrow('looked once too often');
});
