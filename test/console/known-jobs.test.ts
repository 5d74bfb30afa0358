// Pages from memory are the pages of the index.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ListedJob, Listing, Position } from '../../functions/adapters/ledger/listed-job.ts';
import { listKnown, orKnown } from '../../functions/console/reading/known-jobs.ts';
import { type OpenIndex, openIndex } from '../adapters/ledger/open-index.ts';
import { aStory, aVerdict, minute, sampleAt } from '../support/samples.ts';

const clusters = ['beijing', 'shanghai', 'wuhan'];
const count = 90;
let open: OpenIndex;
let all: readonly ListedJob[];
beforeAll(async () => {
  open = await openIndex(() => sampleAt + count * minute);
  await open.putAll(
    Array.from({ length: count }, (_, i) => {
      // Three at each instant, one in each cluster.
      const at = sampleAt + Math.floor(i / 3) * minute;
      const cluster = clusters[i % 3];
      const story = aStory({ source: i % 4 === 0 ? 'cloudwatch' : 'manual' });
      const common = { pk: `JOB#manual/${cluster}/${i}`, key: `manual/${cluster}/${i}`, cluster, at };
      if (i % 5 === 0) return { ...common, outcome: 'skipped', reason: 'satisfied', payload: 'add 3', story };
      const progress = i % 7 === 0 ? { state: 'failed', code: 'NoStock', message: 'sold out', at } : undefined;
      return { ...common, ...aVerdict({ at, story }), progress };
    }),
  );
  all = (await open.index.list({ clusters }, count)).jobs;
});
afterAll(() => open.close());

async function pages(list: OpenIndex['index']['list'], listing: Listing, limit: number) {
  const found: string[][] = [];
  let after: Position | undefined;
  do {
    const page = await list({ ...listing, ...(after && { after }) }, limit);
    found.push(page.jobs.map(({ key }) => key));
    after = page.next;
  } while (after);
  return found;
}

const listings: readonly Partial<Listing>[] = [
  {},
  { state: 'accepted' },
  { state: 'failed' },
  { state: 'skipped', source: 'cloudwatch' },
  { source: 'manual', since: sampleAt + 5 * minute, until: sampleAt + 20 * minute },
  { clusters: ['wuhan'] },
];

test.each(listings)('of all jobs: %j', async (given) => {
  const listing = { clusters, ...given };
  const known = listKnown(all);
  expect(await pages(async (of, limit) => known(of, limit), listing, 7)).toEqual(
    await pages(open.index.list, listing, 7),
  );
});

// The last page of what is known may end where it ends.
test.each([7, 10, 15])('and of the newest jobs, the older ones are read: pages of %i', async (limit) => {
  const since = sampleAt + 20 * minute;
  const known = listKnown(all.filter(({ at }) => at >= since));
  for (const given of listings) {
    const listing = { clusters, ...given };
    const both = await pages(orKnown(open.index, known, since).list, listing, limit);
    expect(both.flat()).toEqual((await pages(open.index.list, listing, limit)).flat());
    expect(both.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  }
});

test('nothing is read for a page of what is known', async () => {
  open.cost();
  const known = listKnown(all.filter(({ at }) => at >= sampleAt + 10 * minute));
  const { list } = orKnown(open.index, known, sampleAt + 10 * minute);
  await list({ clusters, since: sampleAt + 11 * minute }, 50);
  await list({ clusters }, 20);
  expect(open.cost().operations).toEqual([]);
});
