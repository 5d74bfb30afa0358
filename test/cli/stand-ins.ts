// SQS, DynamoDB, Secrets Manager and ACK in the test process, and the file by which the command finds them as the local
// engine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll } from '@jest/globals';
import { createLedger, type Ledger } from '../../functions/adapters/ledger/ledger.ts';
import { createWaits, type Waits } from '../../functions/adapters/notes/waits.ts';
import { createQueue } from '../../functions/adapters/queue/queue.ts';
import { type EngineInfo, registerEngine } from '../../functions/cli/target/local-engine.ts';
import { type AckSimulator, startAckSimulator } from '../../infra/local/ack-simulator/server.ts';
import { account, clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { createAlertQueue } from '../../infra/local/aws-stand-ins/alert-queue.ts';
import { type CloudWatch, startCloudWatch } from '../../infra/local/aws-stand-ins/cloudwatch.ts';
import { startLedgerTable } from '../../infra/local/aws-stand-ins/ledger-table.ts';
import { startMessaging } from '../../infra/local/aws-stand-ins/messaging.ts';
import { createNotesTable } from '../../infra/local/aws-stand-ins/notes-table.ts';
import { startSecretsManager } from '../../infra/local/aws-stand-ins/secrets-manager.ts';
import { nobody } from '../support/loopback-server.ts';
import { type RunOptions, run } from './run.ts';
import { type Outcome, testClusters } from './support.ts';

const secretIds = {
  ack: 'edge/ack',
  'ack-read': 'edge/ack-read',
  login: 'edge/login',
  webhook: 'edge/webhook',
} as const;
const secretsThere = ['ack', 'ack-read', 'login', 'webhook'] as const;

/** What the secrets hold at first. */
export const secretValues = {
  ack: { accessKeyId: 'LTAI5tBUYER', accessKeySecret: 'buyers-secret-0123456789' },
  'ack-read': { accessKeyId: 'LTAI5tREADER', accessKeySecret: 'readers-secret-012345678' },
  login: { password: 'aA1-login-password' },
  webhook: { tokens: ['token-of-a-webhook-0123'] },
} as const;

export interface ReceivedMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface StandIns {
  readonly info: EngineInfo;
  /** Environment by which the command finds the engine. */
  readonly engine: { readonly EDGE_SCALE_OUT_ENGINE: string };
  /** Environment by which the AWS SDK finds the same servers, as it would find AWS. */
  readonly aws: Readonly<Record<string, string>>;
  readonly ledger: Ledger;
  readonly waits: Waits;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  readonly ack: AckSimulator;
  readonly cloudwatch: CloudWatch;
  /** Takes the messages off the queue. */
  receive(): Promise<readonly string[]>;
  /** The same, with their attributes. */
  receiveWhole(): Promise<readonly ReceivedMessage[]>;
  /** Puts a message on the dead-letter queue, as the queue function does. */
  bury(body: string, reason: string, detail: string): Promise<void>;
  /** Takes the messages off the dead-letter queue. */
  receiveDead(): Promise<readonly string[]>;
  /** The keys of all items in the table. */
  tableKeys(): Promise<readonly unknown[]>;
  /** Runs a command that finds them as the local engine. */
  run(line: string, options?: RunOptions): Promise<Outcome>;
}

/** To be called while the tests are defined: they are closed after the last of them. @param now the clock of the gateway */
export async function startStandIns(now = () => Date.now()): Promise<StandIns> {
  const messaging = await startMessaging();
  const table = await startLedgerTable();
  const notesTableName = await createNotesTable(table.endpoint);
  const sqs = new SQSClient(clientOf(messaging.endpoint));
  const db = new DynamoDBClient(clientOf(table.endpoint));
  const documents = DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } });
  const queue = await createAlertQueue(sqs, messaging.endpoint, { visibilityTimeoutMs: 30_000, maxReceives: 8 });
  const { url: queueUrl } = queue.alerts;
  const secrets = await startSecretsManager();
  const cloudwatch = await startCloudWatch();
  for (const name of secretsThere) secrets.put(secretIds[name], secretValues[name]);
  const ack = await startAckSimulator({
    clusters: Object.values(testClusters).map(({ id, region }) => ({ id, region, initialNodes: 4 })),
    accessKeys: [secretValues.ack, secretValues['ack-read']],
    listLagMs: 0,
    now,
  });
  const info = engineInfo({
    ...{
      sqs: messaging.endpoint,
      dynamodb: table.endpoint,
      secretsManager: secrets.endpoint,
      cloudwatch: cloudwatch.endpoint,
      ack: ack.url,
    },
    ...{ queueUrl, deadLetterQueueUrl: queue.deadLetters.url, tableName: table.name, notesTableName },
  });
  const engine = register(info);
  afterAll(async () => {
    sqs.destroy();
    db.destroy();
    await Promise.all([table, secrets, cloudwatch, ack, messaging].map((part) => part.close()));
  });
  return {
    info,
    engine,
    run: (line, options) => run(line, engine, options),
    aws: {
      AWS_REGION: account.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_SQS: messaging.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.endpoint,
    },
    sqs,
    cloudwatch,
    ack,
    secrets: new SecretsManagerClient(clientOf(secrets.endpoint)),
    ledger: createLedger(documents, table.name),
    waits: createWaits(documents, notesTableName, now),
    receive: async () => (await receiveAll(sqs, queueUrl)).map(({ body }) => body),
    receiveWhole: () => receiveAll(sqs, queueUrl),
    bury: (body, reason, detail) =>
      createQueue(sqs, { queue: queueUrl, deadLetters: info.deadLetterQueueUrl }).deadLetter(
        { messageId: 'm-1', body, receiptHandle: '', receiveCount: 1, attributes: {} },
        reason,
        detail,
      ),
    receiveDead: async () => (await receiveAll(sqs, info.deadLetterQueueUrl)).map(({ body }) => body),
    tableKeys: async () => (await table.items()).map((item) => item['pk']),
  };
}

/** What an engine says of itself; its process is the one that runs the test. */
export function engineInfo(of: {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl?: string;
  readonly tableName: string;
  readonly notesTableName?: string;
  readonly secretsManager?: string;
  readonly ack?: string;
  readonly cloudwatch?: string;
}): EngineInfo {
  const { sqs, dynamodb, secretsManager = nobody, cloudwatch = nobody, ack = nobody } = of;
  return {
    pid: process.pid,
    startedAt: '2026-11-23T14:00:00.000Z',
    region: account.region,
    endpoints: { sqs, sns: nobody, dynamodb, secretsManager, cloudwatch, ack },
    queueUrl: of.queueUrl,
    deadLetterQueueUrl: of.deadLetterQueueUrl ?? `${of.queueUrl}-dead`,
    tableName: of.tableName,
    notesTableName: of.notesTableName ?? `${of.tableName}-notes`,
    alarmTopicArn: 'arn:aws:sns:us-east-1:000000000000:alarms',
    eventTopicArn: 'arn:aws:sns:us-east-1:000000000000:events',
    secretIds,
  };
}

function register(info: EngineInfo): StandIns['engine'] {
  const directory = mkdtempSync(join(tmpdir(), 'scale-out-engine-'));
  const engine = { EDGE_SCALE_OUT_ENGINE: join(directory, 'engine.json') };
  Object.assign(process.env, engine);
  registerEngine(info);
  delete process.env['EDGE_SCALE_OUT_ENGINE'];
  afterAll(() => rmSync(directory, { recursive: true }));
  return engine;
}

async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<readonly ReceivedMessage[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
  }));
}
