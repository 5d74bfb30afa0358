import { describe, expect, test } from '@jest/globals';
import { nodeKey } from '../../../functions/adapters/ack/answers.ts';
import { readPages } from '../../../functions/adapters/ack/read-pages.ts';
import { AckReadError } from '../../../functions/domain/ack/read-error.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { createFunctionWorld } from '../../support/function-world.ts';
import { aPolicy, minute, sampleAt } from '../../support/samples.ts';

interface Entry {
  readonly key?: string;
}
const named = (from: number, to: number): readonly Entry[] =>
  Array.from({ length: to - from }, (_, n) => ({ key: `T-${from + n}` }));
const keysOf = (entries: readonly Entry[]) => entries.map(({ key }) => key);

/** The list as it is at each answer, the last one from then on. @returns what was listed, and the pages that were asked for */
async function listing(lists: readonly (readonly Entry[])[], size = 50, now: () => number = () => sampleAt) {
  const asked: number[] = [];
  const items = await readPages<Entry>(
    'List',
    now,
    ({ key }) => key,
    async (page) => {
      const list = lists[Math.min(asked.length, lists.length - 1)] ?? [];
      asked.push(page);
      return { items: list.slice((page - 1) * size, page * size), total: list.length };
    },
  ).catch((error: unknown) => (error instanceof AckReadError ? error : Promise.reject(error)));
  return { items, asked };
}

describe('a list that moves while its pages are read', () => {
  test('hides no entry that slips onto the page before: it is read again', async () => {
    // Oldest first: the first one expires, and the newest moves from the second page to the first.
    const { items, asked } = await listing([named(1, 52), named(2, 52)]);
    expect(items).toEqual(named(2, 52));
    expect(asked).toEqual([1, 2, 1]);
  });

  test('is complete when two readings in a row are alike', async () => {
    const { items, asked } = await listing([named(1, 102), named(1, 102), named(2, 102)]);
    expect(items).toEqual(named(2, 102));
    expect(asked).toEqual([1, 2, 3, 1, 2, 1, 2]);
  });

  test('is not taken for complete on one reading, although the counts agree', async () => {
    expect(await listing([named(1, 61)])).toEqual({ items: named(1, 61), asked: [1, 2, 1, 2] });
    expect(await listing([named(1, 201)], 1)).toMatchObject({ items: named(1, 201) });
  });

  test('may change its order within a page', async () => {
    const [first, second] = [named(1, 51), named(51, 61)];
    const { items } = await listing([
      [...first, ...second],
      [...first, ...second],
      [...first.toReversed(), ...second],
    ]);
    expect(items).toEqual([...first.toReversed(), ...second]);
  });

  test('is read again, too, where an entry came in front of the others', async () => {
    const { items, asked } = await listing([named(1, 61), [...named(0, 1), ...named(1, 61)]]);
    expect(items).toEqual(named(0, 61));
    expect(asked.slice(0, 4)).toEqual([1, 2, 3, 1]);
  });

  test('is read five times at most', async () => {
    const lists = Array.from({ length: 20 }, (_, n) => named(n, n + 60));
    const { items, asked } = await listing(lists);
    expect(items).toMatchObject({ code: 'IncompleteListing', message: 'List: it changed from reading to reading' });
    expect(asked.filter((page) => page === 1)).toHaveLength(5);
  });

  test('is not read again after 20 seconds: whoever waits for it has no more time', async () => {
    let now = sampleAt;
    const slow = () => {
      now += timings.listingTimeoutMs / 4;
      return now;
    };
    const { items, asked } = await listing([named(1, 152)], 50, slow);
    expect(items).toMatchObject({ code: 'IncompleteListing' });
    expect(asked).toEqual([1, 2, 3]);
  });

  test('of the simulated service is read until it stands still', async () => {
    const world = createFunctionWorld({ listLagMs: 0 });
    const { id, region } = aPolicy();
    // It puts every other task in front of the others.
    for (let n = 0; n < 61; n += 1) world.ack.consoleTask(id, 'cluster_addon');
    const newest: string[] = [];
    world.onCall('look', 2, () => newest.push(world.ack.consoleTask(id, 'cluster_addon')));
    const listed = (await world.deps.ack.listTasks(id, region)).map(({ taskId }) => taskId);
    expect(listed).toHaveLength(62);
    expect(listed).toContain(newest[0]);
  });
});

describe('entries without a key', () => {
  test('count one by one', async () => {
    expect((await listing([[{}, {}]])).items).toEqual([{}, {}]);
    expect((await listing([[{}, {}, ...named(1, 52), {}]])).items).toEqual([{}, {}, ...named(1, 52), {}]);
  });

  test('end after 200 pages, however many there are', async () => {
    let asked = 0;
    const endless = readPages<Entry>(
      'List',
      () => sampleAt,
      ({ key }) => key,
      async () => ({ items: [{}, { key: `T-${++asked}` }], total: undefined }),
    );
    await expect(endless).rejects.toMatchObject({ code: 'IncompleteListing' });
    expect(asked).toBe(200);
  });
});

test('an entry is counted once where two pages overlap, and each time on one page', async () => {
  const pages = [named(1, 4), [...named(3, 6), ...named(5, 6)]];
  const items = await readPages<Entry>(
    'List',
    () => sampleAt,
    ({ key }) => key,
    async (page) => ({ items: pages[page - 1] ?? [], total: 6 }),
  );
  expect(keysOf(items)).toEqual(['T-1', 'T-2', 'T-3', 'T-4', 'T-5', 'T-5']);
});

test('totals that differ between pages are no matter, as long as the pages stay alike', async () => {
  const items = await readPages<Entry>(
    'List',
    () => sampleAt,
    ({ key }) => key,
    async (page) => ({ items: [named(1, 51), named(51, 61)][page - 1] ?? [], total: page === 1 ? 70 : 60 }),
  );
  expect(items).toEqual(named(1, 61));
});

test.each([
  [{ instanceId: 'i-1', nodeName: 'n-1' }, 'i-1'],
  [{ instanceId: '', nodeName: 'n-1' }, 'n-1'],
  [{ instanceId: '', nodeName: '' }, undefined],
  [{ instanceId: '' }, undefined],
])('a node %j is told from others by %j', (node, key) => {
  expect(nodeKey({ ...node, status: 'Ready', createdAt: sampleAt - minute })).toBe(key);
});
