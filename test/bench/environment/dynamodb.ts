// DynamoDB, by dynalite, behind a server of its own: tables can be emptied without breaking a connection, and a refused
// write returns the old item where it is asked to. DynamoDB does so and dynalite does not; without it the reference's
// replays would need a read that they need not.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import * as z from 'zod/mini';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { ledgerSchema } from '../../../infra/local/aws-stand-ins/ledger-table.ts';
import { closeServer, listenOnLoopback } from '../../../infra/local/aws-stand-ins/loopback.ts';
import { notesSchema } from '../../../infra/local/aws-stand-ins/notes-table.ts';

export const tables = {
  ledger: 'edge-scale-out-ledger',
  notes: 'edge-scale-out-notes',
  idempotency: 'idempotency-records',
} as const;

interface DynamoDb {
  readonly endpoint: string;
  /** Forgets everything: new, empty tables. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function startDynamoDb(): Promise<DynamoDb> {
  let store = dynalite({ createTableMs: 0 });
  const server = createServer((request, response) => {
    answer(store, request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.destroy(),
    );
  });
  const endpoint = await listenOnLoopback(server);
  const db = new DynamoDBClient(clientOf(endpoint));
  const createTables = async () => {
    await Promise.all(schemas.map((schema) => db.send(new CreateTableCommand(schema))));
  };
  await createTables();
  return {
    endpoint,
    async empty() {
      store = dynalite({ createTableMs: 0 });
      await createTables();
    },
    async close() {
      db.destroy();
      await closeServer(server);
    },
  };
}

const onDemand = { BillingMode: 'PAY_PER_REQUEST' } as const;
const schemas: readonly CreateTableCommandInput[] = [
  { TableName: tables.ledger, ...onDemand, ...ledgerSchema() },
  { TableName: tables.notes, ...onDemand, ...notesSchema() },
  {
    // As the documentation of Powertools has it.
    TableName: tables.idempotency,
    ...onDemand,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  },
];

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const putTarget = 'DynamoDB_20120810.PutItem';
const getTarget = 'DynamoDB_20120810.GetItem';

async function answer(store: Server, request: IncomingMessage): Promise<Answer> {
  const { headers } = request;
  const body = (await buffer(request)).toString('utf8');
  const answered = await ask(store, headers, body);
  return answered.status === 400 && headers['x-amz-target'] === putTarget && body.includes('"ALL_OLD"')
    ? withOldItem(store, headers, body, answered)
    : answered;
}

const putSchema = z.object({ TableName: z.string(), Item: z.looseObject({ id: z.unknown() }) });
const itemSchema = z.looseObject({ Item: z.optional(z.unknown()) });

async function withOldItem(
  store: Server,
  headers: IncomingHttpHeaders,
  body: string,
  refused: Answer,
): Promise<Answer> {
  if (!refused.body.includes('ConditionalCheckFailedException')) return refused;
  const { TableName, Item } = putSchema.parse(JSON.parse(body));
  const asked = JSON.stringify({ TableName, Key: { id: Item.id }, ConsistentRead: true });
  const found = await ask(store, { ...headers, 'x-amz-target': getTarget }, asked);
  const completed = JSON.stringify({
    ...z.looseObject({}).parse(JSON.parse(refused.body)),
    Item: itemSchema.parse(JSON.parse(found.body)).Item,
  });
  return { status: refused.status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: completed };
}

/** Calls dynalite without a connection: with as much of a request and a response as it looks at. */
function ask(store: Server, headers: IncomingHttpHeaders, body: string): Promise<Answer> {
  const request = Object.assign(Readable.from([Buffer.from(body)]), { method: 'POST', url: '/', headers });
  const set: Record<string, string> = {};
  return new Promise((resolve) => {
    const response = {
      statusCode: 200,
      setHeader(name: string, value: unknown) {
        set[name] = String(value);
      },
      end(text: string) {
        resolve({ status: response.statusCode, headers: set, body: text });
      },
    };
    store.emit('request', request, response);
  });
}
