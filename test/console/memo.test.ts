// What is read for many pages: kept, read again in the background, and never more often than it takes.
import { expect, test } from '@jest/globals';
import { createMemo, createRefreshed } from '../../functions/console/reading/memo.ts';

const never = () => new Promise<never>(() => undefined);

test('a value serves until it is old or its stamp changes', async () => {
  let now = 0;
  let reads = 0;
  const memo = createMemo<number>({ ageMs: 10, waitMs: 1000, atOnce: 2, now: () => now });
  const read = async () => {
    reads += 1;
    return reads;
  };
  expect(await memo('a', 1, read)).toBe(1);
  now = 9;
  expect(await memo('a', 1, read)).toBe(1);
  expect(await memo('a', 2, read)).toBe(2);
  now = 19;
  expect(await memo('a', 2, read)).toBe(3);
});

test('an old value serves while the next is being read, and a first one is not waited for without end', async () => {
  let now = 0;
  const memo = createMemo<number>({ ageMs: 10, waitMs: 1, atOnce: 2, now: () => now });
  await expect(memo('slow', 1, never)).rejects.toThrow('it is being read');
  expect(await memo('a', 1, async () => 7)).toBe(7);
  now = 100;
  expect(await memo('a', 1, never)).toBe(7);
});

test('no more readings run at the same time than allowed', async () => {
  const memo = createMemo<number>({ ageMs: 10, waitMs: 1, atOnce: 1, now: () => 0 });
  const first = Promise.withResolvers<number>();
  const began: string[] = [];
  const readings = ['a', 'b'].map((key) =>
    memo(key, 1, () => {
      began.push(key);
      return first.promise;
    }).catch(() => undefined),
  );
  await Promise.all(readings);
  expect(began).toEqual(['a']);
  first.resolve(1);
  await first.promise;
});

test('what fails for a key is the answer for that key', async () => {
  const memo = createMemo<number>({ ageMs: 10, waitMs: 1000, atOnce: 1, now: () => 0 });
  await expect(memo('a', 1, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('one value is not read again before its time, and a reading that took long waits for longer', async () => {
  let now = 0;
  let reads = 0;
  const value = createRefreshed(
    async () => {
      now += 100;
      reads += 1;
      return reads;
    },
    { everyMs: 10, waitMs: 1000, now: () => now },
  );
  expect(await value()).toBe(1);
  now = 399;
  expect(await value()).toBe(1);
  now = 400;
  expect(await value()).toBe(2);
});

test('an error shows while there is no value, and the last value serves after one', async () => {
  let now = 0;
  let fails = true;
  const value = createRefreshed(() => (fails ? Promise.reject(new Error('no table')) : Promise.resolve(now)), {
    ...{ everyMs: 10, waitMs: 1000 },
    now: () => now,
  });
  await expect(value()).rejects.toThrow('no table');
  fails = false;
  now = 20;
  expect(await value()).toBe(20);
  fails = true;
  now = 40;
  expect(await value()).toBe(20);
});
