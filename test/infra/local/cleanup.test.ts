import { expect, test } from '@jest/globals';
import { createCleanup } from '../../../infra/local/cleanup.ts';

test('stops in the opposite order of the start, one after the other', async () => {
  const order: string[] = [];
  const cleanup = createCleanup();
  cleanup.add(() => {
    order.push('server');
  });
  cleanup.add(async () => {
    await Promise.resolve();
    order.push('poller');
  });
  await cleanup.run();
  expect(order).toEqual(['poller', 'server']);
});

test('stops the rest after a failure, and then reports the first one', async () => {
  const order: string[] = [];
  const cleanup = createCleanup();
  cleanup.add(() => {
    order.push('server');
  });
  cleanup.add(() => Promise.reject(new Error('the poller does not end')));
  await expect(cleanup.run()).rejects.toThrow('the poller does not end');
  expect(order).toEqual(['server']);
});

test('stops everything once', async () => {
  let stops = 0;
  const cleanup = createCleanup();
  cleanup.add(() => {
    stops += 1;
  });
  await cleanup.run();
  await cleanup.run();
  expect(stops).toBe(1);
});
