// Random histories of one cluster's ledger, over the ledger's own conditional writes: whatever order they come in, and
// whichever of them are refused, the events of a job tell what became of it, and each thing once.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as z from 'zod';
import { createLedger, type Ledger } from '../../../functions/adapters/ledger/ledger.ts';
import { createMemoryTable, type MemoryTable } from '../../../functions/backtest/world/memory-table.ts';
import { measurementsOf } from '../../../functions/domain/events/event-metrics.ts';
import { subjectOf } from '../../../functions/domain/events/event-subject.ts';
import { type JobEvent, jobEventSchema } from '../../../functions/domain/events/job-event-schema.ts';
import { eventsBetween } from '../../../functions/domain/events/job-events.ts';
import { readLedgerImage } from '../../../functions/domain/events/ledger-image.ts';
import {
  type Cluster,
  type JobRecord,
  type Progress,
  type Purchase,
  type Verdict,
  verdictOf,
} from '../../../functions/domain/job/purchase.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { aPurchase, aStory, aWorker, hour, minute, sampleAt } from '../../support/samples.ts';

const name = 'edge';
const keys = ['manual/edge/a', 'manual/edge/b', 'manual/edge/c'] as const;
const secret = 'm-of-the-request';
const written = z.object({
  input: z.object({ Key: z.object({ pk: z.string() }).optional(), Item: z.object({ pk: z.string() }).optional() }),
});

interface History {
  readonly table: MemoryTable;
  readonly ledger: Ledger;
  readonly events: JobEvent[];
  now: number;
  nonces: number;
}

/** A ledger whose table has a stream, as it were. */
function begin(): History {
  const table = createMemoryTable();
  const events: JobEvent[] = [];
  const image = (item: unknown) => (item === undefined ? undefined : readLedgerImage(item));
  const client = {
    async send(command: unknown) {
      const { input } = written.parse(command);
      const pk = (input.Key ?? input.Item)?.pk ?? '';
      const before = table.items.get(pk);
      const answer = table.execute(command);
      const after = table.items.get(pk);
      if (before !== after) events.push(...eventsBetween(image(before), image(after), history.now));
      return answer;
    },
  } as unknown as DynamoDBDocumentClient;
  const history: History = { table, ledger: createLedger(client, 'ledger'), events, now: sampleAt, nonces: 0 };
  return history;
}

const recordOf = ({ table }: History, key: string) => table.items.get(`JOB#${key}`) as unknown as JobRecord | undefined;

/** One step: `pick` chooses a job, or among the ways in which the step can go. */
type Step = (history: History, cluster: Cluster, pick: number) => Promise<unknown>;

const settle = async (history: History, purchase: Purchase, said: Parameters<typeof verdictOf>[2]) =>
  history.ledger.settle(await history.ledger.readCluster(name), purchase, verdictOf(purchase, history.now, said), 0);
const onSlot =
  (step: (history: History, purchase: Purchase, pick: number) => Promise<unknown>): Step =>
  async (history, { purchase }, pick) =>
    purchase && step(history, purchase, pick);
const oneOf = <T>(all: readonly [T, ...T[]], pick: number): T => all[pick % all.length] ?? all[0];

const steps = {
  async arm(history, cluster, pick) {
    const key = oneOf(keys, pick);
    // As a handler recalls before it arms.
    if (cluster.done[key] || cluster.purchase || recordOf(history, key)) return;
    const nonce = `nonce-${++history.nonces}`;
    const cut = { name: 'max-per-day', room: 3 } as const;
    const purchase = aPurchase({
      key,
      ...(key === keys[2] && {
        story: aStory({ intent: { kind: 'reach', nodes: 9 }, basis: { wanted: 5, limit: cut } }),
      }),
      nonce,
      signedAt: history.now,
      cost: 540,
      request: aWorker({ worker_image_id: secret }),
    });
    await history.ledger.arm(cluster, purchase);
  },
  mark: onSlot(({ ledger }, { nonce }) => ledger.mark(name, nonce)),
  unsent: onSlot(({ ledger }, purchase) => ledger.unsent(name, purchase, 0)),
  accepted: onSlot((history, purchase) =>
    settle(history, purchase, { outcome: 'accepted', taskId: `T-${history.now}` }),
  ),
  rejected: onSlot((history, purchase) =>
    settle(history, purchase, { outcome: 'rejected', code: 'Quota', message: 'm' }),
  ),
  found: onSlot(async (history, purchase) => {
    const resolution = { by: 'reconcile', reason: 'the only task' };
    if (purchase.phase === 'unknown')
      await settle(history, purchase, { outcome: 'accepted', taskId: 'T-f', resolution });
  }),
  resolve: onSlot(async (history, purchase, pick) => {
    const resolution = { by: 'ann', reason: 'the order book', ...(pick % 3 === 0 && { rearmedAs: 'manual/edge/d' }) };
    const said =
      pick % 2 === 0 ? ({ outcome: 'abandoned' } as const) : ({ outcome: 'accepted', taskId: 'T-p' } as const);
    if (purchase.phase === 'parked') await settle(history, purchase, { ...said, resolution });
  }),
  listed: onSlot(({ ledger }, { nonce }) => ledger.listed(name, nonce)),
  park: onSlot(({ ledger }, { nonce }) => ledger.park(name, nonce, 'two tasks could be it')),
  rearm: onSlot(async (history, { nonce }) =>
    history.ledger.rearm(
      await history.ledger.readCluster(name),
      nonce,
      { nonce: `nonce-${++history.nonces}`, signedAt: history.now },
      2,
    ),
  ),
  unowned: ({ ledger, now }) => ledger.reportUnowned(name, { taskIds: ['T-9'], at: now }),
  short: ({ ledger, now }, _, pick) =>
    ledger.reportStillShort(name, { key: `alert-${pick % 2}`, times: 2, why: 'it has bought twice', at: now }),
  leases: ({ ledger, now }, cluster, pick) =>
    ledger.recordLeases(cluster, {
      at: now,
      lapsed: [],
      expiring: [{ day: `2026-11-1${pick % 3}`, days: 7, nodes: 1, endsAt: now, renews: false, at: now }],
    }),
  async copy({ ledger }, { done }) {
    for (const [key, verdict] of Object.entries(done)) await ledger.copy(name, key, verdict);
  },
  async forget(history, { done }) {
    for (const [key, { outcome }] of Object.entries(done))
      if (recordOf(history, key)?.outcome === outcome) await history.ledger.forget(name, key, history.now);
  },
  async skip({ ledger, now }, _, pick) {
    const reason = oneOf(['budget', 'max-nodes', 'satisfied'], pick);
    await ledger.skip(name, oneOf(keys, pick), {
      ...{ outcome: 'skipped', reason, payload: 'add 3', at: now, story: aStory() },
    });
  },
  async follow(history, _, pick) {
    const { ledger, now: at } = history;
    const key = oneOf(keys, pick);
    const progress = oneOf<Progress>(
      [
        { state: 'completed', readyNodes: 3, at },
        { state: 'partial', asked: 3, got: 2, why: 'out of stock', at },
        { state: 'failed', code: 'Unknown', message: 'no node', at },
        { state: 'overdue', asked: 3, ready: 0, why: '3 have not joined', at },
      ],
      pick >> 2,
    );
    const record = recordOf(history, key);
    if (record && 'taskId' in record) await ledger.progress(key, record.taskId ?? '', progress);
  },
  async wait(history, _, pick) {
    history.now += pick % 2 === 0 ? timings.fenceMs : hour;
  },
} satisfies Readonly<Record<string, Step>>;

const stepNames = Object.keys(steps) as (keyof typeof steps)[];
const histories = fc.array(fc.tuple(fc.constantFrom(...stepNames), fc.nat(99)), { maxLength: 60, size: 'max' });

async function run(script: readonly (readonly [keyof typeof steps, number])[]): Promise<History> {
  const history = begin();
  // Now and then a step acts on what it read some steps ago.
  let seen = await history.ledger.readCluster(name);
  for (const [step, pick] of script) {
    history.now += minute;
    if (pick % 5 > 0) seen = await history.ledger.readCluster(name);
    await steps[step](history, seen, pick);
  }
  return history;
}

/** What became of a job, read from where the ledger has it. */
function truthOf(history: History, key: string): { readonly verdict?: Verdict; readonly state?: JobEvent['state'] } {
  const { purchase, done } = history.table.items.get(`CLUSTER#${name}`) as unknown as Cluster;
  const record = recordOf(history, key);
  const verdict = done[key] ?? (record && record.outcome !== 'skipped' ? record : undefined);
  if (verdict) {
    const ended = record && 'progress' in record ? record.progress?.state : undefined;
    return { verdict, state: ended === 'completed' ? 'ready' : (ended ?? stateOf(verdict)) };
  }
  if (purchase?.key !== key) return {};
  if (purchase.phase === 'sending') return purchase.attempt > 1 ? { state: 'rearmed' } : {};
  return { state: purchase.phase === 'unknown' ? 'in-doubt' : 'parked' };
}

function stateOf({ outcome, resolution }: Verdict): JobEvent['state'] {
  if (resolution?.by === 'ann') return 'resolved';
  return outcome === 'accepted' ? 'bought' : 'rejected';
}

const isVerdict = ({ state }: JobEvent) => state === 'bought' || state === 'rejected' || state === 'resolved';
const sum = (events: readonly JobEvent[], metric: string) =>
  events.flatMap(measurementsOf).reduce((total, [of, value]) => total + (of === metric ? value : 0), 0);

const reached = new Set<JobEvent['state']>();

test('the events of a job tell its true end, and each purchase once, in every history of the ledger', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (script) => {
      const history = await run(script);
      const { events } = history;
      for (const { state } of events) reached.add(state);
      for (const key of keys) {
        const ofLimits: readonly JobEvent['state'][] = ['refused', 'limited'];
        const its = events.filter((event) => 'key' in event && event.key === key && !ofLimits.includes(event.state));
        const { verdict, state } = truthOf(history, key);
        expect(its.at(-1)?.state).toBe(state);
        expect(its.filter((event, i) => event.state === its[i - 1]?.state)).toEqual([]);
        expect(its.filter(isVerdict).map(({ state: told }) => told)).toEqual(verdict ? [stateOf(verdict)] : []);
        expect(sum(its, 'NodesBought')).toBe(verdict?.outcome === 'accepted' ? verdict.count : 0);
      }
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    }),
    { numRuns: 2000, seed: 20261111 },
  );
  const pausing = ['paused', 'resumed'];
  const states = jobEventSchema.def.options.flatMap(({ def }) => def.shape.state.def.values);
  expect([...reached].toSorted()).toEqual(states.filter((state) => !pausing.includes(state)).toSorted());
}, 60_000);

test('every event of every history fits the published schema, has a subject that SNS takes, and tells no request', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (script) => {
      for (const event of (await run(script)).events) {
        expect(jobEventSchema.parse(event)).toEqual(event);
        expect(subjectOf(event)).toMatch(/^[ -~]{1,99}$/);
        expect(JSON.stringify(event)).not.toContain(secret);
      }
    }),
    { numRuns: 500 },
  );
}, 60_000);
