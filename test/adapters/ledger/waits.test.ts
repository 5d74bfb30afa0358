// Against dynalite, over loopback.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { createWaits, type Waits } from '../../../functions/adapters/ledger/waits.ts';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { type LedgerTable, startLedgerTable } from '../../../infra/local/aws-stand-ins/ledger-table.ts';
import { aVerdict, aWait, minute, sampleAt } from '../../support/samples.ts';

let table: LedgerTable;
let client: DynamoDBClient;
let db: DynamoDBDocumentClient;
let waits: Waits;
beforeAll(async () => {
  table = await startLedgerTable();
  client = new DynamoDBClient(clientOf(table.endpoint));
  db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  waits = createWaits(db, table.name);
});
afterAll(async () => {
  client.destroy();
  await table.close();
});

test('a note is read by the key of its job', async () => {
  const wait = aWait({ key: 'a' });
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

test('a note and the record of the same job leave each other alone', async () => {
  const ledger = createLedger(db, table.name);
  await waits.note(aWait({ key: 'c' }));
  expect((await ledger.readJobs(['c'])).size).toBe(0);
  expect(await ledger.copy('edge', 'c', aVerdict())).toBe(true);
  await waits.note(aWait({ key: 'c', at: sampleAt + minute }));
  expect((await ledger.readJobs(['c'])).get('c')).toMatchObject({ outcome: 'accepted' });
});

test('a call that fails is thrown', async () => {
  const elsewhere = createWaits(db, 'no-such-table');
  await expect(elsewhere.note(aWait())).rejects.toThrow();
  await expect(elsewhere.read(['a'])).rejects.toThrow();
});
