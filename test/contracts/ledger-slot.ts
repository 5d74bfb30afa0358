// The one purchase slot of a cluster: ARM claims it, MARK, PARK, LISTED and REARM move it on, UNSENT and SETTLE free it.
import { describe, expect, test } from '@jest/globals';
import type { Cluster, Purchase } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { aPurchase, aVerdict, day, sampleAt } from '../support/samples.ts';
import type { Bench, OpenBench } from './ledger-backends.ts';

const empty = {
  ver: 0,
  used: 0,
  window: '',
  spent: 0,
  month: '',
  cooldownUntil: 0,
  failures: 0,
  pending: {},
  done: {},
};
const at = sampleAt;
const later = at + 600_000;

/** What the counters of a stored cluster say. */
const counters = async ({ cluster }: Bench) => {
  const { ver, used, window, spent, month } = (await cluster()) ?? {};
  return { ver, used, window, spent, month };
};
const slotOf = async ({ cluster }: Bench): Promise<Purchase | undefined> =>
  ((await cluster()) as unknown as Cluster | undefined)?.purchase;
const applied = (answers: readonly boolean[]) => answers.filter(Boolean).length;
const many = <T>(count: number, one: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => one(n)));

export function describeSlot(open: OpenBench): void {
  /** A cluster in whose slot this purchase stands. */
  async function armed(of: Partial<Purchase> = {}): Promise<{ bench: Bench; purchase: Purchase }> {
    const bench = open();
    const purchase = aPurchase({ key: bench.key('sale'), cost: 540.3, ...of });
    await bench.ledger.arm(await bench.ledger.readCluster(bench.name), purchase);
    return { bench, purchase };
  }
  async function unknown(of: Partial<Purchase> = {}) {
    const { bench, purchase } = await armed(of);
    await bench.ledger.mark(bench.name, purchase.nonce);
    return { bench, purchase };
  }

  describe('INIT', () => {
    test('makes an empty item for a cluster on first sight', async () => {
      const { ledger, name, cluster } = open();
      expect(await ledger.readCluster(name)).toEqual({ pk: `CLUSTER#${name}`, name, ...empty });
      expect(await cluster()).toEqual({ pk: `CLUSTER#${name}`, ...empty });
    });

    test('makes one item when many see the cluster first, and none of them resets it', async () => {
      const { ledger, name, cluster } = open();
      const readers = await many(30, async (n) => {
        const seen = await ledger.readCluster(name);
        return seen.purchase === undefined && ledger.arm(seen, aPurchase({ nonce: `n${n}` }));
      });
      expect(applied(readers)).toBe(1);
      expect(await cluster()).toMatchObject({ ver: 1, used: 3 });
    });
  });

  describe('ARM', () => {
    test('claims the slot, reserves nodes and money, and starts the windows', async () => {
      const { bench, purchase } = await armed();
      expect(await bench.cluster()).toEqual({
        ...empty,
        pk: `CLUSTER#${bench.name}`,
        ver: 1,
        used: 3,
        window: '2026-11-11',
        spent: 540.3,
        month: '2026-11',
        purchase,
      });
    });

    test('is refused to whoever read the cluster before another ARM', async () => {
      const bench = open();
      const seen = await bench.ledger.readCluster(bench.name);
      expect(await bench.ledger.arm(seen, aPurchase({ nonce: 'first' }))).toBe(true);
      expect(await bench.ledger.arm(seen, aPurchase({ nonce: 'second' }))).toBe(false);
      expect(await slotOf(bench)).toMatchObject({ nonce: 'first' });
    });

    test('stays refused to them after the slot was freed again', async () => {
      const bench = open();
      const seen = await bench.ledger.readCluster(bench.name);
      const first = aPurchase({ nonce: 'first' });
      await bench.ledger.arm(seen, first);
      await bench.ledger.unsent(bench.name, first, 0);
      expect(await bench.ledger.arm(seen, aPurchase({ nonce: 'second' }))).toBe(false);
      expect(await slotOf(bench)).toBeUndefined();
    });

    test('is refused when repeated, and the slot shows whose it is', async () => {
      const bench = open();
      const seen = await bench.ledger.readCluster(bench.name);
      const purchase = aPurchase();
      await bench.ledger.arm(seen, purchase);
      expect(await bench.ledger.arm(seen, purchase)).toBe(false);
      expect(await slotOf(bench)).toEqual(purchase);
      expect(await counters(bench)).toMatchObject({ ver: 1, used: 3 });
    });

    test.each([20, 35, 50])('is won by exactly one of %i handlers at once', async (handlers) => {
      const bench = open();
      const seen = await bench.ledger.readCluster(bench.name);
      const purchases = Array.from({ length: handlers }, (_, n) => aPurchase({ nonce: `n${n}`, count: n + 1 }));
      const answers = await many(handlers, (n) => bench.ledger.arm(seen, purchases[n] ?? aPurchase()));
      expect(applied(answers)).toBe(1);
      const winner = purchases[answers.indexOf(true)];
      expect(await slotOf(bench)).toEqual(winner);
      expect(await counters(bench)).toMatchObject({ ver: 1, used: winner?.count });
    });

    test('is refused for a cluster without an item', async () => {
      const bench = open();
      expect(await bench.ledger.arm({ ...empty, name: bench.name }, aPurchase())).toBe(false);
      expect(await bench.cluster()).toBeUndefined();
    });

    /** Two purchases of 3 nodes, for 0.1 and 0.2, the first of them settled as accepted. */
    async function twice(first: number, second: number): Promise<Bench> {
      const { bench, purchase } = await armed({ signedAt: first, cost: 0.1 });
      await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, aVerdict(), 0);
      const next = aPurchase({ nonce: 'n2', signedAt: second, cost: 0.2 });
      expect(await bench.ledger.arm(await bench.ledger.readCluster(bench.name), next)).toBe(true);
      return bench;
    }

    test('adds up within a day, cents exactly', async () => {
      const bench = await twice(at, at + 1000);
      expect(await counters(bench)).toEqual({ ver: 2, used: 6, window: '2026-11-11', spent: 0.3, month: '2026-11' });
    });

    test('starts the nodes of a new UTC day at its own count, and goes on with the money of the month', async () => {
      const bench = await twice(at, at + day);
      expect(await counters(bench)).toEqual({ ver: 2, used: 3, window: '2026-11-12', spent: 0.3, month: '2026-11' });
    });

    test('starts both anew in a new month', async () => {
      const bench = await twice(Date.parse('2026-11-30T23:59:59.999Z'), Date.parse('2026-12-01T00:00:00Z'));
      expect(await counters(bench)).toEqual({ ver: 2, used: 3, window: '2026-12-01', spent: 0.2, month: '2026-12' });
    });

    test('counts in the later day when its own clock has not seen midnight yet', async () => {
      const bench = await twice(Date.parse('2026-12-01T00:00:00Z'), Date.parse('2026-11-30T23:59:59.999Z'));
      expect(await counters(bench)).toEqual({ ver: 2, used: 6, window: '2026-12-01', spent: 0.3, month: '2026-12' });
    });
  });

  describe('MARK', () => {
    test('makes a purchase unknown while it is being sent, and once', async () => {
      const { bench, purchase } = await armed();
      expect(await bench.ledger.mark(bench.name, purchase.nonce)).toBe(true);
      expect(await bench.ledger.mark(bench.name, purchase.nonce)).toBe(false);
      expect(await slotOf(bench)).toEqual({ ...purchase, phase: 'unknown' });
    });

    test('is refused for another nonce, a free slot and a cluster without an item', async () => {
      const { bench, purchase } = await armed();
      expect(await bench.ledger.mark(bench.name, 'another')).toBe(false);
      await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, aVerdict(), 0);
      expect(await bench.ledger.mark(bench.name, purchase.nonce)).toBe(false);
      const other = open();
      expect(await other.ledger.mark(other.name, purchase.nonce)).toBe(false);
      expect(await other.cluster()).toBeUndefined();
    });
  });

  describe('UNSENT', () => {
    test('gives slot, nodes and money back, and lets alarms wait', async () => {
      const { bench, purchase } = await armed();
      expect(await bench.ledger.unsent(bench.name, purchase, later)).toBe(true);
      expect(await slotOf(bench)).toBeUndefined();
      expect(await bench.cluster()).toMatchObject({ ver: 1, used: 0, spent: 0, cooldownUntil: later, done: {} });
    });

    test('gives back once, however many repeat it at once', async () => {
      const { bench, purchase } = await armed();
      expect(applied(await many(20, () => bench.ledger.unsent(bench.name, purchase, later)))).toBe(1);
      expect(await counters(bench)).toMatchObject({ used: 0, spent: 0 });
    });

    test.each([
      ['unknown', { phase: 'unknown' }],
      ['parked', { phase: 'parked' }],
      ['a second attempt', { attempt: 2 }],
    ] as const)('is refused for a purchase that is %s', async (_, of) => {
      const { bench, purchase } = await armed(of);
      expect(await bench.ledger.unsent(bench.name, purchase, later)).toBe(false);
      expect(await slotOf(bench)).toEqual(purchase);
      expect(await bench.cluster()).toMatchObject({ used: 3, cooldownUntil: 0 });
    });

    test('is refused for another nonce', async () => {
      const { bench, purchase } = await armed();
      expect(await bench.ledger.unsent(bench.name, { ...purchase, nonce: 'another' }, later)).toBe(false);
      expect(await slotOf(bench)).toEqual(purchase);
    });
  });

  describe('SETTLE', () => {
    test('keeps the verdict, expects the nodes and frees the slot when it was accepted', async () => {
      const { bench, purchase } = await armed();
      const verdict = aVerdict({ taskId: 'T-7', at: later });
      expect(await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, verdict, later)).toBe(
        true,
      );
      expect(await slotOf(bench)).toBeUndefined();
      expect(await bench.cluster()).toMatchObject({
        ver: 1,
        used: 3,
        spent: 540.3,
        cooldownUntil: later,
        done: { [purchase.key]: verdict },
        pending: { [purchase.key]: { taskId: 'T-7', count: 3, at: later } },
      });
    });

    test('gives nodes and money back and expects nothing when it was not', async () => {
      for (const outcome of ['rejected', 'abandoned'] as const) {
        const { bench, purchase } = await armed();
        const verdict = aVerdict({ outcome });
        expect(await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, verdict, later)).toBe(
          true,
        );
        expect(await bench.cluster()).toMatchObject({
          used: 0,
          spent: 0,
          pending: {},
          done: { [purchase.key]: verdict },
        });
      }
    });

    test.each(['sending', 'unknown', 'parked'] as const)('frees a slot that is %s', async (phase) => {
      const { bench, purchase } = await armed({ phase });
      expect(await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, aVerdict(), later)).toBe(
        true,
      );
      expect(await slotOf(bench)).toBeUndefined();
    });

    test('is carried out once, however many repeat it at once, and the first verdict stands', async () => {
      const { bench, purchase } = await armed();
      const verdicts = Array.from({ length: 20 }, (_, n) => aVerdict({ outcome: 'rejected', code: `C${n}` }));
      const seen = await bench.ledger.readCluster(bench.name);
      const answers = await many(20, (n) => bench.ledger.settle(seen, purchase, verdicts[n] ?? aVerdict(), later));
      expect(applied(answers)).toBe(1);
      expect(await bench.cluster()).toMatchObject({
        used: 0,
        done: { [purchase.key]: verdicts[answers.indexOf(true)] },
      });
    });

    test('is refused to a sender whose purchase was armed again under another nonce', async () => {
      const { bench, purchase } = await unknown();
      const next = { nonce: 'n2', signedAt: at + timings.fenceMs };
      await bench.ledger.rearm(await bench.ledger.readCluster(bench.name), purchase.nonce, next, 2);
      expect(await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, aVerdict(), later)).toBe(
        false,
      );
      expect(await slotOf(bench)).toMatchObject({ nonce: 'n2', attempt: 2 });
    });

    test('is refused when the cooldown is not as it was read', async () => {
      const { bench, purchase } = await armed();
      const { name } = bench;
      expect(await bench.ledger.settle({ name, cooldownUntil: later + 1 }, purchase, aVerdict(), later)).toBe(false);
      expect(await slotOf(bench)).toEqual(purchase);
      expect(await bench.ledger.settle({ name, cooldownUntil: 0 }, purchase, aVerdict(), later)).toBe(true);
      expect(await slotOf(bench)).toBeUndefined();
    });

    test.each(['sending', 'parked'] as const)('by evidence is refused for a purchase that is %s', async (phase) => {
      const { bench, purchase } = await armed({ phase });
      const seen = await bench.ledger.readCluster(bench.name);
      expect(await bench.ledger.settle(seen, purchase, aVerdict(), later, 'unknown')).toBe(false);
      expect(await slotOf(bench)).toEqual(purchase);
    });

    test('by evidence frees the slot of a purchase that is unknown', async () => {
      const { bench, purchase } = await armed({ phase: 'unknown' });
      const seen = await bench.ledger.readCluster(bench.name);
      expect(await bench.ledger.settle(seen, purchase, aVerdict(), later, 'unknown')).toBe(true);
      expect(await slotOf(bench)).toBeUndefined();
    });

    test('is refused once the slot was given back', async () => {
      const { bench, purchase } = await armed();
      await bench.ledger.unsent(bench.name, purchase, later);
      expect(await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, aVerdict(), later)).toBe(
        false,
      );
      expect(await bench.cluster()).toMatchObject({ used: 0, done: {}, pending: {} });
    });

    test('leaves other verdicts and other nodes on their way alone', async () => {
      const { bench, purchase } = await armed();
      await bench.ledger.settle(await bench.ledger.readCluster(bench.name), purchase, aVerdict(), later);
      const second = aPurchase({ key: bench.key('second'), nonce: 'n2' });
      await bench.ledger.arm(await bench.ledger.readCluster(bench.name), second);
      await bench.ledger.settle(await bench.ledger.readCluster(bench.name), second, aVerdict({ taskId: 'T-2' }), later);
      const { done, pending } = await bench.ledger.readCluster(bench.name);
      expect(Object.keys(done).toSorted()).toEqual([purchase.key, second.key].toSorted());
      expect(Object.keys(pending).toSorted()).toEqual([purchase.key, second.key].toSorted());
    });
  });

  describe('PARK and LISTED', () => {
    test('PARK keeps the evidence with an unknown purchase, and once', async () => {
      const { bench, purchase } = await unknown();
      expect(await bench.ledger.park(bench.name, purchase.nonce, 'two tasks could be it')).toBe(true);
      expect(await bench.ledger.park(bench.name, purchase.nonce, 'another reason')).toBe(false);
      expect(await slotOf(bench)).toEqual({ ...purchase, phase: 'parked', why: 'two tasks could be it' });
    });

    test('are refused while the purchase is being sent, and for another nonce', async () => {
      const { bench, purchase } = await armed();
      expect(await bench.ledger.park(bench.name, purchase.nonce, 'why')).toBe(false);
      expect(await bench.ledger.listed(bench.name, purchase.nonce)).toBe(false);
      await bench.ledger.mark(bench.name, purchase.nonce);
      expect(await bench.ledger.park(bench.name, 'another', 'why')).toBe(false);
      expect(await bench.ledger.listed(bench.name, 'another')).toBe(false);
      expect(await slotOf(bench)).toEqual({ ...purchase, phase: 'unknown' });
    });

    test('LISTED counts every empty listing, also of visitors at once', async () => {
      const { bench, purchase } = await unknown();
      expect(applied(await many(20, () => bench.ledger.listed(bench.name, purchase.nonce)))).toBe(20);
      expect(await slotOf(bench)).toEqual({ ...purchase, phase: 'unknown', emptyListings: 20 });
    });
  });

  describe('REARM', () => {
    const next = { nonce: 'n2', signedAt: at + timings.fenceMs };

    test('puts a new nonce in for one more send, and forgets the evidence of the first', async () => {
      const { bench, purchase } = await unknown();
      await bench.ledger.listed(bench.name, purchase.nonce);
      expect(await bench.ledger.rearm(await bench.ledger.readCluster(bench.name), purchase.nonce, next, 2)).toBe(true);
      const leaseUntil = next.signedAt + timings.leaseMs;
      expect(await slotOf(bench)).toEqual({ ...purchase, ...next, leaseUntil, attempt: 2, phase: 'sending' });
      expect(await counters(bench)).toMatchObject({ ver: 2, used: 3, spent: 540.3 });
    });

    test('is refused once another visitor has parked it with evidence, and keeps that', async () => {
      const { bench, purchase } = await unknown();
      const seen = await bench.ledger.readCluster(bench.name);
      await bench.ledger.park(bench.name, purchase.nonce, 'two tasks could be it');
      expect(await bench.ledger.rearm(seen, purchase.nonce, next, 2)).toBe(false);
      expect(await slotOf(bench)).toEqual({ ...purchase, phase: 'parked', why: 'two tasks could be it' });
    });

    test('is refused while the purchase is being sent', async () => {
      const { bench, purchase } = await armed();
      expect(await bench.ledger.rearm(await bench.ledger.readCluster(bench.name), purchase.nonce, next, 2)).toBe(false);
    });

    test('is refused when the cluster has moved on since it was read, and moves it on itself', async () => {
      const { bench, purchase } = await unknown();
      const seen = await bench.ledger.readCluster(bench.name);
      await bench.ledger.shrink(seen, 'manual/edge/earlier', undefined, { failures: 1, cooldownUntil: later });
      expect(await bench.ledger.rearm(seen, purchase.nonce, next, 2)).toBe(false);
      const then = await bench.ledger.readCluster(bench.name);
      expect(await bench.ledger.rearm(then, purchase.nonce, next, 2)).toBe(true);
      expect(await bench.ledger.shrink(then, 'manual/edge/earlier', undefined, { failures: 2, cooldownUntil: 0 })).toBe(
        false,
      );
    });

    test('is refused a millisecond before the fence', async () => {
      const { bench, purchase } = await unknown();
      const early = { ...next, signedAt: next.signedAt - 1 };
      expect(await bench.ledger.rearm(await bench.ledger.readCluster(bench.name), purchase.nonce, early, 2)).toBe(
        false,
      );
      expect(await slotOf(bench)).toEqual({ ...purchase, phase: 'unknown' });
    });

    test('is refused in a cluster that is paused', async () => {
      const { bench, purchase } = await unknown();
      const paused = { by: 'ana', reason: 'no more', at };
      await bench.ledger.pause(await bench.ledger.readCluster(bench.name), paused);
      expect(await bench.ledger.rearm(await bench.ledger.readCluster(bench.name), purchase.nonce, next, 2)).toBe(false);
      await bench.ledger.pause(await bench.ledger.readCluster(bench.name), undefined, paused);
      expect(await bench.ledger.rearm(await bench.ledger.readCluster(bench.name), purchase.nonce, next, 2)).toBe(true);
    });

    test('is refused when the attempts are used up', async () => {
      const { bench, purchase } = await unknown({ attempt: 2 });
      expect(await bench.ledger.rearm(await bench.ledger.readCluster(bench.name), purchase.nonce, next, 2)).toBe(false);
      expect(await slotOf(bench)).toMatchObject({ attempt: 2, nonce: purchase.nonce });
    });

    test('is won by exactly one of many visitors at once, and refused to the old nonce from then on', async () => {
      const { bench, purchase } = await unknown();
      const seen = await bench.ledger.readCluster(bench.name);
      const answers = await many(30, (n) =>
        bench.ledger.rearm(seen, purchase.nonce, { ...next, nonce: `again-${n}` }, 9),
      );
      expect(applied(answers)).toBe(1);
      expect(await slotOf(bench)).toMatchObject({ attempt: 2, nonce: `again-${answers.indexOf(true)}` });
      expect(await bench.ledger.mark(bench.name, purchase.nonce)).toBe(false);
    });
  });
}
