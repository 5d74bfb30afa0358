// DynamoDB Streams, which dynalite does not have: a proxy that reports each write with the item before and after. The writes
// of one item run one after the other.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { parseJson } from '../../../functions/domain/record.ts';
import { account } from './account.ts';
import { type Answer, createForward } from './forward.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';
import { createTurns } from './turns.ts';

export interface TableStream {
  /** The endpoint for writers. */
  readonly endpoint: string;
  /** Receives every later change, in order for each item. */
  subscribe(listener: (record: DynamoDBRecord) => void): void;
  close(): Promise<void>;
}

type Image = z.infer<typeof image>;
const image = z.record(
  z.string(),
  z.custom<AttributeValue>((value) => typeof value === 'object' && value !== null),
);
const written = z.object({ TableName: z.string(), Key: image.optional(), Item: image.optional() });
const found = z.object({ Item: image.optional() });

interface Target {
  readonly TableName: string;
  readonly Key: Image;
}

/** @param table whose writes it reports: `keyName` is its partition key, and it has no other */
export async function startTableStream(
  table: { readonly endpoint: string; readonly name: string; readonly keyName: string },
  now: () => number,
): Promise<TableStream> {
  const { forward, close } = createForward(table.endpoint);
  const inTurn = createTurns();
  let listener: ((record: DynamoDBRecord) => void) | undefined;
  let changes = 0;

  async function handle(request: IncomingMessage): Promise<Answer> {
    const body = await buffer(request);
    const operation = operationOf(request);
    if (operation === 'BatchWriteItem') return unseen;
    const target = listener && isWrite(operation) ? targetOf(body, table) : undefined;
    if (!target) return forward(request, body);
    return inTurn(JSON.stringify(target), () => watch(request, body, target));
  }

  async function watch(request: IncomingMessage, body: Buffer, target: Target): Promise<Answer> {
    const before = await read(request, target);
    const answer = await forward(request, body);
    if (answer.status !== 200) return answer;
    const after = await read(request, target);
    // As in DynamoDB, an unchanged item is no change.
    if (!isDeepStrictEqual(before, after)) listener?.(recordOf(++changes, target, before, after, now()));
    return answer;
  }

  /** With the credentials of the write. */
  async function read(request: IncomingMessage, target: Target): Promise<Image | undefined> {
    const body = Buffer.from(JSON.stringify({ ...target, ConsistentRead: true }));
    const { status, body: text } = await forward(request, body, `${version}.GetItem`);
    if (status !== 200) throw new Error(`the item could not be read: ${text.toString('utf8')}`);
    return found.parse(JSON.parse(text.toString('utf8'))).Item;
  }

  const server = createServer((request, response) => {
    handle(request).then(
      (answer) => send(response, answer),
      // The SDK of the client retries.
      () => response.destroy(),
    );
  });
  return {
    endpoint: await listenOnLoopback(server),
    subscribe(to) {
      listener = to;
    },
    async close() {
      await closeServer(server);
      close();
    },
  };
}

const version = 'DynamoDB_20120810';

const operationOf = ({ headers }: IncomingMessage): string => String(headers['x-amz-target']).split('.')[1] ?? '';
const isWrite = (operation: string): boolean => ['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation);

/** Not supported: no function writes several items at once. */
const unseen: Answer = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(
    JSON.stringify({
      __type: 'com.amazon.coral.service#UnknownOperationException',
      message: "the stand-in's stream does not see BatchWriteItem; write item by item",
    }),
  ),
};

/** undefined for another table, and for a request without an item, which the table refuses. */
function targetOf(body: Buffer, table: { readonly name: string; readonly keyName: string }): Target | undefined {
  const { name, keyName } = table;
  const read = written.safeParse(parseJson(body.toString('utf8')));
  const key = read.data?.Key?.[keyName] ?? read.data?.Item?.[keyName];
  return read.success && read.data.TableName === name && key
    ? { TableName: read.data.TableName, Key: { [keyName]: key } }
    : undefined;
}

function recordOf(
  change: number,
  { TableName, Key }: Target,
  OldImage: Image | undefined,
  NewImage: Image | undefined,
  now: number,
): DynamoDBRecord {
  // As many digits as in the service.
  const SequenceNumber = String(change).padStart(21, '0');
  return {
    eventID: createHash('md5').update(SequenceNumber).digest('hex'),
    eventName: OldImage ? (NewImage ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    eventSourceARN: `arn:aws:dynamodb:${account.region}:${account.id}:table/${TableName}/stream/local`,
    awsRegion: account.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now / 1000),
      Keys: Key,
      ...(OldImage && { OldImage }),
      ...(NewImage && { NewImage }),
      SequenceNumber,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}
