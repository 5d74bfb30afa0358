import { afterAll, describe, expect, test } from '@jest/globals';
import { CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import fc from 'fast-check';
import { matches } from '../../functions/domain/alarm-rules.ts';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { checkedConfig } from '../../functions/domain/config-schema.ts';
import { timings } from '../../functions/domain/timings.ts';
import { maxReceives } from '../../infra/alert-queue.ts';
import { ledgerSchema } from '../../infra/local/aws-stand-ins/ledger-table.ts';
import { cluster, inAlarm, schedules, withCluster } from './stack-fixtures.ts';
import {
  alarmNamePatterns,
  createStack,
  grants,
  inputOf,
  removeOutput,
  type Synthesized,
  synthesize,
} from './synthesized.ts';

afterAll(removeOutput);

const stack = createStack(withCluster({}));
const synthesized = synthesize(stack);
const { all, one, statements, outputs } = synthesized;
const seconds = (ms: number) => ms / 1000;

const queues = ['AlertQueueAlerts', 'AlertQueueDeadLetters', 'AlertQueueUndelivered'];
const topics = ['AlarmRoutesAlarms', 'Operations'];

/** Who may call a function, and how. */
const permissions = (name: string) =>
  all('AWS::Lambda::Permission')
    .map(({ properties }) => properties)
    .filter(({ FunctionName }) => FunctionName === `${name}.Arn`);
const variables = (name: string, of: Synthesized = synthesized) => of.one('AWS::Lambda::Function', name)['Environment'];

describe('the queues', () => {
  test('are these three', () => {
    expect(
      all('AWS::SQS::Queue')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(queues);
  });

  test.each(queues)('%s is encrypted, and closed to requests without TLS', (name) => {
    expect(one('AWS::SQS::Queue', name)).toMatchObject({ SqsManagedSseEnabled: true });
    expect(statements('AWS::SQS::QueuePolicy', name)).toContainEqual({
      Effect: 'Deny',
      Action: ['sqs:*'],
      Resource: [`${name}.Arn`],
      Principal: { AWS: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  test.each(queues)('%s takes an SNS message of 256 KiB in its envelope', (name) => {
    expect(one('AWS::SQS::Queue', name)['MaximumMessageSize']).toBeGreaterThan(2 * 256 * 1024);
  });

  test('hide and keep messages for as long as the timings say', () => {
    expect(one('AWS::SQS::Queue', 'AlertQueueAlerts')).toMatchObject({
      VisibilityTimeout: seconds(timings.visibilityTimeoutMs),
      MessageRetentionPeriod: seconds(timings.queueRetentionMs),
    });
    for (const name of ['AlertQueueDeadLetters', 'AlertQueueUndelivered'])
      expect(one('AWS::SQS::Queue', name)).toMatchObject({
        MessageRetentionPeriod: seconds(timings.deadLetterRetentionMs),
      });
  });

  test('give a failing message up only after the fence of a purchase in doubt', () => {
    expect((maxReceives - 1) * timings.visibilityTimeoutMs).toBeGreaterThan(timings.fenceMs);
    expect(one('AWS::SQS::Queue', 'AlertQueueAlerts')['RedrivePolicy']).toEqual({
      deadLetterTargetArn: 'AlertQueueDeadLetters.Arn',
      maxReceiveCount: maxReceives,
    });
  });

  test('let dead letters come from the alert queue only', () => {
    const { QueueName } = one('AWS::SQS::Queue', 'AlertQueueAlerts');
    expect(one('AWS::SQS::Queue', 'AlertQueueDeadLetters')['RedriveAllowPolicy']).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [`arn:AWS::Partition:sqs:AWS::Region:AWS::AccountId:${String(QueueName)}`],
    });
  });

  test('admit the alarm topic, the event rule and the role of the schedules, each by its ARN, and nobody else', () => {
    const admitted = (name: string) =>
      statements('AWS::SQS::QueuePolicy', name)
        .filter(({ Effect }) => Effect === 'Allow')
        .map(({ Principal, Condition }) => ({ Principal, Condition }));
    const topic = {
      Principal: { Service: 'sns.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': 'AlarmRoutesAlarms' } },
    };
    const rule = {
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': 'AlarmRoutesConfiguredAlarms.Arn' } },
    };
    const schedules = { Principal: { AWS: 'SchedulesRole.Arn' }, Condition: undefined };
    expect(admitted('AlertQueueAlerts')).toEqual([topic, rule, schedules]);
    expect(admitted('AlertQueueUndelivered')).toEqual([topic, rule]);
    expect(admitted('AlertQueueDeadLetters')).toEqual([]);
  });
});

describe('the ledger', () => {
  test('is a table by pk on demand, recoverable, and safe from deletion', () => {
    expect(one('AWS::DynamoDB::Table', 'Ledger')).toEqual({
      // The same key and index as the local engine's, which the listing is tested on.
      ...ledgerSchema(),
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
    expect(all('AWS::DynamoDB::Table').map(({ removal }) => removal)).toEqual([['Retain', 'Retain']]);
  });
});

describe('the secrets', () => {
  test('are deployed without a value, and outlive the stack', () => {
    const secrets = all('AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(4);
    for (const { properties, removal } of secrets) {
      expect(Object.keys(properties)).toEqual(['Description']);
      expect(removal).toEqual(['Retain', 'Retain']);
    }
  });
});

describe('the functions', () => {
  const readAlarms = expect.stringMatching(/^Allow cloudwatch:DescribeAlarms on .*:alarm:\*/);
  const ledger = ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
    (action) => `Allow dynamodb:${action} on Ledger.Arn`,
  );
  const logs = (name: string) =>
    ['CreateLogStream', 'PutLogEvents'].map((action) => `Allow logs:${action} on ${name}Logs.Arn`);

  test.each([
    ['ScaleOut', timings.functionTimeoutMs],
    ['Reconcile', timings.functionTimeoutMs],
    ['ReceiveAlert', timings.webhookTimeoutMs],
  ])('%s runs a bundle on Node 24 for so long, and logs JSON to a group of its own', (name, timeoutMs) => {
    expect(one('AWS::Lambda::Function', name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: seconds(timeoutMs),
      LoggingConfig: { LogFormat: 'JSON', LogGroup: `${name}Logs` },
      Role: `${name}Role.Arn`,
    });
    expect(one('AWS::Logs::LogGroup', `${name}Logs`)).toMatchObject({ RetentionInDays: 90 });
  });

  test('scale-out is told its queues, its table and its secrets', () => {
    expect(variables('ScaleOut')).toEqual({
      Variables: {
        QUEUE_URL: 'AlertQueueAlerts',
        DEAD_LETTER_QUEUE_URL: 'AlertQueueDeadLetters',
        TABLE_NAME: 'Ledger',
        ACK_SECRET_ID: 'SecretsAckCredentials',
        LOGIN_SECRET_ID: 'SecretsNodeLogin',
        READ_ALARMS: 'yes',
      },
    });
  });

  test('scale-out may do this and nothing else', () => {
    expect(grants(synthesized, 'ScaleOutRole')).toEqual([
      readAlarms,
      ...ledger,
      ...logs('ScaleOut'),
      'Allow secretsmanager:GetSecretValue on SecretsAckCredentials',
      'Allow secretsmanager:GetSecretValue on SecretsNodeLogin',
      'Allow sqs:ChangeMessageVisibility on AlertQueueAlerts.Arn',
      'Allow sqs:DeleteMessage on AlertQueueAlerts.Arn',
      'Allow sqs:GetQueueAttributes on AlertQueueAlerts.Arn',
      'Allow sqs:GetQueueUrl on AlertQueueAlerts.Arn',
      'Allow sqs:ReceiveMessage on AlertQueueAlerts.Arn',
      'Allow sqs:SendMessage on AlertQueueAlerts.Arn',
      'Allow sqs:SendMessage on AlertQueueDeadLetters.Arn',
    ]);
  });

  test('scale-out gets batches, answers for each message, and leaves half of a small account to others', () => {
    expect(all('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties)).toEqual([
      {
        EventSourceArn: 'AlertQueueAlerts.Arn',
        FunctionName: 'ScaleOut',
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
      },
    ]);
  });

  test('scale-out may send a job back to its own queue more than 16 times', () => {
    expect(one('AWS::Lambda::Function', 'ScaleOut')).toMatchObject({ RecursiveLoop: 'Allow' });
  });

  test('reconcile can read the cluster, and neither buy nor know the login password', () => {
    expect(variables('Reconcile')).toEqual({
      Variables: {
        TABLE_NAME: 'Ledger',
        QUEUE_URL: 'AlertQueueAlerts',
        READ_ALARMS: 'yes',
        ACK_SECRET_ID: 'SecretsAckReadCredentials',
      },
    });
    expect(grants(synthesized, 'ReconcileRole')).toEqual([
      readAlarms,
      ...ledger,
      ...logs('Reconcile'),
      'Allow secretsmanager:GetSecretValue on SecretsAckReadCredentials',
      'Allow sqs:SendMessage on AlertQueueAlerts.Arn',
    ]);
  });

  test('reconcile can buy where one of the clusters lets a purchase be sent again', () => {
    const rearming = synthesize(
      createStack({
        clusters: {
          first: { ...cluster, alarms: [], schedules: [] },
          second: { ...cluster, id: 'C2', rearm: true },
        },
      }),
    );
    expect(variables('Reconcile', rearming)).toEqual({
      Variables: {
        TABLE_NAME: 'Ledger',
        QUEUE_URL: 'AlertQueueAlerts',
        READ_ALARMS: 'yes',
        ACK_SECRET_ID: 'SecretsAckCredentials',
        LOGIN_SECRET_ID: 'SecretsNodeLogin',
      },
    });
    expect(grants(rearming, 'ReconcileRole')).toEqual([
      readAlarms,
      ...ledger,
      ...logs('Reconcile'),
      'Allow secretsmanager:GetSecretValue on SecretsAckCredentials',
      'Allow secretsmanager:GetSecretValue on SecretsNodeLogin',
      'Allow sqs:SendMessage on AlertQueueAlerts.Arn',
    ]);
  });

  test('reconcile runs every minute, and a missed minute is not made up for', () => {
    const once = { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 };
    expect(one('AWS::Events::Rule', 'EveryMinute')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: 'Reconcile.Arn', RetryPolicy: once }],
    });
    expect(all('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties)).toEqual([
      { FunctionName: 'Reconcile', Qualifier: '$LATEST', ...once },
    ]);
    expect(permissions('Reconcile')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'Reconcile.Arn',
        Principal: 'events.amazonaws.com',
        SourceArn: 'EveryMinute.Arn',
      },
    ]);
  });

  test('receive-alert is told its queue and its tokens, and may put messages there and nothing else', () => {
    expect(variables('ReceiveAlert')).toEqual({
      Variables: { QUEUE_URL: 'AlertQueueAlerts', WEBHOOK_SECRET_ID: 'SecretsWebhookTokens' },
    });
    expect(grants(synthesized, 'ReceiveAlertRole')).toEqual([
      ...logs('ReceiveAlert'),
      'Allow secretsmanager:GetSecretValue on SecretsWebhookTokens',
      'Allow sqs:SendMessage on AlertQueueAlerts.Arn',
    ]);
  });

  test('receive-alert alone has a URL, which anybody may call, and is called in no other way', () => {
    expect(all('AWS::Lambda::Url').map(({ properties }) => properties)).toEqual([
      { TargetFunctionArn: 'ReceiveAlert.Arn', AuthType: 'NONE' },
    ]);
    const anybody = { FunctionName: 'ReceiveAlert.Arn', Principal: '*' };
    expect(permissions('ReceiveAlert')).toEqual([
      { ...anybody, Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
      { ...anybody, Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    ]);
    expect(permissions('ScaleOut')).toEqual([]);
  });

  test('nobody but receive-alert has a right to the tokens of the webhook', () => {
    const readers = all('AWS::IAM::Role').filter(({ name }) =>
      grants(synthesized, name).some((grant) => grant.endsWith(' on SecretsWebhookTokens')),
    );
    expect(readers.map(({ name }) => name)).toEqual(['ReceiveAlertRole']);
  });

  test('have no role besides theirs and that of the schedules, and no managed policy', () => {
    const roles = all('AWS::IAM::Role');
    expect(roles.map(({ name }) => name).toSorted()).toEqual([
      'ReceiveAlertRole',
      'ReconcileRole',
      'ScaleOutRole',
      'SchedulesRole',
    ]);
    for (const { properties } of roles) expect(properties).not.toHaveProperty('ManagedPolicyArns');
    expect(all('AWS::IAM::Policy')).toHaveLength(roles.length);
  });
});

describe('the topics', () => {
  test.each(topics)('%s takes messages from alarms of this account, over TLS', (name) => {
    expect(statements('AWS::SNS::TopicPolicy', name)).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Action: ['sns:Publish'],
        Resource: [name],
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: ['sns:Publish'],
        Resource: [name],
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
      }),
    ]);
  });

  test('bring alarms to the queue, and keep what they cannot bring', () => {
    expect(all('AWS::SNS::Subscription').map(({ properties }) => properties)).toEqual([
      {
        TopicArn: 'AlarmRoutesAlarms',
        Protocol: 'sqs',
        Endpoint: 'AlertQueueAlerts.Arn',
        RawMessageDelivery: false,
        RedrivePolicy: { deadLetterTargetArn: 'AlertQueueUndelivered.Arn' },
      },
    ]);
  });
});

describe('the event rule', () => {
  const rule = (of: Synthesized) => of.all('AWS::Events::Rule').filter(({ name }) => name !== 'EveryMinute');
  test('brings alarms of other systems as they go off, for as long as a cluster has use for them', () => {
    expect(rule(synthesized).map(({ properties }) => properties)).toMatchObject([
      {
        EventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          resources: [
            {
              'anything-but': {
                prefix: 'arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:EdgeScaleOut-',
              },
            },
          ],
          detail: { state: { value: ['ALARM'] }, alarmName: [{ wildcard: 'edge-*' }] },
        },
        Targets: [
          {
            Arn: 'AlertQueueAlerts.Arn',
            DeadLetterConfig: { Arn: 'AlertQueueUndelivered.Arn' },
            RetryPolicy: { MaximumEventAgeInSeconds: 45 * 60 },
          },
        ],
      },
    ]);
    // CloudFormation names them after the stack, so the pattern above leaves them out.
    for (const { properties } of all('AWS::CloudWatch::Alarm')) expect(properties).not.toHaveProperty('AlarmName');
  });

  test('matches the names that the rules of the config match', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '*', '\\'), minLength: 1, maxLength: 6 });
    const names = fc.uniqueArray(word, { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(names, fc.array(word, { minLength: 100 }), (configured, alarms) => {
        const patterns = rule(synthesize(createStack(inAlarm(configured)))).flatMap(alarmNamePatterns);
        const passed = patterns.map((pattern) => alarms.filter((alarm) => pattern.test(alarm)));
        expect(passed).toEqual(configured.map((name) => alarms.filter((alarm) => matches(name, alarm))));
      }),
      { numRuns: 3 },
    );
  });

  test('is left out when no cluster has alarms', () => {
    expect(rule(synthesize(createStack(inAlarm([]))))).toEqual([]);
  });

  test('is refused when EventBridge could not take all names', () => {
    const names = Array.from({ length: 20 }, (_, i) => `${i}-${'x'.repeat(100)}`);
    expect(() => synthesize(createStack(inAlarm(names)))).toThrow(/names of the alarms.*use fewer names/);
  });
});

describe('the schedules', () => {
  test('each become a message to the queue that asks for what the config says', () => {
    fc.assert(
      fc.property(schedules, (given) => {
        const config = {
          clusters: {
            first: { ...cluster, alarms: [], schedules: given.slice(1) },
            second: { ...cluster, id: 'C2', schedules: given.slice(0, 1) },
          },
        };
        const made = synthesize(createStack(config)).all('AWS::Scheduler::Schedule');
        expect(made).toHaveLength(given.length);
        for (const { properties } of made) {
          const of = given.find((one) => one.name === properties['Name']);
          expect(properties).toMatchObject({
            GroupName: expect.any(String),
            ScheduleExpression: of?.at,
            ScheduleExpressionTimezone: of?.timezone ?? 'Etc/UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            State: 'ENABLED',
            Target: { Arn: 'AlertQueueAlerts.Arn', RoleArn: 'SchedulesRole.Arn' },
          });
          const input = inputOf(properties).replace('<aws.scheduler.scheduled-time>', '2026-07-06T07:30:00Z');
          expect(parseAlert(input, { config: checkedConfig(config) })).toMatchObject({
            kind: 'jobs',
            jobs: [
              {
                cluster: of === given[0] ? 'second' : 'first',
                source: 'schedule',
                intent: of?.add ? { kind: 'add', nodes: of.add } : { kind: 'reach', nodes: of?.reach },
                occurredAt: Date.parse('2026-07-06T07:30:00Z'),
                ...(of?.until && { validUntil: Date.parse(of.until) }),
              },
            ],
          });
        }
      }),
      { numRuns: 4 },
    );
  });

  test('are delivered until the job expires, and then kept', () => {
    expect(one('AWS::Scheduler::Schedule', 'SchedulesAtmondaypeak')).toMatchObject({
      Target: {
        DeadLetterConfig: { Arn: 'AlertQueueUndelivered.Arn' },
        RetryPolicy: { MaximumEventAgeInSeconds: seconds(timings.jobExpiryMs) },
      },
    });
  });

  test('share a role that can send, and that only they can take', () => {
    expect(grants(synthesized, 'SchedulesRole')).toEqual([
      'Allow sqs:SendMessage on AlertQueueAlerts.Arn',
      'Allow sqs:SendMessage on AlertQueueUndelivered.Arn',
    ]);
    expect(one('AWS::IAM::Role', 'SchedulesRole')).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': 'AWS::AccountId', 'aws:SourceArn': 'SchedulesGroup.Arn' },
            },
          },
        ],
      },
    });
  });

  test('leave nothing behind that would keep the stack from being deployed again', () => {
    expect(all('AWS::Scheduler::ScheduleGroup').map(({ removal }) => removal)).toEqual([['Delete', 'Delete']]);
  });

  test('are left out, with their role, when there are none', () => {
    const without = synthesize(createStack(withCluster({ schedules: [] })));
    expect(without.all('AWS::Scheduler::ScheduleGroup')).toEqual([]);
    expect(without.all('AWS::IAM::Role')).toHaveLength(3);
  });
});

describe('the alarms on the reconciler', () => {
  test.each([
    ['ReconcileHeartbeat', 'Invocations', 'LessThanThreshold', 1, 'breaching'],
    ['ReconcileErrors', 'Errors', 'GreaterThanOrEqualToThreshold', 3, 'notBreaching'],
  ])('%s tells a person where to read on', (name, metric, operator, threshold, missing) => {
    expect(one('AWS::CloudWatch::Alarm', name)).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: metric,
      Dimensions: [{ Name: 'FunctionName', Value: 'Reconcile' }],
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: operator,
      Threshold: threshold,
      TreatMissingData: missing,
      AlarmActions: ['Operations'],
      OKActions: ['Operations'],
      AlarmDescription: expect.stringMatching(/See ".+" in README\.md/),
    });
  });
});

describe('the stack', () => {
  test('tells where everything is', () => {
    expect(outputs).toEqual({
      QueueUrl: 'AlertQueueAlerts',
      DeadLetterQueueUrl: 'AlertQueueDeadLetters',
      UndeliveredQueueUrl: 'AlertQueueUndelivered',
      TableName: 'Ledger',
      AlarmTopicArn: 'AlarmRoutesAlarms',
      OperationsTopicArn: 'Operations',
      AckSecretId: 'SecretsAckCredentials',
      AckReadSecretId: 'SecretsAckReadCredentials',
      LoginSecretId: 'SecretsNodeLogin',
      WebhookSecretId: 'SecretsWebhookTokens',
      ReceiveAlertUrl: 'ReceiveAlertFunctionUrl.FunctionUrl',
      ReceiveAlertFunctionName: 'ReceiveAlert',
      ScaleOutFunctionName: 'ScaleOut',
      ReconcileFunctionName: 'Reconcile',
    });
  });

  test('is refused with all problems of the config at once', () => {
    const broken = withCluster({ cooldownMinutes: -1, region: 'Beijing', id: '' });
    expect(() => createStack(broken)).toThrow(/3 problem(.|\n)*\.id:(.|\n)*\.region:(.|\n)*\.cooldownMinutes:/);
  });

  test('is refused when CloudFormation would refuse the template', () => {
    const misspelt = createStack(withCluster({}));
    new CfnResource(misspelt, 'Queue', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeOut: 5 } });
    expect(() => synthesize(misspelt)).toThrow(/VisibilityTimeOut: Additional properties are not allowed/);
  });

  test('has no finding of cdk-nag but these, which say why', () => {
    expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
    const acknowledged = stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries(data).map(([id, reason]) => [node.path, id, reason])),
      );
    const reason = expect.stringMatching(/^.{40,}$/);
    expect(acknowledged).toEqual([
      ['EdgeScaleOut/AlertQueue/Undelivered', expect.stringMatching(/AwsSolutions-SQS3$/), reason],
      ['EdgeScaleOut/Secrets/AckCredentials', expect.stringMatching(/AwsSolutions-SMG4$/), reason],
      ['EdgeScaleOut/Secrets/AckReadCredentials', expect.stringMatching(/AwsSolutions-SMG4$/), reason],
      ['EdgeScaleOut/Secrets/NodeLogin', expect.stringMatching(/AwsSolutions-SMG4$/), reason],
      ['EdgeScaleOut/Secrets/WebhookTokens', expect.stringMatching(/AwsSolutions-SMG4$/), reason],
      ['EdgeScaleOut/ScaleOutRole', expect.stringMatching(/AwsSolutions-IAM5\[.*:alarm:\*\]$/), reason],
      ['EdgeScaleOut/ReconcileRole', expect.stringMatching(/AwsSolutions-IAM5\[.*:alarm:\*\]$/), reason],
    ]);
  });
});
