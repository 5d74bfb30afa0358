// The floor: one purchase with the protocol's reads and writes and the looks at the cluster, by node:https and the low-level SDK only. It checks,
// decides and logs nothing, and handles no failure.
import { randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { AckCredentials } from '../../../functions/adapters/ack/signature.ts';
import { readFunctionConfig } from '../../../functions/adapters/config-file.ts';
import { look, postScaleOut } from './scale-out.ts';

const config = readFunctionConfig(process.env);
const { TABLE_NAME, ACK_SECRET_ID, LOGIN_SECRET_ID } = process.env;
const db = new DynamoDBClient();
const secretsManager = new SecretsManagerClient();
/** Kept for as long as the process lives. */
let credentials: Promise<AckCredentials> | undefined;
let login: Promise<{ readonly password: string }> | undefined;

interface Job {
  readonly key: string;
  readonly cluster: string;
  readonly add: number;
}

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  for (const { body } of event.Records) await buy(JSON.parse(body));
  return { batchItemFailures: [] };
}

async function buy({ key, cluster, add }: Job): Promise<void> {
  const policy = config.clusters[cluster];
  if (!policy) throw new Error(`no cluster ${cluster}`);
  const pk = { S: `CLUSTER#${cluster}` };
  const jobPk = { S: `JOB#manual/${cluster}/${key}` };
  credentials ??= readSecret(ACK_SECRET_ID);
  login ??= readSecret(LOGIN_SECRET_ID);
  const seen = await db.send(new GetItemCommand({ TableName: TABLE_NAME, Key: { pk }, ConsistentRead: true }));
  const job = await db.send(new GetItemCommand({ TableName: TABLE_NAME, Key: { pk: jobPk }, ConsistentRead: true }));
  if (job.Item) return;
  const nonce = randomBytes(16).toString('hex');
  await look({ ...policy, nonce: `${nonce}-cluster`, signedAt: Date.now(), credentials: await credentials });
  const signedAt = Date.now();
  const purchase = { key: { S: key }, nonce: { S: nonce }, count: { N: `${add}` }, signedAt: { N: `${signedAt}` } };
  await db.send(
    new UpdateItemCommand({
      TableName: TABLE_NAME,
      Key: { pk },
      UpdateExpression: 'SET purchase = :purchase, ver = :next',
      ConditionExpression: 'ver = :seen',
      ExpressionAttributeValues: {
        ':purchase': { M: purchase },
        ':seen': seen.Item?.['ver'] ?? { N: '0' },
        ':next': { N: `${Number(seen.Item?.['ver']?.N) + 1}` },
      },
    }),
  );
  const body = JSON.stringify({
    ...policy.worker,
    count: add,
    login_password: (await login).password,
    is_edge_worker: true,
  });
  const taskId = await postScaleOut({ ...policy, body, nonce, signedAt, credentials: await credentials });
  const verdict = { ...purchase, outcome: { S: 'accepted' }, taskId: { S: taskId } };
  await db.send(
    new UpdateItemCommand({
      TableName: TABLE_NAME,
      Key: { pk },
      UpdateExpression: 'SET done.#key = :verdict REMOVE purchase',
      ConditionExpression: 'purchase.nonce = :nonce',
      ExpressionAttributeNames: { '#key': key },
      ExpressionAttributeValues: { ':verdict': { M: verdict }, ':nonce': { S: nonce } },
    }),
  );
  await db.send(
    new PutItemCommand({
      TableName: TABLE_NAME,
      Item: { pk: jobPk, cluster: { S: cluster }, ...verdict },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
}

async function readSecret<T>(id: string | undefined): Promise<T> {
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: id }));
  return JSON.parse(SecretString ?? '');
}
