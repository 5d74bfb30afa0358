// Reads a list page by page. A missing entry is evidence too, so the list must be complete.
import { AckReadError } from '../../domain/ack/read-error.ts';
import { timings } from '../../domain/timings.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number | undefined;
}

const maxPages = 200;
const maxReadings = 5;

/**
 * Entries can move between two pages while they are read, so a list of several pages is read until two readings are equal.
 * @throws AckReadError (IncompleteListing) for a list that is incomplete, or changes with every reading
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

/** Pages may be short or overlap: the number of items ends a reading, or an empty page where the total is wrong. */
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
