// The outside world of a function, built once per container from its environment.
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AckClient, createAckClient } from '../adapters/ack/client.ts';
import { createClockSkew } from '../adapters/ack/clock-skew.ts';
import { createHttpTransport } from '../adapters/ack/http-transport.ts';
import { functionCalls } from '../adapters/aws-client-settings.ts';
import { type Alarms, createAlarms } from '../adapters/cloudwatch/alarms.ts';
import { type Environment, required } from '../adapters/environment.ts';
import { createKeyless } from '../adapters/keyless/keyless.ts';
import { createLedger, type Ledger } from '../adapters/ledger/ledger.ts';
import { createRecoveries, type Recoveries } from '../adapters/notes/recoveries.ts';
import { createWaits, type Waits } from '../adapters/notes/waits.ts';
import type { AlertQueue, QueueUrls } from '../adapters/queue/queue.ts';
import { createSecrets } from '../adapters/secrets/secrets.ts';
import { createLog, type FunctionLog } from '../adapters/telemetry/log.ts';
import { createMetrics, type Metrics } from '../adapters/telemetry/metrics.ts';
import type { ClockSkewMs } from '../domain/ack/clock-problem.ts';

interface FunctionAdapters {
  readonly ledger: Ledger;
  readonly waits: Waits;
  readonly recoveries: Recoveries;
  readonly ack: AckClient;
  readonly log: FunctionLog;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly newNonce: () => string;
  readonly random: () => number;
  readonly clockSkewMs: ClockSkewMs;
  /** Absent where there is no CloudWatch to ask. */
  readonly alarms?: Alarms;
  /** Starts all that a purchase needs, and waits a moment for what every job needs. Never rejects: who uses it sees what went wrong. */
  readonly begin: () => Promise<void>;
  /** Ends what was prepared for a purchase that did not follow: at the end of an invocation. */
  readonly end: () => void;
}

/** A start waits no longer for the ledger's first answer: the first job waits for it, too. Milliseconds. */
const beginWithin = 500;

/** What scale-out and reconcile share. @throws Error that names the missing variable. */
export function createFunctionAdapters(service: string, env: Environment): FunctionAdapters {
  const now = () => Date.now();
  const newNonce = () => randomBytes(16).toString('hex');
  const metrics = createMetrics(required(env, 'STACK_NAME'));
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(functionCalls), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const tableName = required(env, 'TABLE_NAME');
  const notesTableName = required(env, 'NOTES_TABLE_NAME');
  const clockSkew = createClockSkew(now);
  const transport = createHttpTransport();
  const roleArn = env['ALIBABA_ROLE_ARN'];
  const ids = {
    credentials: roleArn ? undefined : required(env, 'ACK_SECRET_ID'),
    login: env['LOGIN_SECRET_ID'],
  };
  const secrets = createSecrets(new SecretsManagerClient(functionCalls), ids, now);
  const keyless =
    roleArn &&
    createKeyless({
      role: { roleArn, oidcProviderArn: required(env, 'ALIBABA_OIDC_PROVIDER_ARN') },
      session: `edge-scale-out-${service}`,
      aws: functionCalls,
      endpoint: env['ALIBABA_STS_ENDPOINT'],
      ...{ transport, now, newNonce },
    });
  const credentials = keyless ? keyless.get : secrets.credentials;
  const endpoint = env['ACK_ENDPOINT'];
  const ack = createAckClient({
    transport,
    credentials() {
      // A call for the key comes before a request: the HTTP client is loaded once the call for the key has left.
      setImmediate(() => void transport.prepare());
      return credentials();
    },
    loginPassword: secrets.loginPassword,
    onAuthenticationError() {
      secrets.forget();
      if (keyless) keyless.forget();
    },
    onClockSkew: (measuredMs, region) => {
      clockSkew.measured(region, measuredMs);
      metrics.add('ClockSkew', Math.abs(measuredMs) / 1000);
    },
    now,
    newNonce,
    ...(endpoint && { endpoint }),
  });
  const ledger = createLedger(db, tableName);
  async function begin(): Promise<void> {
    for (const reading of [credentials(), secrets.loginPassword()]) reading.catch(() => undefined);
    // No job has this key: only the connection is wanted.
    const connecting = Promise.allSettled([ledger.readJobs(['']), transport.prepare()]);
    await Promise.race([connecting, setTimeout(beginWithin, undefined, { ref: false })]);
  }
  return {
    begin,
    end: transport.close,
    ledger,
    waits: createWaits(db, notesTableName, now),
    recoveries: createRecoveries(db, notesTableName, now),
    ack,
    log: createLog(service),
    metrics,
    now,
    newNonce,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    clockSkewMs: clockSkew.worstMs,
    ...(env['READ_ALARMS'] && { alarms: createAlarms(functionCalls) }),
  };
}

/** @throws Error that names the missing variable. */
export function createFunctionQueue(env: Environment): AlertQueue {
  return lazyQueue({ queue: required(env, 'QUEUE_URL'), deadLetters: required(env, 'DEAD_LETTER_QUEUE_URL') });
}

/** For who only adds messages. @throws Error that names the missing variable. */
export function createFunctionEnqueue(env: Environment): Pick<AlertQueue, 'enqueue'> {
  return lazyQueue({ queue: required(env, 'QUEUE_URL'), deadLetters: '' });
}

/** The client is loaded with its first call: what is bought, skipped or replayed makes none. */
function lazyQueue(urls: QueueUrls): AlertQueue {
  let opened: Promise<AlertQueue> | undefined;
  const queue = (): Promise<AlertQueue> => {
    opened ??= import('../adapters/queue/queue.ts').then(({ openQueue }) => openQueue(functionCalls, urls));
    return opened;
  };
  return {
    enqueue: async (...call) => (await queue()).enqueue(...call),
    defer: async (...call) => (await queue()).defer(...call),
    deadLetter: async (...call) => (await queue()).deadLetter(...call),
    changeVisibility: async (...call) => (await queue()).changeVisibility(...call),
  };
}
