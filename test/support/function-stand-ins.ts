// What the deployed functions find around them, on loopback: for tests that load a handler as Lambda does.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { startAckSimulator } from '../../infra/local/ack-simulator/server.ts';
import { clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { createAlertQueue } from '../../infra/local/aws-stand-ins/alert-queue.ts';
import { startLedgerTable } from '../../infra/local/aws-stand-ins/ledger-table.ts';
import { startMessaging } from '../../infra/local/aws-stand-ins/messaging.ts';
import { createNotesTable } from '../../infra/local/aws-stand-ins/notes-table.ts';
import { startSecretsManager } from '../../infra/local/aws-stand-ins/secrets-manager.ts';
import { taskRootOf } from './task-root.ts';

const accessKey = { accessKeyId: 'LTAI5tEXAMPLE', accessKeySecret: 'EXAMPLEsecret0123' };
const loginPassword = 'Hello1234!';

/** To be called while the tests are defined: they are closed after the last of them. */
export async function startFunctionStandIns(config: Config) {
  const clusters = Object.values(config.clusters);
  const startGateway = (aheadMs: number) =>
    startAckSimulator({
      clusters: clusters.map(({ id, region }) => ({ id, region, initialNodes: 1 })),
      accessKeys: [accessKey],
      listLagMs: 0,
      now: () => Date.now() + aheadMs,
    });
  const simulator = await startGateway(0);
  const table = await startLedgerTable();
  const notesTable = await createNotesTable(table.endpoint);
  const secretsManager = await startSecretsManager();
  secretsManager.put('ack', accessKey);
  secretsManager.put('login', { password: loginPassword });
  const messaging = await startMessaging();
  const sqs = new SQSClient(clientOf(messaging.endpoint));
  const queue = await createAlertQueue(sqs, messaging.endpoint, { visibilityTimeoutMs: 360_000, maxReceives: 8 });
  const db = new DynamoDBClient(clientOf(table.endpoint));
  const documents = DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } });
  afterAll(async () => {
    sqs.destroy();
    db.destroy();
    await Promise.all([simulator, table, secretsManager, messaging].map((part) => part.close()));
  });
  return {
    /** As the stack sets it, and Lambda. */
    env: {
      AWS_REGION: 'us-east-1',
      LAMBDA_TASK_ROOT: taskRootOf(config),
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_ENDPOINT_URL_SQS: messaging.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      ACK_ENDPOINT: simulator.url,
      STACK_NAME: 'test-stack',
      TABLE_NAME: table.name,
      NOTES_TABLE_NAME: notesTable,
      ACK_SECRET_ID: 'ack',
      LOGIN_SECRET_ID: 'login',
      QUEUE_URL: queue.alerts.url,
      QUEUE_ARN: queue.alerts.arn,
      DEAD_LETTER_QUEUE_URL: queue.deadLetters.url,
    },
    /** Another gateway, whose clock is ahead by so much. To be closed by who starts it. */
    startGateway,
    secrets: [accessKey.accessKeySecret, loginPassword],
    ledger: createLedger(documents, table.name),
    ack: simulator.core,
    items: () => table.items(),
    alerts: () => messaging.inspect(queue.alerts.name),
    deadLetters: () => messaging.inspect(queue.deadLetters.name),
    send: (body: string) => sqs.send(new SendMessageCommand({ QueueUrl: queue.alerts.url, MessageBody: body })),
  };
}

/** Reads what a function logs instead of showing it. Ends with jest.restoreAllMocks. */
export function readLog(): readonly string[] {
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(...String(chunk).split('\n').filter(Boolean));
      return true;
    });
  return lines;
}

/** For each test of a suite: the environment of a function, whose log is read. Both are as before after the test. */
export function asDeployed(env: () => Readonly<Record<string, string>>) {
  const before = { ...process.env };
  let log: readonly string[] = [];
  beforeEach(() => {
    log = readLog();
    Object.assign(process.env, env());
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = { ...before };
  });
  return {
    log: () => log,
    lines: () => log.map((line): Record<string, unknown> => JSON.parse(line)),
  };
}

export function testMissingVariables(variables: readonly string[], load: () => Promise<unknown>): void {
  test.each(variables)('a function without %s does not start, and says what is missing', async (variable) => {
    delete process.env[variable];
    jest.resetModules();
    await expect(load()).rejects.toThrow(`environment variable ${variable} is missing; the stack sets it`);
    jest.resetModules();
  });
}
