// The adapters of a target. Commands import this file when they run: the AWS SDK takes long to load.
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AckClient, createAckClient } from '../../adapters/ack/client.ts';
import { createHttpTransport } from '../../adapters/ack/http-transport.ts';
import type { AckCredentials } from '../../adapters/ack/signature.ts';
import { type Alarms, createAlarms } from '../../adapters/cloudwatch/alarms.ts';
import { createTotals, type Totals } from '../../adapters/cloudwatch/totals.ts';
import type { Kept } from '../../adapters/kept.ts';
import { createKeyless } from '../../adapters/keyless/keyless.ts';
import { createJobIndex, type JobIndex } from '../../adapters/ledger/job-index.ts';
import { createLedger, type Ledger } from '../../adapters/ledger/ledger.ts';
import { createRecoveries, type Recoveries } from '../../adapters/notes/recoveries.ts';
import { createWaits, type Waits } from '../../adapters/notes/waits.ts';
import { createDeadLetters, type DeadLetters } from '../../adapters/queue/dead-letters.ts';
import { type AlertQueue, createQueue } from '../../adapters/queue/queue.ts';
import { createSecrets } from '../../adapters/secrets/secrets.ts';
import type { AlibabaRoles } from '../../domain/config/types.ts';
import { readHttpDate } from '../../domain/instant.ts';
import { CommandFailed } from '../terminal/errors.ts';
import { awsCalls } from './aws-calls.ts';
import { type EngineInfo, engineStackName } from './local-engine.ts';
import { secretNames, secretRemedy } from './secret-names.ts';
import { required, type Target } from './target.ts';

export function clientSettings({ aws, engine }: Target, service: keyof EngineInfo['endpoints']) {
  return {
    ...aws,
    ...awsCalls,
    // The stand-ins accept any credentials; the SDK needs some.
    ...(engine && {
      endpoint: engine.endpoints[service],
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  };
}

export function connectQueue(target: Target): Pick<AlertQueue, 'enqueue'> {
  const queue = required(target, 'queueUrl');
  return createQueue(new SQSClient(clientSettings(target, 'sqs')), {
    queue,
    deadLetters: target.deadLetterQueueUrl ?? '',
  });
}

export function connectDeadLetters(target: Target): DeadLetters {
  return createDeadLetters(new SQSClient(clientSettings(target, 'sqs')), {
    queue: target.queueUrl ?? '',
    deadLetters: required(target, 'deadLetterQueueUrl'),
  });
}

/** @param onDate gets the Date of each answer, epoch milliseconds; undefined when it cannot be read */
export function connectLedger(target: Target, onDate?: (at: number | undefined) => void): Ledger {
  return createLedger(documentsOf(target, onDate), required(target, 'tableName'));
}

/** Without a table of notes, no job is known to wait. */
export function connectWaits(target: Target, now: () => number): Pick<Waits, 'read'> {
  const { notesTableName } = target;
  return notesTableName === undefined
    ? { read: async () => new Map() }
    : createWaits(documentsOf(target), notesTableName, now);
}

/** Without a table of notes, no alert has ended. */
export function connectRecoveries(target: Target, now: () => number): Pick<Recoveries, 'read'> {
  const { notesTableName } = target;
  return notesTableName === undefined
    ? { read: async () => new Map() }
    : createRecoveries(documentsOf(target), notesTableName, now);
}

export function connectJobIndex(target: Target, now: () => number): JobIndex {
  return createJobIndex(
    documentsOf(target),
    { ledger: required(target, 'tableName'), notes: target.notesTableName },
    now,
  );
}

export function connectAlarms(target: Target): Alarms {
  return createAlarms(clientSettings(target, 'cloudwatch'));
}

/** Where the stack is not known, neither are its metrics. */
export function connectTotals(target: Target): Totals {
  const service = target.engine ? engineStackName : target.stack;
  return service === undefined
    ? () => Promise.reject(new CommandFailed('metrics have the name of the stack; give --stack NAME'))
    : createTotals(clientSettings(target, 'cloudwatch'), service);
}

export function connectSecrets(target: Target): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(target, 'secretsManager'));
}

/** The roles that commands assume in the place of the keys. */
export const roleFor = { ack: 'buyerRoleArn', 'ack-read': 'readerRoleArn' } as const;

const assumed = new WeakMap<Target, Map<keyof typeof roleFor, Kept<AckCredentials>>>();

/** As the functions do, with the AWS identity of the operator; once for a target. */
export function connectRole(target: Target, alibaba: AlibabaRoles, key: keyof typeof roleFor): Kept<AckCredentials> {
  const ofTarget = assumed.get(target) ?? new Map<keyof typeof roleFor, Kept<AckCredentials>>();
  const role = ofTarget.get(key) ?? assumeRole(target, alibaba, key);
  assumed.set(target, ofTarget.set(key, role));
  return role;
}

function assumeRole(target: Target, alibaba: AlibabaRoles, key: keyof typeof roleFor): Kept<AckCredentials> {
  return createKeyless({
    role: { oidcProviderArn: alibaba.oidcProviderArn, roleArn: alibaba[roleFor[key]] },
    session: 'edge-scale-out-operator',
    aws: clientSettings(target, 'sts'),
    endpoint: target.alibabaStsEndpoint,
    transport: createHttpTransport(),
    now: Date.now,
    newNonce,
  });
}

function keyOf(target: Target, secret: keyof typeof roleFor): () => Promise<AckCredentials> {
  const credentials = target.secretIds[secret];
  if (credentials === undefined)
    throw new CommandFailed(`the secret of ${secretNames[secret].what} is not known; ${secretRemedy(secret)}`);
  return createSecrets(connectSecrets(target), { credentials, login: undefined }, Date.now).credentials;
}

const newNonce = (): string => randomBytes(16).toString('hex');

/** With this key, or the role in its place. It cannot buy: a purchase needs the login password, too. */
export function connectAck(
  target: Target,
  secret: keyof typeof roleFor,
  onClockSkew: (skewMs: number, region: string) => void = () => undefined,
): AckClient {
  return createAckClient({
    transport: createHttpTransport(),
    credentials: target.alibaba ? connectRole(target, target.alibaba, secret).get : keyOf(target, secret),
    async loginPassword() {
      throw new Error('commands have no login password, so they cannot buy');
    },
    onClockSkew,
    now: Date.now,
    newNonce,
    ...(target.ackEndpoint !== undefined && { endpoint: target.ackEndpoint }),
  });
}

function documentsOf(target: Target, onDate?: (at: number | undefined) => void): DynamoDBDocumentClient {
  const client = new DynamoDBClient(clientSettings(target, 'dynamodb'));
  if (onDate) reportDates(client, onDate);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

function reportDates({ middlewareStack }: DynamoDBClient, onDate: (at: number | undefined) => void): void {
  middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const { headers } = output.response as { readonly headers?: Readonly<Record<string, string>> };
      onDate(readHttpDate(headers?.['date'] ?? ''));
      return output;
    },
    { step: 'deserialize', name: 'reportDates' },
  );
}
