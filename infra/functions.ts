// The functions that handle alerts: what they run, when, and the exact rights of each. What only one of them may do is
// what keeps a mistake in the other from buying.
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type FunctionUrl, FunctionUrlAuthType, type Function as Lambda, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Config } from '../functions/domain/config/types.ts';
import { timings } from '../functions/domain/timings.ts';
import { acknowledge } from './acknowledge.ts';
import type { AlertQueue } from './alert-queue.ts';
import { tableKeyActions } from './customer-key.ts';
import { allow, createFunction } from './lambda-function.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { Secrets } from './secrets.ts';

export interface FunctionParts {
  readonly alerts: AlertQueue;
  readonly ledger: LedgerTable;
  readonly secrets: Secrets;
  readonly key: IKey | undefined;
}

/**
 * Half of the ten executions at once that a new account has, so that a storm of alerts leaves room for the reconciler.
 * More would gain nothing: a cluster's jobs wait for its one purchase slot.
 */
const maxConcurrency = 5;

/** Turns each message of the queue into at most one purchase. */
export function createScaleOutFunction(scope: Construct, { alerts, ledger, secrets, key }: FunctionParts): Lambda {
  const { queue, deadLetterQueue } = alerts;
  const lambda = createFunction(scope, 'ScaleOut', 'scale-out', {
    key,
    description: 'Turns alerts into purchases of nodes',
    environment: {
      QUEUE_URL: queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      TABLE_NAME: ledger.tableName,
      ACK_SECRET_ID: secrets.ackCredentials,
      LOGIN_SECRET_ID: secrets.nodeLogin,
      READ_ALARMS: 'yes',
    },
    // A job that must wait goes back to the queue. Lambda would take that for a runaway loop and cut it off after about 16
    // rounds, 8 minutes at busyDelayMs; what is to end the rounds is the age of the job.
    recursiveLoop: RecursiveLoop.ALLOW,
  });
  // The event source adds the right to receive, to hide and to delete.
  lambda.addEventSource(new SqsEventSource(queue, { batchSize: 10, maxConcurrency, reportBatchItemFailures: true }));
  acknowledge(lambda, {
    'Serverless-LambdaEventSourceMappingDestination':
      'A queue has none: what keeps failing goes to its own dead-letter queue.',
  });
  allow(lambda, ['sqs:SendMessage'], [queue.queueArn, deadLetterQueue.queueArn]);
  allowLedger(lambda, ledger);
  allow(lambda, ['secretsmanager:GetSecretValue'], [secrets.ackCredentials, secrets.nodeLogin]);
  allowAlarms(lambda);
  return lambda;
}

/**
 * Finishes what is unfinished, every minute. It cannot buy: it has neither the key that may nor the login password that
 * the request needs, unless a cluster's config lets it send a purchase again (`rearm`).
 */
export function createReconcileFunction(
  scope: Construct,
  config: Config,
  { alerts: { queue }, ledger, secrets, key }: FunctionParts,
): Lambda {
  const rearms = Object.values(config.clusters).some(({ rearm }) => rearm);
  const readable = rearms
    ? { ACK_SECRET_ID: secrets.ackCredentials, LOGIN_SECRET_ID: secrets.nodeLogin }
    : { ACK_SECRET_ID: secrets.ackReadCredentials };
  const lambda = createFunction(scope, 'Reconcile', 'reconcile', {
    key,
    description: 'Resolves purchases in doubt and follows tasks to Ready nodes',
    environment: { TABLE_NAME: ledger.tableName, QUEUE_URL: queue.queueUrl, READ_ALARMS: 'yes', ...readable },
    // No reserved concurrency: a new account has none to spare, and two runs at once do no harm, as every write is
    // conditional. No retries either: what one run leaves, the next one finds a minute later.
    retryAttempts: 0,
    maxEventAge: Duration.minutes(1),
  });
  // A rule and not a schedule of EventBridge Scheduler: it needs no role, and each minute needs no time zone.
  const everyMinute = new Rule(scope, 'EveryMinute', {
    description: 'Starts the reconciler',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
  const nextMinute = 'The next run does what a lost one would have done; an alarm tells when several are lost.';
  acknowledge(everyMinute, { 'Serverless-EventBusDLQ': nextMinute });
  acknowledge(lambda, { 'Serverless-LambdaAsyncFailureDestination': nextMinute });
  allowLedger(lambda, ledger);
  allow(lambda, ['secretsmanager:GetSecretValue'], Object.values(readable));
  // It puts alarms on the queue that nobody heard of; what they buy is decided there, within the limits.
  allow(lambda, ['sqs:SendMessage'], [queue.queueArn]);
  allowAlarms(lambda);
  return lambda;
}

/**
 * Takes alerts over HTTPS and puts them on the queue. It can neither buy nor look: a flaw in the one function that the
 * whole Internet can reach costs messages, and each of those is still judged by the limits.
 */
export function createReceiveAlertFunction(
  scope: Construct,
  { alerts: { queue }, secrets, key }: Omit<FunctionParts, 'ledger'>,
): { readonly lambda: Lambda; readonly url: FunctionUrl } {
  const lambda = createFunction(scope, 'ReceiveAlert', 'receive-alert', {
    key,
    description: 'Puts alerts from webhooks on the queue',
    environment: { QUEUE_URL: queue.queueUrl, WEBHOOK_SECRET_ID: secrets.webhookTokens },
    timeout: Duration.millis(timings.webhookTimeoutMs),
    // No reserved concurrency: a new account has ten executions and can spare none. A flood of requests could take them
    // all, and then buying waits. Whoever has more should reserve some here; senders keep what gets a 429.
  });
  allow(lambda, ['sqs:SendMessage'], [queue.queueArn]);
  allow(lambda, ['secretsmanager:GetSecretValue'], [secrets.webhookTokens]);
  acknowledge(lambda, {
    'NIST.800.53.R5-LambdaFunctionPublicAccessProhibited':
      'None of the senders can sign as AWS wants it. The function checks their tokens itself, before anything else.',
  });
  return { lambda, url: lambda.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }) };
}

/** Reads by key and conditional writes are all that the protocol needs. Nothing deletes and nothing scans. */
function allowLedger(lambda: Lambda, { tableArn, encryptionKey }: LedgerTable): void {
  allow(lambda, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [tableArn]);
  if (encryptionKey) allow(lambda, tableKeyActions, [encryptionKey.keyArn]);
}

/**
 * To ask whether an alarm still stands, and nothing mutes it. On all of them: of composite alarms, AWS shows none to who has this right on
 * less than `*` (DescribeAlarms in the CloudWatch API reference), and may refuse the whole call.
 */
function allowAlarms(lambda: Lambda): void {
  allow(lambda, ['cloudwatch:DescribeAlarms', 'cloudwatch:ListAlarmMuteRules'], ['*']);
  acknowledge(lambda.role ?? lambda, {
    'AwsSolutions-IAM5[Resource::*]':
      'cloudwatch:DescribeAlarms reads alarms of the account; composite ones are shown only to who has it on `*`. ' +
      'cloudwatch:ListAlarmMuteRules lists what mutes them.',
  });
}
