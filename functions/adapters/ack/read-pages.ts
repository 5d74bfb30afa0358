// A list that comes page by page. It is evidence of what it does not hold, too, so nothing may slip past its pages.

import { AckReadError } from '../../domain/ack/read-error.ts';
import { timings } from '../../domain/timings.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number | undefined;
}

/** No cluster comes near this; a listing that goes on and on has to end somewhere, however fast its pages come. */
const maxPages = 200;
/** Readings of a list that changes from one to the next. */
const maxReadings = 5;

/**
 * The list may move between two pages, and an entry then slips past both, with every count in order. So what is more than
 * one page is read until two readings in a row are alike: nothing has moved between their pages then.
 *
 * @param keyOf entries are compared across pages only, and only where they have a key
 * @throws AckReadError (IncompleteListing) for a list that is not complete, or does not stand still in time
 */
export async function readPages<Item>(
  action: string,
  now: () => number,
  keyOf: (item: Item) => string | undefined,
  readPage: (page: number) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const until = now() + timings.listingTimeoutMs;
  const incomplete = (why: string) => new AckReadError(`${action}: ${why}`, 'IncompleteListing');
  const inTime = (page: number, found: string) => {
    if (now() < until) return readPage(page);
    throw incomplete(`${found} came in ${timings.listingTimeoutMs / 1000} s`);
  };
  let before: string | undefined;
  for (let reading = 1; reading <= maxReadings; reading += 1) {
    const { items, keys, complete } = await readOnce(keyOf, inTime);
    const seen = JSON.stringify(keys);
    if (complete && (keys.length === 1 || seen === before)) return items;
    if (seen === before || (!complete && keys.length === maxPages))
      throw incomplete(`the pages stopped making sense after ${items.length} items`);
    before = seen;
  }
  throw incomplete('it changed from reading to reading');
}

/**
 * Pages may be short or overlap, so what ends a reading is the number of its items; only an empty page ends a listing that
 * counts wrong.
 */
async function readOnce<Item>(
  keyOf: (item: Item) => string | undefined,
  readPage: (page: number, found: string) => Promise<Page<Item>>,
) {
  const all: Item[] = [];
  const keys: (string | undefined)[][] = [];
  let found = 'one reading, and no second one,';
  for (let page = 1; page <= maxPages; page += 1) {
    const { items, total } = await readPage(page, found);
    const known = new Set(keys.flat());
    const added = items.filter((item) => keyOf(item) === undefined || !known.has(keyOf(item)));
    all.push(...added);
    keys.push(items.map(keyOf).toSorted());
    const complete = items.length === 0 ? all.length >= (total ?? 0) : all.length === total;
    if (complete || added.length === 0) return { items: all, keys, complete };
    found = `${all.length}${total === undefined ? '' : ` of ${total}`} items`;
  }
  return { items: all, keys, complete: false };
}
