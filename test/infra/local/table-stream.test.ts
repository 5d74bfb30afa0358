import { connect } from 'node:net';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { type LedgerTable, startLedgerTable } from '../../../infra/local/aws-stand-ins/ledger-table.ts';
import { createNotesTable } from '../../../infra/local/aws-stand-ins/notes-table.ts';
import { startTableStream, type TableStream } from '../../../infra/local/aws-stand-ins/table-stream.ts';
import { sampleAt } from '../../support/samples.ts';
import { eventually } from './support.ts';

let table: LedgerTable;
let stream: TableStream;
let db: DynamoDBClient;
let records: DynamoDBRecord[];

beforeEach(async () => {
  table = await startLedgerTable();
  stream = await startTableStream({ ...table, keyName: 'pk' }, () => sampleAt + 999);
  db = new DynamoDBClient({ ...clientOf(stream.endpoint), maxAttempts: 1 });
  records = [];
  stream.subscribe((record) => records.push(record));
});
afterEach(async () => {
  db.destroy();
  await stream.close();
  await table.close();
});

const TableName = 'edge-scale-out-ledger';
const Key = (pk: string) => ({ pk: { S: pk } });
const put = (pk: string, of: object = {}, condition?: string) =>
  db.send(
    new PutItemCommand({
      TableName,
      Item: { ...Key(pk), ...of },
      ...(condition && { ConditionExpression: condition }),
    }),
  );
const add = (pk: string) =>
  db.send(
    new UpdateItemCommand({
      TableName,
      Key: Key(pk),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );
const images = () => records.map(({ dynamodb }) => [dynamodb?.OldImage, dynamodb?.NewImage]);

test('a record says what an item was before and is after, as Lambda hands it over', async () => {
  await put('a', { n: { N: '1' }, of: { M: { deep: { L: [{ BOOL: true }, { NULL: true }] } } } });
  expect(records).toEqual([
    {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}/stream/local`,
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: sampleAt / 1000,
        Keys: { pk: { S: 'a' } },
        NewImage: { pk: { S: 'a' }, n: { N: '1' }, of: { M: { deep: { L: [{ BOOL: true }, { NULL: true }] } } } },
        SequenceNumber: '000000000000000000001',
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    },
  ]);
});

test('an update and a deletion are told with what was there', async () => {
  await put('a', { n: { N: '1' } });
  await add('a');
  await db.send(new DeleteItemCommand({ TableName, Key: Key('a') }));
  expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
  const [one, two] = [1, 2].map((n) => ({ ...Key('a'), n: { N: String(n) } }));
  expect(images()).toEqual([
    [undefined, one],
    [one, two],
    [two, undefined],
  ]);
});

describe('there is no record of', () => {
  test('a write whose condition refused it, which its client is told', async () => {
    await put('a');
    await expect(put('a', { n: { N: '1' } }, 'attribute_not_exists(pk)')).rejects.toThrow(
      ConditionalCheckFailedException,
    );
    expect(records).toHaveLength(1);
  });

  test('a write that changed nothing', async () => {
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '1' } });
    await db.send(new DeleteItemCommand({ TableName, Key: Key('b') }));
    expect(records).toHaveLength(1);
  });

  test('a write to another table', async () => {
    const notes = await createNotesTable(stream.endpoint);
    const item = { ...Key('a'), sk: { S: '-' } };
    await db.send(new PutItemCommand({ TableName: notes, Item: item }));
    expect((await db.send(new ScanCommand({ TableName: notes }))).Items).toEqual([item]);
    expect(records).toEqual([]);
  });

  test('a read, whose answer comes through as it is', async () => {
    await put('a', { n: { N: '1' } });
    const item = { ...Key('a'), n: { N: '1' } };
    expect((await db.send(new GetItemCommand({ TableName, Key: Key('a') }))).Item).toEqual(item);
    expect((await db.send(new ScanCommand({ TableName }))).Items).toEqual([item]);
    expect(records).toHaveLength(1);
  });

  test('a request that the table does not understand, which its client is told', async () => {
    const wrong = new PutItemCommand({ TableName, Item: { other: { S: 'a' } } });
    await expect(db.send(wrong)).rejects.toThrow(/missing the key/i);
    expect(records).toEqual([]);
  });
});

test('writes of one item at once are told in the order in which they happened, each with what it found', async () => {
  await Promise.all(Array.from({ length: 30 }, () => add('a')));
  const n = (count: number) => (count === 0 ? undefined : { ...Key('a'), n: { N: String(count) } });
  expect(images()).toEqual(Array.from({ length: 30 }, (_, i) => [n(i), n(i + 1)]));
  const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
  expect(numbers).toEqual(numbers.toSorted());
});

test('of many that write one item on a condition, one is told', async () => {
  const attempts = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => put('a', { by: { N: String(i) } }, 'attribute_not_exists(pk)')),
  );
  const winner = attempts.findIndex(({ status }) => status === 'fulfilled');
  expect(images()).toEqual([[undefined, { ...Key('a'), by: { N: String(winner) } }]]);
});

test('writes of several items at once are refused, as they would not be told of', async () => {
  const batch = new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: Key('a') } }] } });
  await expect(db.send(batch)).rejects.toThrow('the stand-in');
  expect(await table.items()).toEqual([]);
});

test('the write of a client that does not wait for its answer is told of, and disturbs nobody', async () => {
  const { hostname, port } = new URL(stream.endpoint);
  const body = JSON.stringify({ TableName, Item: Key('left') });
  const socket = connect(Number(port), hostname);
  const head = [
    'POST / HTTP/1.1',
    'host: localhost',
    'content-type: application/x-amz-json-1.0',
    'x-amz-target: DynamoDB_20120810.PutItem',
    'x-amz-date: 20261111T080000Z',
    'authorization: AWS4-HMAC-SHA256 Credential=a/20261111/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
    `content-length: ${body.length}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  await eventually('the record', () => records.length === 1);
  await put('b');
  expect(records).toHaveLength(2);
});

test('a table that is gone leaves its clients without an answer', async () => {
  await table.close();
  await expect(put('a')).rejects.toThrow();
  expect(records).toEqual([]);
  // For afterEach.
  table = await startLedgerTable();
});
