// Against dynalite, over loopback.
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { createWaits } from '../../../functions/adapters/notes/waits.ts';
import { aWait, hour, minute, sampleAt } from '../../support/samples.ts';
import { openNotes } from './open-notes.ts';

const { db, table, operations } = await openNotes();
const waitsAt = (now: number) => createWaits(db, table, () => now);
const waits = waitsAt(sampleAt);

test('a note is read by the key of its job', async () => {
  const wait = aWait({ key: 'a', alerts: 3 });
  await waits.note(wait);
  expect((await waits.read(['a', 'a', 'unknown'])).get('a')).toMatchObject(wait);
  expect((await waits.read(['a', 'a', 'unknown'])).size).toBe(1);
});

test('nobody waits where no key is asked for', async () => {
  expect(await waits.read([])).toEqual(new Map());
});

test('a later note takes the place of an earlier one', async () => {
  await waits.note(aWait({ key: 'b' }));
  await waits.note(aWait({ key: 'b', reason: 'paused', at: sampleAt + minute }));
  expect((await waits.read(['b'])).get('b')).toMatchObject({ reason: 'paused', at: sampleAt + minute });
});

test('a note is over an hour after it was written, before DynamoDB deletes it', async () => {
  await waits.note(aWait({ key: 'c', at: sampleAt + 1 }));
  expect([...(await waitsAt(sampleAt + hour).read(['c'])).keys()]).toEqual(['c']);
  expect(await waitsAt(sampleAt + hour + 1).read(['c'])).toEqual(new Map());
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: { pk: 'WAIT#c', sk: '-' } }));
  // In whole seconds, and never too early.
  expect(Item?.['expiresAt']).toBe((sampleAt + hour) / 1000 + 1);
});

test('many notes are read together', async () => {
  const keys = Array.from({ length: 101 }, (_, i) => `many-${i}`);
  for (const key of keys) await waits.note(aWait({ key }));
  operations();
  expect((await waits.read(keys)).size).toBe(101);
  expect(operations()).toEqual(['BatchGetItemCommand', 'BatchGetItemCommand']);
});

test('a call that fails is thrown', async () => {
  const elsewhere = createWaits(db, 'no-such-table', () => sampleAt);
  await expect(elsewhere.note(aWait())).rejects.toThrow();
  await expect(elsewhere.read(['a'])).rejects.toThrow();
});
