// SQS and DynamoDB in the test process, and the file by which the command finds them as the local engine.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
import { createLedger, type Ledger } from '../../functions/adapters/ledger.ts';
import { type EngineInfo, registerEngine, unregisterEngine } from '../../functions/cli/local-engine.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'us-east-1';
const tableName = 'ledger';

export interface StandIns {
  readonly info: EngineInfo;
  /** Environment by which the command finds the engine. */
  readonly engine: { readonly EDGE_SCALE_OUT_ENGINE: string };
  /** Environment by which the AWS SDK finds the same servers, as it would find AWS. */
  readonly aws: Readonly<Record<string, string>>;
  readonly ledger: Ledger;
  /** Takes the messages off the queue. */
  receive(): Promise<readonly string[]>;
  /** The keys of all items in the table. */
  tableKeys(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export async function startStandIns(): Promise<StandIns> {
  const messaging = buildApp({ logger: false, defaultRegion: region });
  const sqsEndpoint = await messaging.listen({ host: '127.0.0.1', port: 0 });
  const database = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(database, 'listening');
  const databaseEndpoint = `http://127.0.0.1:${portOf(database.address())}`;
  const sqs = new SQSClient({ region, endpoint: sqsEndpoint, credentials });
  const db = new DynamoDBClient({ region, endpoint: databaseEndpoint, credentials });
  const documents = DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } });
  await sqs.send(new CreateQueueCommand({ QueueName: 'alerts' }));
  await db.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const queueUrl = `${sqsEndpoint}/000000000000/alerts`;
  const info = engineInfo({ sqs: sqsEndpoint, dynamodb: databaseEndpoint, queueUrl, tableName });
  const registration = register(info);
  return {
    info,
    engine: registration.engine,
    aws: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_SQS: sqsEndpoint,
      AWS_ENDPOINT_URL_DYNAMODB: databaseEndpoint,
    },
    ledger: createLedger(documents, tableName),
    receive: () => receiveAll(sqs, queueUrl),
    async tableKeys() {
      const keys: unknown[] = [];
      for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: tableName }))
        keys.push(...Items.map((item) => item['pk']));
      return keys;
    },
    async close() {
      registration.forget();
      sqs.destroy();
      db.destroy();
      database.closeAllConnections();
      database.close();
      await messaging.close();
    },
  };
}

/** What an engine says of itself; its process is the one that runs the test. */
export function engineInfo(of: {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly queueUrl: string;
  readonly tableName: string;
}): EngineInfo {
  const nobody = 'http://127.0.0.1:9';
  return {
    pid: process.pid,
    startedAt: '2026-11-23T14:00:00.000Z',
    region,
    endpoints: { sqs: of.sqs, sns: nobody, dynamodb: of.dynamodb, secretsManager: nobody, ack: nobody },
    queueUrl: of.queueUrl,
    deadLetterQueueUrl: `${of.queueUrl}-dead`,
    tableName: of.tableName,
    alarmTopicArn: 'arn:aws:sns:us-east-1:000000000000:alarms',
  };
}

function register(info: EngineInfo) {
  const directory = mkdtempSync(join(tmpdir(), 'scale-out-engine-'));
  const engine = { EDGE_SCALE_OUT_ENGINE: join(directory, 'engine.json') };
  Object.assign(process.env, engine);
  registerEngine(info);
  return {
    engine,
    forget() {
      unregisterEngine();
      delete process.env['EDGE_SCALE_OUT_ENGINE'];
      rmSync(directory, { recursive: true });
    },
  };
}

async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<readonly string[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '' }) => Body);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
