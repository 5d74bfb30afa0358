// Items and messages exactly as commit 7a6e349 wrote them (test/fixtures/stored), and notes.json as the first version with a
// table of notes. A deployed ledger, queue and table of notes hold such data, so every later version must read it: the names of stored attributes are part of the interface.
import { readFileSync } from 'node:fs';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SendMessageCommand, type SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { buildApp } from 'fauxqs';
import { createLedger, type Ledger } from '../../functions/adapters/ledger/ledger.ts';
import { readRecord } from '../../functions/adapters/ledger/stream.ts';
import { createRecoveries } from '../../functions/adapters/notes/recoveries.ts';
import { createWaits } from '../../functions/adapters/notes/waits.ts';
import { createDeadLetters } from '../../functions/adapters/queue/dead-letters.ts';
import { completeConfig } from '../../functions/domain/config/defaults.ts';
import { eventsBetween } from '../../functions/domain/events/job-events.ts';
import { readMessage } from '../../functions/purchase/message-jobs.ts';
import { aPolicy, hour, minute, sampleAt } from '../support/samples.ts';
import { type OpenIndex, openIndex } from './ledger/open-index.ts';

type Item = Readonly<Record<string, unknown>> & { readonly pk: string };
const stored = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`../fixtures/stored/${name}.json`, import.meta.url), 'utf8'));
const clusters = stored<Item>('clusters');
const jobs = stored<Item>('jobs');
/** When notes stood in the ledger's table, without an end. */
const waits = stored<Item>('waits');
const notes = stored<Item>('notes');
const messages = stored<SendMessageCommandInput>('messages');

let time = sampleAt + 20 * minute;
let table: OpenIndex;
let ledger: Ledger;
beforeAll(async () => {
  table = await openIndex(() => time);
  await table.putAll(notes, table.notesTable);
  await table.putAll([...clusters, ...jobs, ...waits]);
  ledger = createLedger(table.db, table.table);
});
afterAll(() => table.close());

const nameOf = ({ pk }: Item) => pk.slice(pk.indexOf('#') + 1);

test('the ledger reads every stored cluster item whole', async () => {
  for (const item of clusters) expect(await ledger.readCluster(nameOf(item))).toEqual({ ...item, name: nameOf(item) });
  const phases = await Promise.all(
    clusters.map(async (item) => (await ledger.readCluster(nameOf(item))).purchase?.phase),
  );
  expect(new Set(phases)).toEqual(new Set(['sending', 'unknown', 'parked', undefined]));
});

test('the fields that decisions and conditions use have their stored names', async () => {
  const edge = await ledger.readCluster('edge');
  expect(edge).toMatchObject({ ver: expect.any(Number), used: 16, window: '2026-11-11', month: '2026-11' });
  expect(edge.paused).toEqual({ by: 'ana', reason: 'the bill', at: sampleAt + 17 * 60_000 });
  expect(edge.pending['manual/edge/overdue']).toMatchObject({ taskId: expect.any(String), count: 1, overdue: true });
  expect(edge.done['manual/edge/completed']).toMatchObject({
    outcome: 'accepted',
    got: 3,
    endedAt: expect.any(Number),
  });
  expect(edge.done['manual/edge/abandoned']?.resolution?.rearmedAs).toBe('manual/edge/again-1');
  expect((await ledger.readCluster('edge-unknown')).purchase?.emptyListings).toBe(1);
  expect((await ledger.readCluster('edge-rearmed')).purchase).toMatchObject({ attempt: 2, phase: 'sending' });
});

test('a stored slot is settled by its nonce', async () => {
  const seen = await ledger.readCluster('edge-parked');
  if (!seen.purchase) throw new Error('the slot is empty');
  const { count, cost, nonce, payload, story } = seen.purchase;
  const verdict = { outcome: 'abandoned', count, cost, nonce, payload, story, at: sampleAt } as const;
  expect(await ledger.settle(seen, seen.purchase, verdict, 0)).toBe(true);
  expect(await ledger.readCluster('edge-parked')).toMatchObject({ used: 0, spent: 0 });
});

test('the ledger reads every stored job record whole', async () => {
  const records = await ledger.readJobs(jobs.map(nameOf));
  expect([...records.values()].map(withKey)).toEqual(expect.arrayContaining(jobs.map(withKey)));
  expect(records.size).toBe(jobs.length);
});
const withKey = (item: object) => ({ ...item });

test('the index lists every stored job, and every stored note for an hour', async () => {
  const list = async () => {
    const { jobs: listed } = await table.index.list({ clusters: ['edge'] }, 100);
    return listed.map(({ key }) => key).toSorted();
  };
  const waiting = notes.filter(({ pk }) => pk.startsWith('WAIT#'));
  expect(await list()).toEqual([...jobs, ...waits, ...waiting].map(nameOf).toSorted());
  time += hour;
  expect(await list()).toEqual(jobs.map(nameOf).toSorted());
  time -= hour;
  for (const state of [
    'completed',
    'partial',
    'failed',
    'overdue',
    'rejected',
    'abandoned',
    'skipped',
    'waiting',
  ] as const)
    expect((await table.index.list({ clusters: ['edge'], state }, 100)).jobs.length).toBeGreaterThan(0);
  expect((await table.index.list({ clusters: ['edge'], source: 'cloudwatch' }, 100)).jobs).toHaveLength(1);
  expect((await table.index.list({ clusters: ['edge'], taskId: 'T-adopted' }, 100)).jobs).toHaveLength(1);
});

test('a stored note is read by its key', async () => {
  const [note] = notes;
  if (!note) throw new Error('no note');
  const keys = [note, ...waits].map(nameOf);
  // Those in the table of the ledger are left behind: a job that waits writes its note anew.
  expect([...(await createWaits(table.db, table.notesTable, () => time).read(keys))]).toEqual([[keys[0], note]]);
});

test('stored recoveries are read, and told again are the same item', async () => {
  const [, stored] = notes;
  const recoveries = createRecoveries(table.db, table.notesTable, () => sampleAt + 11 * minute);
  const [alert, endedAt] = ['5ef77f1f8a3ecfb8', sampleAt + 10 * minute];
  expect([...(await recoveries.read('alertmanager', 'edge', sampleAt))]).toEqual([[alert, endedAt]]);
  await recoveries.write([{ source: 'alertmanager', cluster: 'edge', alert, endedAt }]);
  const { Items } = await table.db.send(
    new QueryCommand({
      TableName: table.notesTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': stored?.pk },
    }),
  );
  expect(Items).toEqual([stored]);
});

test('announce reads every stored item from the stream and names its state', () => {
  const written = (item: Item): DynamoDBRecord => ({
    dynamodb: {
      NewImage: marshall(item) as Record<string, AttributeValue> as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'],
      ApproximateCreationDateTime: sampleAt / 1000,
    },
  });
  const states = [...clusters, ...jobs, ...waits].flatMap((item) => {
    const { before, after, writtenAt } = readRecord(written(item));
    return eventsBetween(before, after, writtenAt).map(({ state }) => state);
  });
  expect(new Set(states)).toEqual(
    new Set([
      'in-doubt',
      'parked',
      'rearmed',
      'bought',
      'rejected',
      'resolved',
      'paused',
      'ready',
      'partial',
      'failed',
      'overdue',
    ]),
  );
});

test('stored messages are read with their attributes', () => {
  const config = completeConfig({ clusters: { edge: aPolicy() } });
  for (const { MessageBody = '', MessageAttributes = {} } of messages) {
    const attributes = Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    );
    const { content } = readMessage({ body: MessageBody, attributes, receiveCount: 1 }, { config, now: sampleAt });
    expect(content).toMatchObject({ kind: 'jobs', jobs: [{ key: 'manual/edge/a', payload: 'add 3' }] });
    if (content.kind === 'jobs' && attributes['deferrals'] !== undefined) expect(content.jobs[0]?.heldBack).toBe(true);
  }
});

test('a stored dead letter is listed with its reason and redriven', async () => {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const url = (name: string) => `${endpoint}/000000000000/${name}`;
  for (const QueueName of ['alerts', 'dead-letters']) await sqs.send(new CreateQueueCommand({ QueueName }));
  for (const input of messages.filter(({ QueueUrl }) => QueueUrl === 'dead-letters'))
    await sqs.send(new SendMessageCommand({ ...input, QueueUrl: url('dead-letters') }));
  const deadLetters = createDeadLetters(sqs, { queue: url('alerts'), deadLetters: url('dead-letters') });
  const [letter, ...more] = await deadLetters.hold(10);
  if (!letter) throw new Error('no dead letter');
  expect(more).toEqual([]);
  expect(letter.attributes).toMatchObject({
    reason: 'unknown-cluster',
    detail: expect.stringContaining('functions/config.ts'),
    messageId: '2dc3bda7-c4e9-4187-b11e-1137c214ad51',
    arrivedAt: String(sampleAt),
  });
  expect(await deadLetters.redrive(letter)).not.toBe('');
  sqs.destroy();
  await app.close();
});
