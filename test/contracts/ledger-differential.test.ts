// Any sequence of ledger calls has the same answers and leaves the same items on dynalite and on the simulation's map.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLedger, type Ledger } from '../../functions/adapters/ledger/ledger.ts';
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import { aPurchase, aStory, aVerdict } from '../support/samples.ts';
import { itemOf, type LedgerBackend, openDynalite, openMemory } from './ledger-backends.ts';

/** What a purchase needs to get on comes up more often. */
const calls = fc.constantFrom(
  ...(['arm', 'arm', 'arm', 'mark', 'mark', 'settle', 'settle', 'unsent', 'copy', 'copy', 'skip', 'park'] as const),
  ...([
    'listed',
    'rearm',
    'rearm',
    'forget',
    'forget',
    'progress',
    'shrink',
    'shrink',
    'pause',
    'reportUnowned',
    'recordLeases',
    'correctTask',
    'correctRecord',
  ] as const),
);
/** Few names, so that calls meet, and odd ones. */
const jobs = ['plain', 'a.b/c', '#ü [0]'];
const step = fc.record({
  call: calls,
  job: fc.constantFrom(...jobs),
  nonce: fc.constantFrom('n1', 'n2'),
  next: fc.constantFrom('n1', 'n2'),
  /** From the last minutes of a month to an hour and a half later, in steps that cross the fence and the hour. */
  at: fc.integer({ min: 0, max: 5 }).map((n) => Date.parse('2026-11-30T23:50:00Z') + n * 18 * 60_000),
  count: fc.integer({ min: 1, max: 4 }),
  cost: fc.integer({ min: 0, max: 99_999 }).map((cents) => cents / 100),
  attempt: fc.constantFrom(1, 1, 2, 3),
  phase: fc.constantFrom('sending', 'sending', 'sending', 'unknown', 'parked'),
  outcome: fc.constantFrom('accepted', 'accepted', 'rejected', 'abandoned'),
  /** Whether the caller reads the cluster first, or acts on what it read before. */
  fresh: fc.constantFrom(true, true, true, false),
  some: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One ledger in use: what its caller has read last goes into the calls that need it. */
interface Side {
  readonly ledger: Ledger;
  readonly read: (pk: string) => Promise<unknown>;
  seen: Cluster;
}

let backends: readonly LedgerBackend[] = [];
beforeAll(async () => {
  backends = [await openDynalite(), await openMemory()];
});
afterAll(async () => {
  for (const backend of backends) await backend.close();
});

function carryOut({ ledger, seen }: Side, of: Step, key: string): Promise<boolean> {
  const { call, nonce, next, at, count, cost, attempt, phase, outcome, some } = of;
  const { name } = seen;
  const purchase = aPurchase({ key, nonce, count, cost, attempt, phase, signedAt: at });
  const correction = {
    taskId: next === 'n1' ? 'T-1' : 'T-2',
    resolution: { by: 'ann', reason: 'typo', replaces: 'T-1' },
  };
  switch (call) {
    case 'arm':
      return ledger.arm(seen, purchase);
    case 'mark':
      return ledger.mark(name, nonce);
    case 'unsent':
      return ledger.unsent(name, purchase, at);
    case 'settle':
      return ledger.settle(
        seen,
        purchase,
        aVerdict({ outcome, at, count, cost, nonce }),
        at,
        some ? 'unknown' : undefined,
      );
    case 'copy':
      return ledger.copy(name, key, aVerdict({ outcome, at }));
    case 'skip':
      return ledger.skip(name, key, { outcome: 'skipped', reason: 'stale', payload: 'add 3', at, story: aStory() });
    case 'park':
      return ledger.park(name, nonce, `why at ${at}`);
    case 'listed':
      return ledger.listed(name, nonce);
    case 'rearm':
      return ledger.rearm(seen, nonce, { nonce: next, signedAt: at }, attempt);
    case 'forget':
      return ledger.forget(name, key, at);
    case 'progress':
      return ledger.progress(
        key,
        count > 1 ? 'T-1' : 'T-2',
        some
          ? { state: 'completed', readyNodes: count, at }
          : { state: 'overdue', asked: count, ready: 0, why: 'late', at },
      );
    case 'correctTask':
      return ledger.correctTask(seen, key, some ? 'T-1' : 'T-2', correction);
    case 'correctRecord':
      return ledger.correctRecord(key, some ? 'T-1' : 'T-2', correction);
    case 'recordLeases':
      return ledger.recordLeases(seen, { at, lapsed: [{ id: nonce, endedAt: at, since: at }], expiring: [] });
    case 'reportUnowned':
      return ledger.reportUnowned(name, { taskIds: [nonce], at });
    case 'shrink':
      return ledger.shrink(
        seen,
        key,
        some ? { taskId: 'T-1', count, at } : undefined,
        { failures: count, cooldownUntil: at },
        some ? undefined : { got: count, at },
      );
    case 'pause':
      return some
        ? ledger.pause(seen, { by: 'ann', reason: 'maintenance', at })
        : ledger.pause(seen, undefined, { by: 'bob', reason: 'done', at });
  }
}

test('any calls have the same answers and leave the same items on both tables', async () => {
  let runs = 0;
  let applied = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
      // A name of its own for each run: nothing has to be cleaned up.
      const name = `edge-${++runs}`;
      const keyOf = (job: string) => `manual/${name}/${job}`;
      const sides = await Promise.all(
        backends.map(async ({ client, table }): Promise<Side> => {
          const ledger = createLedger(client, table);
          return { ledger, read: (pk) => itemOf(client, table, pk), seen: await ledger.readCluster(name) };
        }),
      );
      for (const one of steps) {
        const [dynalite, memory] = await Promise.all(
          sides.map(async (side) => {
            if (one.fresh) side.seen = await side.ledger.readCluster(name);
            return carryOut(side, one, keyOf(one.job));
          }),
        );
        expect([one.call, memory]).toEqual([one.call, dynalite]);
        if (memory) applied += 1;
      }
      const [dynalite, memory] = await Promise.all(
        sides.map(async ({ ledger, read }) => ({
          items: await Promise.all([`CLUSTER#${name}`, ...jobs.map((job) => `JOB#${keyOf(job)}`)].map(read)),
          records: Object.fromEntries(await ledger.readJobs(jobs.map(keyOf))),
        })),
      );
      expect(memory).toEqual(dynalite);
    }),
    { numRuns: 12 },
  );
  // The calls get somewhere: most of what is compared is not the refusal of everything.

  expect(applied).toBeGreaterThan(3 * runs);
}, 60_000);
