import { describe, expect, test } from '@jest/globals';
import { type JobEvent, jobEventSchema } from '../../../functions/domain/events/job-event-schema.ts';
import { eventsBetween } from '../../../functions/domain/events/job-events.ts';
import { readLedgerImage } from '../../../functions/domain/events/ledger-image.ts';
import type {
  Cluster,
  JobRecord,
  Leases,
  Progress,
  Purchase,
  Skip,
  Verdict,
} from '../../../functions/domain/job/purchase.ts';
import { aCluster, anAlarm, aPurchase, aStory, aVerdict, minute, sampleAt } from '../../support/samples.ts';

const key = aPurchase().key;
const iso = (at: number) => new Date(at).toISOString();
const at = sampleAt + minute;
const writtenAt = sampleAt + 2 * minute;

function cluster(of: Partial<Cluster> = {}): object {
  const { name, ...item } = aCluster(of);
  return { pk: `CLUSTER#${name}`, ...item };
}
const slot = (of: Partial<Purchase> = {}) => cluster({ purchase: aPurchase({ cost: 540, ...of }) });
const settled = (of: Partial<Verdict> = {}) => cluster({ done: { [key]: aVerdict({ at, cost: 540, ...of }) } });
const job = (of: Verdict | Skip, progress?: Progress): object => {
  const record: JobRecord = { key, cluster: 'edge', ...of, ...(progress && { progress }) };
  return { pk: `JOB#${key}`, ...record };
};
const skip = (reason: string): Skip => ({ outcome: 'skipped', reason, payload: 'add 3', at, story: aStory() });
const accepted = aVerdict({ at: sampleAt, cost: 540 });
const leasesOf = (firstDay: string, days: 7 | 1, ...more: readonly string[]): Leases => ({
  at,
  lapsed: [],
  expiring: [firstDay, ...more].map((day) => ({
    ...{ day, nodes: 2, endsAt: Date.parse(`${day}T08:00:00Z`), renews: false, at },
    days: day === firstDay ? days : 7,
  })),
});
const image = (item: object | undefined) => item && readLedgerImage(item);
const between = (before: object | undefined, after: object | undefined): readonly JobEvent[] =>
  eventsBetween(image(before), image(after), writtenAt);

const asked = {
  version: 1,
  cluster: 'edge',
  key,
  source: 'manual',
  reason: 'the sale starts',
  occurredAt: iso(sampleAt),
  decidedAt: iso(sampleAt),
};
const purchase = { ...asked, count: 3, cost: 540 };
const doubt = { ...purchase, attempt: 1, signedAt: iso(sampleAt) };
const by = { by: 'ann', reason: 'order 2093 is in the console' };
const person = { by: 'ann', why: 'order 2093 is in the console' };
const followed = { ...purchase, taskId: 'T-1', acceptedAt: iso(sampleAt), at: iso(at) };
const switched = { by: 'ann', reason: 'the bill', at };

interface Change {
  readonly before?: object;
  readonly after: object;
  readonly event: object;
}

const changes: Readonly<Record<string, Change>> = {
  'a verdict of its sender that it was accepted': {
    before: slot(),
    after: settled(),
    event: { ...purchase, state: 'bought', at: iso(at), taskId: 'T-1', why: 'add 3; buy 3' },
  },
  'a verdict of the reconciler, that found it': {
    before: slot({ phase: 'unknown' }),
    after: settled({ resolution: { by: 'reconcile', reason: 'the only task' } }),
    event: { ...purchase, state: 'bought', at: iso(at), taskId: 'T-1', why: 'add 3; buy 3', found: 'the only task' },
  },
  'a verdict that it was rejected': {
    before: slot(),
    after: settled({ outcome: 'rejected', code: 'QuotaExceeded', message: 'no more' }),
    event: {
      ...purchase,
      state: 'rejected',
      at: iso(at),
      taskId: undefined,
      code: 'QuotaExceeded',
      message: 'no more',
    },
  },
  "a person's word that it was bought": {
    before: slot({ phase: 'parked' }),
    after: settled({ resolution: by }),
    event: { ...purchase, state: 'resolved', at: iso(at), outcome: 'accepted', taskId: 'T-1', ...person },
  },
  "a person's word that it was not, and is asked for again": {
    before: slot({ phase: 'parked' }),
    after: cluster({
      done: { [key]: withoutTask({ at, cost: 540, outcome: 'abandoned', resolution: { ...by, rearmedAs: 'k-2' } }) },
    }),
    event: { ...purchase, state: 'resolved', at: iso(at), outcome: 'abandoned', ...person, rearmedAs: 'k-2' },
  },
  'a doubt': {
    before: slot(),
    after: slot({ phase: 'unknown' }),
    event: { ...doubt, state: 'in-doubt', at: iso(writtenAt) },
  },
  'a doubt that is parked': {
    before: slot({ phase: 'unknown' }),
    after: slot({ phase: 'parked', why: 'T-1, T-2 could be it' }),
    event: { ...doubt, state: 'parked', at: iso(writtenAt), why: 'T-1, T-2 could be it' },
  },
  'a second request': {
    before: slot({ phase: 'unknown' }),
    after: slot({ nonce: 'nonce-2', attempt: 2, signedAt: at }),
    event: { ...doubt, state: 'rearmed', at: iso(at), attempt: 2, signedAt: iso(at) },
  },
  'a doubt about the second request': {
    before: slot({ nonce: 'nonce-2', attempt: 2, signedAt: at }),
    after: slot({ nonce: 'nonce-2', attempt: 2, signedAt: at, phase: 'unknown' }),
    event: { ...doubt, state: 'in-doubt', at: iso(writtenAt), attempt: 2, signedAt: iso(at) },
  },
  'a purchase whose nodes are all Ready': {
    before: job(accepted),
    after: job(accepted, { state: 'completed', readyNodes: 3, at }),
    event: { ...followed, state: 'ready', ready: 3 },
  },
  'a purchase that came in part': {
    before: job(accepted),
    after: job(accepted, { state: 'partial', asked: 3, got: 2, why: 'out of stock', at }),
    event: { ...followed, state: 'partial', ready: 2, why: 'out of stock' },
  },
  'a purchase whose task failed': {
    before: job(accepted),
    after: job(accepted, { state: 'failed', code: 'Unknown', message: 'no node', at }),
    event: { ...followed, state: 'failed', ready: 0, code: 'Unknown', message: 'no node' },
  },
  'a purchase whose nodes are overdue': {
    before: job(accepted),
    after: job(accepted, { state: 'overdue', asked: 3, ready: 1, why: '2 have not joined', at }),
    event: { ...followed, state: 'overdue', ready: 1, why: '2 have not joined' },
  },
  'nodes that became Ready after they were called overdue': {
    before: job(accepted, { state: 'overdue', asked: 3, ready: 1, why: '2 have not joined', at: sampleAt }),
    after: job(accepted, { state: 'completed', readyNodes: 3, at }),
    event: { ...followed, state: 'ready', ready: 3 },
  },
  'a job that a limit refused': {
    after: job(skip('max-per-day')),
    event: { ...asked, state: 'refused', at: iso(at), limit: 'max-per-day', why: 'add 3; buy 3' },
  },
  'a pause': {
    before: cluster(),
    after: cluster({ paused: switched }),
    event: { version: 1, cluster: 'edge', state: 'paused', at: iso(at), by: 'ann', why: 'the bill' },
  },
  'a pause for another reason': {
    before: cluster({ paused: { ...switched, at: sampleAt, reason: 'a test' } }),
    after: cluster({ paused: switched }),
    event: { version: 1, cluster: 'edge', state: 'paused', at: iso(at), by: 'ann', why: 'the bill' },
  },
  'tasks of others in an exclusive cluster': {
    before: cluster(),
    after: cluster({ unowned: { taskIds: ['T-9'], at } }),
    event: { version: 1, cluster: 'edge', state: 'unowned-tasks', at: iso(at), taskIds: ['T-9'] },
  },
  'an alert that may buy no more': {
    before: cluster({ stillShort: { key: 'k-0', times: 2, why: 'it has bought twice', at: sampleAt } }),
    after: cluster({ stillShort: { key: 'k-1', times: 2, why: 'it has bought 3 times', at } }),
    event: { version: 1, cluster: 'edge', state: 'still-short', at: iso(at), key: 'k-1', why: 'it has bought 3 times' },
  },
  'a day on which leases end': {
    before: cluster({ leases: leasesOf('2026-11-18', 7) }),
    after: cluster({ leases: leasesOf('2026-11-18', 7, '2026-11-19') }),
    event: {
      ...{ version: 1, cluster: 'edge', state: 'expiring', at: iso(at) },
      ...{ day: '2026-11-19', days: 7, nodes: 2, endsAt: '2026-11-19T08:00:00.000Z', renews: false },
    },
  },
  'the same day, once more': {
    before: cluster({ leases: leasesOf('2026-11-18', 7) }),
    after: cluster({ leases: leasesOf('2026-11-18', 1) }),
    event: {
      ...{ version: 1, cluster: 'edge', state: 'expiring', at: iso(at) },
      ...{ day: '2026-11-18', days: 1, nodes: 2, endsAt: '2026-11-18T08:00:00.000Z', renews: false },
    },
  },
  'the end of a pause': {
    before: cluster({ paused: { ...switched, at: sampleAt } }),
    after: cluster({ resumed: { by: 'bob', reason: 'the bill is right', at } }),
    event: { version: 1, cluster: 'edge', state: 'resumed', at: iso(at), by: 'bob', why: 'the bill is right' },
  },
};

function withoutTask(of: Partial<Verdict>): Verdict {
  const { taskId: _, ...verdict } = aVerdict(of);
  return verdict;
}

describe('one event tells of', () => {
  test.each(Object.entries(changes))('%s', (_, { before, after, event }) => {
    const events = between(before, after);
    expect(events).toEqual([{ id: expect.any(String), ...event }]);
    // Nothing in it that the published schema does not name.
    expect(jobEventSchema.parse(events[0])).toEqual(events[0]);
    // The same write, seen once more, is the same event.
    expect(between(before, after)).toEqual(events);
  });
});

describe('a number to reach that a limit cut is told of beside its purchase', () => {
  const limit = { name: 'max-per-day', room: 3 } as const;
  const cut = aStory({ intent: { kind: 'reach', nodes: 9 }, basis: { wanted: 5, limit }, decision: 'reach 9; buy 3' });
  const states = (of: Partial<Verdict>) => between(slot(), settled({ story: cut, ...of })).map(({ state }) => state);

  test('with what is missing, and the limit', () => {
    const events = between(slot(), settled({ story: cut }));
    expect(events.map(({ state }) => state)).toEqual(['bought', 'limited']);
    const [, limited] = events;
    expect(limited).toEqual({
      ...{ ...purchase, id: `${key}/limited/${iso(at)}`, state: 'limited', at: iso(at) },
      ...{ wanted: 5, limit: 'max-per-day', why: 'reach 9; buy 3' },
    });
    expect(jobEventSchema.parse(limited)).toEqual(limited);
  });

  test.each<[string, Partial<Verdict>, readonly string[]]>([
    ['also where a person settles it', { resolution: by }, ['resolved', 'limited']],
    ['not where nothing was bought', { outcome: 'rejected' }, ['rejected']],
    ['not where the limit cut nothing', { story: { ...cut, basis: { wanted: 3 } } }, ['bought']],
    ['not for nodes to add', { story: { ...cut, intent: { kind: 'add', nodes: 5 } } }, ['bought']],
  ])('%s', (_, of, expected) => {
    expect(states(of)).toEqual(expected);
  });
});

test('every state of the schema is told of', () => {
  const told = Object.values(changes).flatMap(({ before, after }) => between(before, after).map(({ state }) => state));
  const states = jobEventSchema.def.options.flatMap(({ def }) => def.shape.state.def.values);
  expect([...new Set(told)].toSorted()).toEqual(states.filter((state) => state !== 'limited').toSorted());
});

test('an event says which alarm went off, and who asked', () => {
  const { source, intent, reason } = anAlarm(12);
  const story = aStory({ source, intent, reason });
  expect(between(slot({ story }), settled({ story }))).toEqual([
    expect.objectContaining({ source: 'cloudwatch', alarm: 'edge-cpu', reason: 'cpu is high' }),
  ]);
  const manual = aStory({ requestedBy: 'ann' });
  expect(between(slot(), settled({ story: manual }))).toEqual([expect.objectContaining({ requestedBy: 'ann' })]);
});

test('nothing of the request is in an event', () => {
  const { worker_image_id: secretly } = aPurchase().request;
  const after = slot({ phase: 'unknown' });
  expect(JSON.stringify(after)).toContain(secretly);
  expect(JSON.stringify(between(slot(), after))).not.toContain(secretly);
});

describe('no event tells of', () => {
  const paused = cluster({ paused: switched });
  const ready: Progress = { state: 'completed', readyNodes: 3, at };
  test.each<[string, object | undefined, object | undefined]>([
    ['a cluster seen for the first time', undefined, cluster()],
    ['an ARM', cluster(), slot()],
    ['an UNSENT', slot(), cluster()],
    ['another empty task list', slot({ phase: 'unknown' }), slot({ phase: 'unknown', emptyListings: 1 })],
    ['the copy of a verdict', undefined, job(accepted)],
    ['the copy of a verdict over a skip', job(skip('satisfied')), job(accepted)],
    ['a FORGET', settled(), cluster()],
    ['an ARM while a verdict is kept', settled(), { ...settled(), purchase: aPurchase({ key: 'k-2' }) }],
    ['nodes that are on their way', settled(), { ...settled(), pending: {}, ver: 7 }],
    ['progress that was written down twice', job(accepted, ready), job(accepted, { ...ready, at: at + minute })],
    ['a write while the cluster is paused', paused, { ...paused, ver: 8 }],
    [
      'a write after tasks of others were told of',
      cluster({ unowned: { taskIds: ['T-9'], at } }),
      { ...cluster({ unowned: { taskIds: ['T-9'], at } }), ver: 9 },
    ],
    [
      'an alert that may buy no more, told of again',
      cluster({ stillShort: { key: 'k-1', times: 2, why: 'it has bought twice', at } }),
      cluster({ stillShort: { key: 'k-1', times: 2, why: 'it has bought 3 times', at: at + minute } }),
    ],
    [
      'a day on which leases ended',
      cluster({ leases: leasesOf('2026-11-18', 1) }),
      cluster({ leases: { at, lapsed: [], expiring: [] } }),
    ],
    [
      'a write after a day was told',
      cluster({ leases: leasesOf('2026-11-18', 7) }),
      { ...cluster({ leases: leasesOf('2026-11-18', 7) }), ver: 9 },
    ],
    ['a write after it was resumed', cluster({ resumed: switched }), { ...cluster({ resumed: switched }), ver: 9 }],
    ['a deletion by hand', job(accepted), undefined],
    ['a note that a job waits', undefined, { pk: 'WAIT#k', key: 'k', outcome: 'waiting' }],
    ['another note on it', { pk: 'WAIT#k', key: 'k', at }, { pk: 'WAIT#k', key: 'k', at: at + minute }],
    ...['stale', 'no-rule', 'satisfied', 'dry-run', 'recovered'].map((reason): [string, undefined, object] => [
      `a job that is skipped as ${reason}`,
      undefined,
      job(skip(reason)),
    ]),
  ])('%s', (_, before, after) => {
    expect(between(before, after)).toEqual([]);
  });
});

describe('an item that cannot be understood', () => {
  test.each<[string, unknown]>([
    ['no item at all', undefined],
    ['an item without a key', { done: {} }],
    ['an item of another kind', { pk: 'LOCK#edge' }],
    ['a cluster without its verdicts', { pk: 'CLUSTER#edge', ver: 1 }],
    ['a slot in a phase that nobody knows', { ...cluster(), purchase: { ...aPurchase(), phase: 'lost' } }],
    ['a job without an outcome', { pk: 'JOB#k', key: 'k', cluster: 'edge' }],
  ])('is refused: %s', (_, item) => {
    expect(() => readLedgerImage(item)).toThrow();
  });

  test('is not repeated in what is thrown', () => {
    const item = { pk: 'JOB#k', key: 'k', cluster: 'edge', outcome: 'a-text-of-somebody' };
    expect(() => readLedgerImage(item)).not.toThrow(/a-text-of-somebody/);
  });
});
