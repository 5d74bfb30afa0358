import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../functions/backtest/world/ack/fault-schema.ts';
import type { Buy } from '../../functions/domain/job/decision.ts';
import { type Armed, type Cluster, claim, type Purchase } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { armPurchase } from '../../functions/purchase/process-job.ts';
import { sendPurchase } from '../../functions/purchase/send-purchase.ts';
import { type CallKind, createFunctionWorld, type FunctionWorld, secrets } from '../support/function-world.ts';
import { aBasis, aJob, aPolicy, aPurchase, aVerdict, minute, sampleAt } from '../support/samples.ts';

const { key } = aJob();
const purchase = aPurchase({ cost: 540 });

interface Slot {
  readonly world: FunctionWorld;
  readonly armed: Armed;
  /** What was read before ARM. */
  readonly seen: Cluster;
}

/** A world in whose slot the purchase stands, ready to be sent. */
async function armedWorld(of: Partial<Purchase> = {}): Promise<Slot> {
  const world = createFunctionWorld();
  const seen = await world.ledger.readCluster('edge');
  const its = { ...purchase, ...of };
  await world.ledger.arm(seen, its);
  const armed = claim(its, 'applied');
  if (!armed) throw new Error('a written slot is claimed');
  return { world, armed, seen };
}
const send = ({ world, armed, seen }: Slot) => sendPurchase(armed, seen, world.deps);
/** How often a call was made. */
const count = ({ world }: Slot, kind: CallKind) => world.calls.filter((one) => one === kind).length;

let slot: Slot;
beforeEach(async () => {
  slot = await armedWorld();
});

describe('armPurchase', () => {
  const buy: Buy = { kind: 'buy', count: 3, cost: 540, why: 'add 3; buy 3', basis: aBasis() };

  test('writes all that the send needs, without count and password in the request', async () => {
    const world = createFunctionWorld();
    const armed = await armPurchase(aJob(), buy, await world.ledger.readCluster('edge'), world.deps);
    expect(armed).toEqual({
      ...{ key, payload: 'add 3', count: 3, cost: 540, nonce: 'fresh-1', attempt: 1, phase: 'sending' },
      signedAt: sampleAt,
      clusterId: aPolicy().id,
      region: aPolicy().region,
      exclusive: true,
      leaseUntil: sampleAt + timings.leaseMs,
      request: aPolicy().worker,
      story: expect.objectContaining({ decision: 'add 3; buy 3', basis: aBasis() }),
    });
    expect(world.cluster().purchase).toEqual(armed);
    expect(JSON.stringify(armed)).not.toMatch(/login_password/);
  });

  test('answers nothing when the slot is not its own', async () => {
    const { world, seen } = await armedWorld();
    expect(await armPurchase(aJob(), buy, seen, world.deps)).toBeUndefined();
    expect(world.cluster().purchase?.nonce).toBe('nonce-1');
  });
});

describe('a send', () => {
  test('carries the nonce, the date and the count of its slot, and happens once', async () => {
    const slot = await armedWorld({ nonce: 'a-nonce', count: 2 });
    slot.world.pass(timings.sendWithinMs - 1);
    expect(await send(slot)).toMatchObject({ kind: 'done', outcome: 'accepted' });
    expect(slot.world.ack.purchases()).toMatchObject([{ nonce: 'a-nonce', count: 2 }]);
    expect(count(slot, 'purchase')).toBe(1);
    expect(JSON.parse(slot.world.requests[0]?.body ?? '')).toEqual({
      ...aPolicy().worker,
      count: 2,
      login_password: secrets.loginPassword,
      is_edge_worker: true,
    });
  });

  test('does not happen five seconds after the signature: the slot goes back', async () => {
    slot.world.pass(timings.sendWithinMs);
    expect(await send(slot)).toEqual({
      kind: 'defer',
      reason: 'not-sent',
      until: slot.world.now() + timings.backoffMs,
      why: 'it was not sent within five seconds of its signature',
    });
    expect(slot.world.calls).toEqual(['unsent']);
    expect(slot.world.cluster()).toMatchObject({ used: 0, spent: 0 });
    expect(slot.world.cluster()).not.toHaveProperty('purchase');
  });
});

describe('an accepted purchase', () => {
  test('frees the slot, keeps its reservation, and its nodes are expected', async () => {
    await send(slot);
    const [bought] = slot.world.ack.purchases();
    expect(slot.world.calls).toEqual(['purchase', 'settle', 'copy']);
    expect(slot.world.cluster()).toMatchObject({
      used: 3,
      spent: 540,
      pending: { [key]: { taskId: bought?.taskId, count: 3, at: sampleAt } },
      done: { [key]: { outcome: 'accepted', requestId: bought?.requestId } },
    });
  });

  test('makes alarms wait for the cooldown, and never shortens one', async () => {
    await send(slot);
    expect(slot.world.cluster().cooldownUntil).toBe(sampleAt + 10 * minute);
  });

  // Its sender was taken for dead, so the tasks of earlier purchases were followed, and one of them failed.
  test('does not put back a cooldown that a failed task has made longer meanwhile', async () => {
    const cooldownUntil = sampleAt + 60 * minute;
    slot.world.onCall('settle', 1, async () => {
      await slot.world.ledger.mark('edge', purchase.nonce);
      const seen = await slot.world.ledger.readCluster('edge');
      await slot.world.ledger.shrink(seen, 'manual/edge/earlier', undefined, { failures: 1, cooldownUntil });
    });
    expect(await send(slot)).toMatchObject({ kind: 'done', outcome: 'accepted' });
    expect(slot.world.cluster()).toMatchObject({ cooldownUntil, used: 3, done: { [key]: { outcome: 'accepted' } } });
    expect(slot.world.job(key)).toMatchObject({ outcome: 'accepted' });
  });

  test('doubles the cooldown for every failed task before it', async () => {
    await send({ ...slot, seen: { ...slot.seen, failures: 2 } });
    expect(slot.world.cluster().cooldownUntil).toBe(sampleAt + 40 * minute);
  });

  test('is settled once although the answer of SETTLE is lost', async () => {
    slot.world.onCall('settle', 1, 'loses its answer');
    expect(await send(slot)).toEqual({ kind: 'done', outcome: 'accepted', why: 'accepted, settled before' });
    expect(slot.world.ack.purchases()).toHaveLength(1);
    expect(slot.world.cluster()).toMatchObject({ used: 3, spent: 540 });
    expect(slot.world.job(key)).toMatchObject({ outcome: 'accepted' });
  });

  test('is settled at the third try', async () => {
    for (const nth of [1, 2]) slot.world.onCall('settle', nth, 'fails');
    expect(await send(slot)).toMatchObject({ outcome: 'accepted' });
    expect(count(slot, 'settle')).toBe(3);
  });

  test('that cannot be settled stays in its slot, for the reconciler to find', async () => {
    for (const nth of [1, 2, 3]) slot.world.onCall('settle', nth, 'fails');
    await expect(send(slot)).rejects.toThrow('settle failed');
    expect(count(slot, 'settle')).toBe(3);
    await slot.world.reconcileAfter(timings.leaseMs + 1);
    await slot.world.reconcile();
    expect(slot.world.job(key)).toMatchObject({ outcome: 'accepted', resolution: { by: 'reconcile' } });
    expect(slot.world.ack.purchases()).toHaveLength(1);
  });

  test('whose copy is lost in a crash is copied by the next visitor', async () => {
    slot.world.onCall('copy', 1, 'fails');
    await expect(send(slot)).rejects.toThrow('copy failed');
    expect(slot.world.job(key)).toBeUndefined();
    await slot.world.reconcile();
    expect(slot.world.job(key)).toMatchObject({ outcome: 'accepted' });
  });

  test('that the reconciler adopted a moment before is accepted all the same', async () => {
    slot.world.onCall('settle', 1, async () => {
      const [{ taskId } = { taskId: '' }] = slot.world.ack.purchases();
      await slot.world.settle(purchase, aVerdict({ taskId }));
    });
    expect(await send(slot)).toEqual({ kind: 'done', outcome: 'accepted', why: 'accepted, settled before' });
    expect(slot.world.job(key)).toMatchObject({ outcome: 'accepted' });
  });

  test('that was settled, copied and forgotten before its sender woke up is found in its record', async () => {
    slot.world.onCall('settle', 1, async () => {
      const [{ taskId } = { taskId: '' }] = slot.world.ack.purchases();
      await slot.world.settle(purchase, aVerdict({ taskId }));
      await slot.world.ledger.copy('edge', key, aVerdict({ taskId }));
      await slot.world.ledger.forget('edge', key, sampleAt + 2 * timings.forgetAfterMs);
    });
    expect(await send(slot)).toMatchObject({ kind: 'done', outcome: 'accepted' });
  });

  test.each([
    [
      'another task',
      async ({ ledger }: FunctionWorld) =>
        ledger.settle(await ledger.readCluster('edge'), purchase, aVerdict({ taskId: 'T-9' }), 0),
    ],
    ['nothing', async ({ ledger }: FunctionWorld) => ledger.unsent('edge', purchase, 0)],
  ])('whose slot moved on with %s is cried out', async (_, meanwhile) => {
    slot.world.onCall('settle', 1, () => meanwhile(slot.world));
    expect(await send(slot)).toEqual({ kind: 'retry', why: 'its slot moved on with another verdict, or none' });
    expect(slot.world.log).toContainEqual(expect.objectContaining({ level: 'error', event: 'late-verdict' }));
  });
});

describe('a rejection', () => {
  test.each<[string, Fault]>([
    ['QuotaExceeded.EnsInstance', { kind: 'no-stock' }],
    [
      'InsufficientBalance',
      { kind: 'error', status: 400, when: 'before', code: 'InsufficientBalance', spelling: 'service' },
    ],
    ['Forbidden.RAM', { kind: 'error', status: 403, when: 'before' }],
  ])('%s frees the slot, gives nodes and money back, and lets alarms wait', async (code, fault) => {
    slot.world.ack.setFault(fault);
    expect(await send(slot)).toMatchObject({ kind: 'done', outcome: 'rejected', why: expect.stringContaining(code) });
    expect(slot.world.job(key)).toMatchObject({ outcome: 'rejected', code });
    expect(slot.world.cluster()).toMatchObject({
      used: 0,
      spent: 0,
      pending: {},
      cooldownUntil: sampleAt + 10 * minute,
    });
    expect(slot.world.ack.purchases()).toEqual([]);
  });

  test('is settled once although the answer of SETTLE is lost', async () => {
    slot.world.ack.setFault({ kind: 'no-stock' });
    slot.world.onCall('settle', 1, 'loses its answer');
    expect(await send(slot)).toEqual({ kind: 'done', outcome: 'rejected', why: 'rejected, settled before' });
    expect(slot.world.cluster()).toMatchObject({ used: 0, spent: 0 });
  });
});

describe('a request that provably did not happen', () => {
  const throttled: Fault = { kind: 'throttle', status: 429, times: 1 };

  test('gives the slot back, and is tried again when the gateway says', async () => {
    slot.world.ack.setFault({ ...throttled, retryAfterMs: 90_000 });
    expect(await send(slot)).toMatchObject({ kind: 'defer', reason: 'not-sent', until: sampleAt + 90_000 });
    expect(slot.world.cluster()).toMatchObject({ used: 0, spent: 0, done: {}, cooldownUntil: sampleAt + 90_000 });
    expect(slot.world.cluster()).not.toHaveProperty('purchase');
    expect(slot.world.job(key)).toBeUndefined();
  });

  test.each([
    ['nothing', {}, timings.backoffMs],
    ['an instant', { retryAfterMs: 10 }, timings.backoffMs],
    ['an hour', { retryAfterMs: 60 * minute }, timings.maxDelayMs],
  ])('waits half a minute at least and 15 minutes at most when the gateway asks for %s', async (_, asked, waitMs) => {
    slot.world.ack.setFault({ ...throttled, ...asked });
    expect(await send(slot)).toMatchObject({ kind: 'defer', until: sampleAt + waitMs });
  });

  test('is a connection that never came up, too', async () => {
    slot.world.onCall('purchase', 1, 'fails');
    expect(await send(slot)).toMatchObject({ kind: 'defer', reason: 'not-sent' });
    expect(slot.world.calls).toEqual(['purchase', 'unsent']);
    expect(slot.world.measured('ApiThrottles')).toEqual([]);
  });

  test('is counted when the gateway throttled it', async () => {
    slot.world.ack.setFault(throttled);
    await send(slot);
    expect(slot.world.measured('ApiThrottles')).toEqual([{ value: 1, cluster: 'edge' }]);
  });

  test('never shortens a cooldown', async () => {
    slot.world.ack.setFault(throttled);
    await send({ ...slot, seen: { ...slot.seen, cooldownUntil: sampleAt + 60 * minute } });
    expect(slot.world.cluster().cooldownUntil).toBe(sampleAt + 60 * minute);
  });

  test('gives back once although the answer of UNSENT is lost', async () => {
    slot.world.ack.setFault(throttled);
    slot.world.onCall('unsent', 1, 'loses its answer');
    expect(await send(slot)).toMatchObject({ kind: 'defer', reason: 'not-sent' });
    expect(slot.world.cluster()).toMatchObject({ used: 0, spent: 0 });
    expect(count(slot, 'unsent')).toBe(2);
  });

  test('stays in doubt as a second attempt: its proof says nothing of the first', async () => {
    const slot = await armedWorld({ attempt: 2 });
    slot.world.ack.setFault(throttled);
    expect(await send(slot)).toMatchObject({ kind: 'defer', reason: 'not-sent' });
    expect(slot.world.cluster()).toMatchObject({ used: 3, spent: 540, purchase: { attempt: 2, phase: 'unknown' } });
  });

  test('stays in doubt when the reconciler called it unknown meanwhile', async () => {
    slot.world.ack.setFault(throttled);
    slot.world.onCall('unsent', 1, () => slot.world.ledger.mark('edge', purchase.nonce));
    expect(await send(slot)).toMatchObject({ kind: 'defer' });
    expect(slot.world.cluster()).toMatchObject({ used: 3, purchase: { phase: 'unknown' } });
  });
});

describe('an ambiguous answer', () => {
  test.each<[string, Fault]>([
    ['a reset before the request is read', { kind: 'drop', when: 'before' }],
    ['a reset after it was executed', { kind: 'drop', when: 'after' }],
    ['an end without an answer', { kind: 'half-close' }],
    ['half an answer', { kind: 'truncate', cut: 'json' }],
    ['an answer without a task', { kind: 'no-task-id' }],
    ['a 500 before executing', { kind: 'error', status: 500, when: 'before' }],
    ['a 500 after executing', { kind: 'error', status: 500, when: 'after' }],
    ['silence', { kind: 'late-execution', delayMs: minute }],
    ['an unknown refusal', { kind: 'error', status: 409, when: 'before', code: 'Something.New' }],
  ])('(%s) leaves the purchase unknown in its slot, and the message may go', async (_, fault) => {
    slot.world.ack.setFault(fault);
    expect(await send(slot)).toMatchObject({ kind: 'done', outcome: 'in-doubt' });
    expect(slot.world.calls).toEqual(['purchase', 'mark']);
    expect(slot.world.cluster()).toMatchObject({ used: 3, spent: 540, purchase: { phase: 'unknown' }, done: {} });
    expect(slot.world.job(key)).toBeUndefined();
  });

  async function ambiguous(): Promise<Slot> {
    const slot = await armedWorld();
    slot.world.onCall('purchase', 1, 'loses its answer');
    return slot;
  }

  test('is marked although the answer of MARK is lost', async () => {
    const slot = await ambiguous();
    slot.world.onCall('mark', 1, 'loses its answer');
    expect(await send(slot)).toMatchObject({ kind: 'done', outcome: 'in-doubt', why: 'its purchase is unknown' });
  });

  test('that cannot be marked keeps its message', async () => {
    const slot = await ambiguous();
    for (const nth of [1, 2, 3]) slot.world.onCall('mark', nth, 'fails');
    await expect(send(slot)).rejects.toThrow('mark failed');
    expect(slot.world.cluster().purchase).toMatchObject({ phase: 'sending' });
  });

  test('that somebody settled meanwhile is replayed with what was found', async () => {
    const slot = await ambiguous();
    slot.world.onCall('mark', 1, async () => slot.world.settle(purchase, aVerdict({ outcome: 'abandoned' })));
    expect(await send(slot)).toEqual({ kind: 'done', outcome: 'replayed', why: 'abandoned, settled before' });
    expect(slot.world.job(key)).toMatchObject({ outcome: 'abandoned' });
  });

  test('whose slot is gone without a verdict is cried out', async () => {
    const slot = await ambiguous();
    slot.world.onCall('mark', 1, () => slot.world.ledger.unsent('edge', purchase, 0));
    expect(await send(slot)).toMatchObject({ kind: 'retry' });
    expect(slot.world.log).toContainEqual(expect.objectContaining({ level: 'error', event: 'late-verdict' }));
  });
});

describe('an answer that comes when a second attempt has taken the slot over', () => {
  const rearm = async ({ ledger }: FunctionWorld) => {
    await ledger.mark('edge', purchase.nonce);
    const next = { nonce: 'second', signedAt: sampleAt + timings.fenceMs };
    return ledger.rearm(await ledger.readCluster('edge'), purchase.nonce, next, 2);
  };

  test.each<[string, CallKind, (world: FunctionWorld) => void]>([
    ['a doubt', 'mark', (world) => world.onCall('purchase', 1, 'loses its answer')],
    ['a rejection', 'settle', (world) => world.ack.setFault({ kind: 'no-stock' })],
  ])('starts over when it is %s: only the second attempt counts', async (_, call, trouble) => {
    trouble(slot.world);
    slot.world.onCall(call, 1, () => rearm(slot.world));
    expect(await send(slot)).toEqual({ kind: 'again' });
    expect(slot.world.cluster()).toMatchObject({ used: 3, purchase: { nonce: 'second', attempt: 2 } });
    expect(slot.world.log).not.toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  test('is cried out when it is an acceptance: the second attempt may buy again', async () => {
    slot.world.onCall('settle', 1, () => rearm(slot.world));
    expect(await send(slot)).toMatchObject({ kind: 'retry' });
    expect(slot.world.log).toContainEqual(expect.objectContaining({ level: 'error', event: 'late-verdict' }));
  });

  test('is replayed when it is a rejection and the second attempt bought', async () => {
    slot.world.ack.setFault({ kind: 'no-stock' });
    slot.world.onCall('settle', 1, async () => {
      await rearm(slot.world);
      const second = { ...purchase, nonce: 'second' };
      await slot.world.settle(second, aVerdict({ nonce: 'second', taskId: 'T-2' }));
    });
    expect(await send(slot)).toEqual({ kind: 'done', outcome: 'replayed', why: 'accepted, settled before' });
    expect(slot.world.job(key)).toMatchObject({ outcome: 'accepted', taskId: 'T-2' });
  });
});
