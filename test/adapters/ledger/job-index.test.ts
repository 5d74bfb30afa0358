// Against dynalite, over loopback: that a page costs what it shows, and nothing of the table behind it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createJobIndex } from '../../../functions/adapters/ledger/job-index.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import type { ListedJob, Listing, Position } from '../../../functions/adapters/ledger/listed-job.ts';
import { createWaits, type Wait, type Waits } from '../../../functions/adapters/notes/waits.ts';
import { aStory, aVerdict, aWait, day, hour, minute, sampleAt } from '../../support/samples.ts';
import { type OpenIndex, openIndex } from './open-index.ts';

const clusters = ['beijing', 'shanghai', 'wuhan'];
const jobsPerCluster = 1000;
const now = () => sampleAt + 30 * minute;

let open: OpenIndex;
let waits: Waits;
beforeAll(async () => {
  open = await openIndex(now);
  await fill(open);
  waits = createWaits(open.db, open.notesTable, now);
});
beforeEach(() => {
  open.cost();
});
afterAll(() => open.close());

const nameOf = (i: number) => String(i).padStart(4, '0');
const keyOf = (cluster: string, i: number) => `manual/${cluster}/${nameOf(i)}`;

/** A job a minute in every cluster, at the same instants. Every tenth was skipped, and every hundredth of an alarm's failed. */
async function fill({ db, table, putAll }: OpenIndex): Promise<void> {
  const items = clusters.flatMap((cluster) =>
    Array.from({ length: jobsPerCluster }, (_, i) => {
      const at = sampleAt + i * minute;
      const story = aStory({ source: i % 4 === 0 ? 'cloudwatch' : 'manual' });
      const common = { pk: `JOB#${keyOf(cluster, i)}`, key: keyOf(cluster, i), cluster };
      if (i % 10 === 5) return { ...common, outcome: 'skipped', reason: 'satisfied', payload: 'add 3', at, story };
      const progress = i % 100 === 0 ? { state: 'failed', code: 'NoStock', message: 'sold out', at } : undefined;
      return { ...common, ...aVerdict({ at, story }), progress };
    }),
  );
  await putAll(items);
  // The clusters' own items have neither attribute of the index's keys, and so no place in it.
  const ledger = createLedger(db, table);
  for (const cluster of clusters) await ledger.readCluster(cluster);
}

const names = (jobs: readonly ListedJob[]) => jobs.map(({ cluster, key }) => `${cluster} ${key.slice(-4)}`);

async function allPages(listing: Listing, limit: number): Promise<readonly ListedJob[]> {
  const found: ListedJob[] = [];
  let after: Position | undefined;
  for (;;) {
    const { jobs, next } = await open.index.list({ ...listing, ...(after && { after }) }, limit);
    found.push(...jobs);
    if (!next) return found;
    after = next;
  }
}

describe('a page', () => {
  const perCluster = ['QueryCommand', 'QueryCommand'];

  test('of one cluster is one query of each index that looks at no more items than it shows, and one', async () => {
    const { jobs, next } = await open.index.list({ clusters: ['beijing'] }, 20);
    expect(names(jobs)).toEqual(Array.from({ length: 20 }, (_, i) => `beijing ${nameOf(jobsPerCluster - 1 - i)}`));
    expect(next).toEqual({ at: jobs.at(-1)?.at, cluster: 'beijing', key: jobs.at(-1)?.key });
    expect(open.cost()).toEqual({ operations: perCluster, scanned: 21 });
  });

  test('of several clusters is a small page of each, merged by time', async () => {
    const { jobs } = await open.index.list({ clusters }, 4);
    expect(names(jobs)).toEqual(['beijing 0999', 'shanghai 0999', 'wuhan 0999', 'beijing 0998']);
    // Most of many clusters have none of the newest jobs: a small page of each, and one more of that with most.
    expect(open.cost()).toEqual({ operations: [...clusters.flatMap(() => perCluster), 'QueryCommand'], scanned: 10 });
  });

  test('in the middle costs as much as the first one', async () => {
    const after = { at: sampleAt + 500 * minute, cluster: 'beijing', key: keyOf('beijing', 500) };
    const { jobs } = await open.index.list({ clusters: ['beijing'], after }, 20);
    expect(names(jobs)[0]).toBe('beijing 0499');
    expect(open.cost()).toEqual({ operations: perCluster, scanned: 21 });
  });

  test('holds what a line shows of a job, and no more of it', async () => {
    const { jobs } = await open.index.list({ clusters: ['beijing'], since: sampleAt + 999 * minute }, 1);
    const { count, cost, story, taskId, at } = aVerdict({ at: sampleAt + 999 * minute });
    const { source, reason, decision } = story;
    expect(jobs).toEqual([
      {
        key: keyOf('beijing', 999),
        cluster: 'beijing',
        outcome: 'accepted',
        at,
        count,
        cost,
        taskId,
        story: { source, reason, decision },
      },
    ]);
  });
});

describe('pages, one after the other,', () => {
  test('show every job once, newest first, by queries only', async () => {
    const jobs = await allPages({ clusters }, 250);
    expect(jobs).toHaveLength(clusters.length * jobsPerCluster);
    expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
    for (const [i, { at }] of jobs.entries()) expect(at).toBeLessThanOrEqual(jobs[i - 1]?.at ?? at);
    expect(new Set(open.cost().operations)).toEqual(new Set(['QueryCommand']));
  });

  test('end at the instant that they are to go back to', async () => {
    const since = sampleAt + 990 * minute;
    const jobs = await allPages({ clusters, since }, 4);
    expect(jobs).toHaveLength(30);
    expect(Math.min(...jobs.map(({ at }) => at))).toBe(since);
  });
});

describe('a filter', () => {
  test('by outcome shows the jobs that have it', async () => {
    const jobs = await allPages({ clusters: ['beijing'], state: 'skipped' }, 30);
    expect(jobs).toHaveLength(100);
    expect(new Set(jobs.map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
  });

  test.each<[string, Partial<Listing>, string]>([
    ['of a record', { state: 'skipped' }, 'ledger'],
    ['of a task', { taskId: 'T-1' }, 'ledger'],
    ['of a note', { state: 'waiting' }, 'notes'],
  ])('%s reads the index of these alone', async (_what, filter, read) => {
    const tables = {
      ledger: 'no-such-table',
      notes: 'no-such-table',
      [read]: read === 'ledger' ? open.table : open.notesTable,
    };
    await createJobIndex(open.db, tables, now).list({ clusters: ['beijing'], ...filter }, 20);
    expect(open.cost().operations).toEqual(['QueryCommand']);
  });

  test('by the end of the task, and by sender, shows the jobs that meet both', async () => {
    const jobs = await allPages({ clusters, state: 'failed', source: 'cloudwatch' }, 7);
    expect(jobs).toHaveLength(3 * 10);
    expect(jobs.every(({ progress }) => progress?.state === 'failed')).toBe(true);
    expect(await allPages({ clusters, state: 'failed', source: 'manual' }, 7)).toEqual([]);
  });
});

describe('jobs that wait', () => {
  const cluster = 'waiting';
  const at = (i: number) => sampleAt + i * minute;
  const note = (i: number, key = keyOf(cluster, i)) => waits.note(aWait({ key, cluster, at: at(i) }));
  beforeAll(async () => {
    for (const i of [1, 3, 4, 6]) await note(i);
    const ledger = createLedger(open.db, open.table);
    // What waited once has its record now, from before or after its note in the order of the list.
    await ledger.copy(cluster, keyOf(cluster, 2), aVerdict({ at: at(2) }));
    await ledger.copy(cluster, keyOf(cluster, 3), aVerdict({ at: at(5) }));
    await ledger.copy(cluster, keyOf(cluster, 6), aVerdict({ at: at(6) }));
  });

  test('are among the others, with what they wait for, and each job is listed once', async () => {
    const { jobs } = await open.index.list({ clusters: [cluster] }, 20);
    expect(jobs.map(({ key, outcome }) => [key.slice(-1), outcome])).toEqual([
      ['6', 'accepted'],
      ['3', 'accepted'],
      ['4', 'waiting'],
      ['2', 'accepted'],
      ['1', 'waiting'],
    ]);
    expect(jobs[2]).toMatchObject({
      reason: 'cooldown',
      at: at(4),
      story: { decision: expect.stringMatching(/cools/) },
    });
  });

  test('are listed page by page, each once', async () => {
    for (const limit of [1, 2, 3])
      expect((await allPages({ clusters: [cluster] }, limit)).map(({ key }) => key.slice(-1)).join('')).toBe('63421');
  });

  test('can be listed alone', async () => {
    const jobs = await allPages({ clusters: [cluster], state: 'waiting' }, 1);
    expect(jobs.map(({ key }) => key.slice(-1))).toEqual(['4', '1']);
    expect(await allPages({ clusters: [cluster], state: 'waiting', source: 'cloudwatch' }, 1)).toEqual([]);
  });

  test('are those with a note of the last hour', async () => {
    const once = 'waited';
    for (const [key, at] of [
      ['over', now() - hour],
      ['waits', now() - hour + 1],
    ] as const)
      await waits.note(aWait({ key, cluster: once, at }));
    open.cost();
    expect((await allPages({ clusters: [once] }, 1)).map(({ key }) => key)).toEqual(['waits']);
    // What is over may be there for days: it is not even looked at.
    expect(open.cost().scanned).toBe(1);
  });

  test('are found behind many that have a record by now, in a bounded number of calls', async () => {
    const busy = 'busy';
    const items = Array.from({ length: 1500 }, (_, i) => {
      const wait = aWait({ key: keyOf(busy, i), cluster: busy, at: now() - i });
      return { pk: `WAIT#${wait.key}`, sk: '-', outcome: 'waiting', ...wait };
    });
    await open.putAll(items, open.notesTable);
    const record = { cluster: busy, outcome: 'skipped', reason: 'satisfied', story: aStory(), at: now() - day };
    await open.putAll(items.slice(0, -1).map(({ key }) => ({ ...record, pk: `JOB#${key}`, key })));
    open.cost();
    const { jobs } = await open.index.list({ clusters: [busy], state: 'waiting' }, 20);
    expect(jobs.map(({ key }) => key)).toEqual([keyOf(busy, 1499)]);
    const { operations, scanned } = open.cost();
    expect(scanned).toBe(1500);
    expect(operations.toSorted()).toEqual([...Array(15).fill('BatchGetItemCommand'), ...Array(2).fill('QueryCommand')]);
  });
});

describe('notes that older versions left in the table of the ledger', () => {
  const cluster = 'upgraded';
  const at = now() - 10 * minute;
  /** All of one instant, where their order is that of their keys' digests. */
  const letters = (text: string) => Array.from(text);
  const keysOf = (jobs: readonly ListedJob[]) =>
    jobs
      .map(({ key }) => key)
      .toSorted()
      .join('');
  beforeAll(async () => {
    const old = (key: string, of: Partial<Wait> = {}) => ({
      pk: `WAIT#${key}`,
      outcome: 'waiting',
      ...aWait({ key, cluster, at, ...of }),
    });
    const record = (key: string) => ({ pk: `JOB#${key}`, key, cluster, outcome: 'skipped', at, story: aStory() });
    await open.putAll([
      ...letters('abcdef').map(record),
      // They wait still, have a record, or wait with a new note.
      ...letters('uvw').map((key) => old(key)),
      ...letters('ab').map((key) => old(key)),
      ...letters('xy').map((key) => old(key)),
      // Nobody has their messages any more.
      ...letters('opqrst').map((key) => old(key, { at: now() - hour })),
    ]);
    for (const key of letters('xyz')) await waits.note(aWait({ key, cluster, at }));
  });

  test('are listed for an hour, and each job once, whatever the pages', async () => {
    for (const limit of [1, 2, 3, 5, 100]) {
      const jobs = await allPages({ clusters: [cluster, 'elsewhere'] }, limit);
      expect(keysOf(jobs)).toBe('abcdefuvwxyz');
    }
  });

  test('are passed over by whoever asks for waiting jobs: each writes its note anew within a quarter of an hour', async () => {
    const jobs = await allPages({ clusters: [cluster], state: 'waiting' }, 1);
    expect(keysOf(jobs)).toBe('xyz');
  });

  test('are all that is left of waiting jobs where the target has no table of notes', async () => {
    const index = createJobIndex(open.db, { ledger: open.table }, now);
    const { jobs } = await index.list({ clusters: [cluster] }, 100);
    expect(keysOf(jobs)).toBe('abcdefuvwxy');
    expect(await index.list({ clusters: [cluster], state: 'waiting' }, 100)).toEqual({ jobs: [] });
  });
});

test('a cluster without jobs has an empty page', async () => {
  expect(await open.index.list({ clusters: ['elsewhere'] }, 20)).toEqual({ jobs: [] });
});
