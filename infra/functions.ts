// The functions that handle alerts, with their triggers and exact rights.
import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type FunctionUrl, FunctionUrlAuthType, type Function as Lambda, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Config } from '../functions/domain/config/types.ts';
import { timings } from '../functions/domain/timings.ts';
import { tokenAudience } from '../functions/domain/web-identity.ts';
import { ackAccess, keysIn } from './ack-access.ts';
import { acknowledge } from './acknowledge.ts';
import type { AlertQueue } from './alert-queue.ts';
import { tableKeyActions } from './customer-key.ts';
import { allow, createFunction } from './lambda-function.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { Secrets } from './secrets.ts';

interface FunctionParts {
  readonly config: Config;
  readonly alerts: AlertQueue;
  readonly ledger: LedgerTable;
  readonly notes: Pick<ITable, 'tableName' | 'tableArn'>;
  readonly secrets: Secrets;
  readonly key: IKey | undefined;
}

interface WebhookParts {
  /** The secret of the tokens. */
  readonly tokens: string;
}

/** Half of the concurrency of a new account: the reconciler needs room, and a cluster buys one purchase at a time. */
const maxConcurrency = 5;

/** Turns each message of the queue into at most one purchase. */
export function createScaleOutFunction(
  scope: Construct,
  { config, alerts, ledger, notes, secrets, key }: FunctionParts,
): Lambda {
  const { queue, deadLetterQueue } = alerts;
  const access = ackAccess('buyer', config, secrets);
  const lambda = createFunction(scope, 'ScaleOut', 'scale-out', {
    key,
    config,
    description: 'Turns alerts into purchases of nodes',
    // A cold purchase takes a sixth less than with 512 MB, and with 1,769 MB no less than so. 1,000 purchases cost a cent either way.
    memorySize: 1024,
    environment: {
      QUEUE_URL: queue.queueUrl,
      QUEUE_ARN: queue.queueArn,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      TABLE_NAME: ledger.tableName,
      NOTES_TABLE_NAME: notes.tableName,
      ...access,
      LOGIN_SECRET_ID: secrets.nodeLogin,
      READ_ALARMS: 'yes',
    },
    // A waiting job goes back to the queue. Lambda would stop this as a loop after about 16 rounds.
    recursiveLoop: RecursiveLoop.ALLOW,
  });
  // The event source adds the rights to receive and delete, and to change the visibility.
  lambda.addEventSource(new SqsEventSource(queue, { batchSize: 10, maxConcurrency, reportBatchItemFailures: true }));
  acknowledge(lambda, {
    'Serverless-LambdaEventSourceMappingDestination':
      'A queue has none: failing messages go to its own dead-letter queue.',
  });
  allow(lambda, ['sqs:SendMessage'], [queue.queueArn, deadLetterQueue.queueArn]);
  allowLedger(lambda, ledger);
  // Notes on jobs that wait, and on alerts that ended.
  allow(lambda, ['dynamodb:PutItem', 'dynamodb:Query'], [notes.tableArn]);
  secrets.allowReading(lambda, [...keysIn(access), secrets.nodeLogin]);
  if (config.stack.alibaba) allowWebIdentity(lambda);
  allowAlarms(lambda, 'cloudwatch:GetMetricData');
  return lambda;
}

/**
 * Finishes unfinished purchases, every minute. It cannot buy: it has neither the buyer's key or role nor the login password,
 * unless a cluster has `rearm`.
 */
export function createReconcileFunction(
  scope: Construct,
  { config, alerts: { queue }, ledger, notes, secrets, key }: FunctionParts,
): Lambda {
  const rearms = Object.values(config.clusters).some(({ rearm }) => rearm);
  const access = ackAccess(rearms ? 'buyer' : 'reader', config, secrets);
  const lambda = createFunction(scope, 'Reconcile', 'reconcile', {
    key,
    config,
    description: 'Resolves purchases in doubt and follows tasks to Ready nodes',
    environment: {
      TABLE_NAME: ledger.tableName,
      NOTES_TABLE_NAME: notes.tableName,
      QUEUE_URL: queue.queueUrl,
      READ_ALARMS: 'yes',
      ...access,
      ...(rearms && { LOGIN_SECRET_ID: secrets.nodeLogin }),
    },
    // No reserved concurrency: a new account has none to spare, and two runs at once are safe. No retries: the next run
    // follows in a minute.
    retryAttempts: 0,
    maxEventAge: Duration.minutes(1),
  });
  // A rule needs no role, unlike a schedule of EventBridge Scheduler.
  const everyMinute = new Rule(scope, 'EveryMinute', {
    description: 'Starts the reconciler',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
  const nextMinute = 'The next run does the work of a lost one; an alarm reports several lost runs.';
  acknowledge(everyMinute, { 'Serverless-EventBusDLQ': nextMinute });
  acknowledge(lambda, { 'Serverless-LambdaAsyncFailureDestination': nextMinute });
  allowLedger(lambda, ledger);
  secrets.allowReading(lambda, [...keysIn(access), ...(rearms ? [secrets.nodeLogin] : [])]);
  if (config.stack.alibaba) allowWebIdentity(lambda);
  // For missed alarms.
  allow(lambda, ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [notes.tableArn]);
  allow(lambda, ['sqs:SendMessage'], [queue.queueArn]);
  allowAlarms(lambda);
  return lambda;
}

/** Puts alerts from HTTPS on the queue. It can neither buy nor read the ledger: a flaw in it costs messages only. */
export function createReceiveAlertFunction(
  scope: Construct,
  { config, alerts: { queue }, tokens, key }: Pick<FunctionParts, 'config' | 'alerts' | 'key'> & WebhookParts,
): { readonly lambda: Lambda; readonly url: FunctionUrl } {
  const { webhookConcurrency } = config.stack;
  const lambda = createFunction(scope, 'ReceiveAlert', 'receive-alert', {
    key,
    config,
    description: 'Puts alerts from webhooks on the queue',
    environment: { QUEUE_URL: queue.queueUrl, WEBHOOK_SECRET_ID: tokens },
    timeout: Duration.millis(timings.webhookTimeoutMs),
    // A new account has ten and can reserve none: a flood of requests could use all of them, and then purchases wait.
    // Senders repeat after a 429.
    ...(webhookConcurrency !== undefined && { reservedConcurrentExecutions: webhookConcurrency }),
  });
  allow(lambda, ['sqs:SendMessage'], [queue.queueArn]);
  allow(lambda, ['secretsmanager:GetSecretValue'], [tokens]);
  acknowledge(lambda, {
    'NIST.800.53.R5-LambdaFunctionPublicAccessProhibited':
      'No sender can sign requests for AWS. The function checks their tokens before anything else.',
  });
  return { lambda, url: lambda.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }) };
}

/** Reads by key and conditional writes. No function deletes or scans. The key is that of the notes, too. */
function allowLedger(lambda: Lambda, { tableArn, encryptionKey }: LedgerTable): void {
  allow(lambda, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [tableArn]);
  if (encryptionKey) allow(lambda, tableKeyActions, [encryptionKey.keyArn]);
}

/** To get tokens for Alibaba Cloud, which last for minutes. The trust policies there say which role they open. */
function allowWebIdentity(lambda: Lambda): void {
  lambda.addToRolePolicy(
    new PolicyStatement({
      actions: ['sts:GetWebIdentityToken'],
      resources: ['*'],
      conditions: {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [tokenAudience] },
        // A request without an audience would match the line above.
        Null: { 'sts:IdentityTokenAudience': 'false' },
        NumericLessThanEquals: { 'sts:DurationSeconds': timings.webIdentityTokenMs / 1000 },
        StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
      },
    }),
  );
  acknowledge(lambda.role ?? lambda, {
    'AwsSolutions-IAM5[Resource::*]':
      'sts:GetWebIdentityToken has no resource to name. Conditions limit it to tokens for Alibaba Cloud, of minutes.',
  });
}

/** To read alarms and mute rules again. On `*`: otherwise DescribeAlarms shows no composite alarms, and metrics have no ARN. */
function allowAlarms(lambda: Lambda, ...more: readonly string[]): void {
  allow(lambda, ['cloudwatch:DescribeAlarms', ...more, 'cloudwatch:ListAlarmMuteRules'], ['*']);
  acknowledge(lambda.role ?? lambda, {
    'AwsSolutions-IAM5[Resource::*]':
      'cloudwatch:DescribeAlarms shows composite alarms only with a right on `*`. ' +
      'cloudwatch:ListAlarmMuteRules lists what mutes them, and cloudwatch:GetMetricData knows no resources.',
  });
}
