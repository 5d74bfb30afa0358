import { afterAll, describe, expect, test } from '@jest/globals';
import { CfnResource } from 'aws-cdk-lib';
import fc from 'fast-check';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { matches } from '../../functions/domain/config/alarm-rules.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { stackNameProblem } from '../../functions/domain/config/stack-schema.ts';
import { timings } from '../../functions/domain/timings.ts';
import { ledgerSchema } from '../../infra/local/aws-stand-ins/ledger-table.ts';
import { notesSchema } from '../../infra/local/aws-stand-ins/notes-table.ts';
import { defaultOptions } from '../../infra/local/engine-options.ts';
import { maxReceives } from '../../infra/max-receives.ts';
import { testProperty } from '../support/test-property.ts';
import { cluster, inAlarm, schedules, withCluster, withStack } from './stack-fixtures.ts';
import { alarmNamePatterns, createStack, inputOf, removeOutput, type Synthesized, synthesize } from './synthesized.ts';

afterAll(removeOutput);

const synthesized = synthesize(createStack(withCluster({})));
const { all, one, outputs } = synthesized;
const seconds = (ms: number) => ms / 1000;

const queues = ['AlertQueueAlerts', 'AlertQueueDeadLetters', 'AlertQueueUndelivered'];

/** Who may call a function, and how. */
const permissions = (name: string) =>
  all('AWS::Lambda::Permission')
    .map(({ properties }) => properties)
    .filter(({ FunctionName }) => FunctionName === `${name}.Arn`);
const mappingsOf = (name: string) =>
  all('AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => properties)
    .filter(({ FunctionName }) => FunctionName === name);
const variables = (name: string, of: Synthesized = synthesized) => of.one('AWS::Lambda::Function', name)['Environment'];

describe('the queues', () => {
  test('are these three', () => {
    expect(
      all('AWS::SQS::Queue')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(queues);
  });

  test.each(queues)('%s takes the largest message of SQS, 1 MiB', (name) => {
    expect(one('AWS::SQS::Queue', name)['MaximumMessageSize']).toBe(1_048_576);
  });

  test('have names that AWS takes with the longest name of a stack, and no longer one', () => {
    const { QueueName } = one('AWS::SQS::Queue', 'AlertQueueAlerts');
    const longest = 80 - String(QueueName).length + 'EdgeScaleOut'.length;
    expect(stackNameProblem('x'.repeat(longest))).toBeUndefined();
    expect(stackNameProblem('x'.repeat(longest + 1))).toMatch(/^use at most 73 characters/);
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

  test('give a failing message up only after the fence of a purchase in doubt, as the local engine does', () => {
    expect(defaultOptions().maxReceives).toBe(maxReceives);
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
});

test('a schedule that is over is a warning of the synthesis, and no mistake', () => {
  const over = withCluster({ schedules: [{ name: 'eleven', at: 'at(2026-11-11T08:00:00)', reach: 8 }] });
  const warningsAt = (now: string) =>
    createStack(over, { now: Date.parse(now) })
      .node.findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning'));
  expect(warningsAt('2026-11-11T07:59:59Z')).toEqual([]);
  expect(warningsAt('2026-11-11T08:00:00Z')).toMatchObject([
    { data: expect.stringContaining('schedules[0].at: at(2026-11-11T08:00:00) is over; use a later date') },
  ]);
});

describe('the ledger', () => {
  test('is a table by pk on demand, recoverable, safe from deletion, and tells each change', () => {
    expect(one('AWS::DynamoDB::Table', 'Ledger')).toEqual({
      // The same key and index as the local engine's, which the listing is tested on.
      ...ledgerSchema(),
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(all('AWS::DynamoDB::Table').map(({ name, removal }) => [name, removal])).toEqual([
      ['Ledger', ['Retain', 'Retain']],
      ['Notes', ['Delete', 'Delete']],
    ]);
  });
});

test('the notes are a table of their own, on demand, that forgets what is over and leaves with the stack', () => {
  expect(one('AWS::DynamoDB::Table', 'Notes')).toEqual({
    ...notesSchema(),
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});

describe('a ledger that was restored from a backup', () => {
  const stream = 'arn:aws:dynamodb:eu-central-1:123456789012:table/edge-restored/stream/2026-11-23T00:00:00.000';

  test('takes the place of the ledger in every function, and of no other table', () => {
    const restored = synthesize(createStack(withCluster({}), { restoredLedger: stream }));
    expect(restored.all('AWS::DynamoDB::Table').map(({ name }) => name)).toEqual(['Notes']);
    expect(restored.outputs['TableName']).toBe('edge-restored');
    for (const name of ['ScaleOut', 'Reconcile'])
      expect(restored.one('AWS::Lambda::Function', name)).toMatchObject({
        Environment: { Variables: { TABLE_NAME: 'edge-restored' } },
      });
    expect(restored.one('AWS::Lambda::EventSourceMapping', 'AnnounceLedgerChanges')).toMatchObject({
      EventSourceArn: stream,
    });
  });

  test('is refused when it is not named by its stream', () => {
    expect(() => createStack(withCluster({}), { restoredLedger: 'edge-restored' })).toThrow(
      'restoredLedger: "edge-restored" is no ARN of a table\'s stream; use LatestStreamArn of the table',
    );
  });
});

describe('the secrets', () => {
  test('are deployed without a value, and outlive the stack', () => {
    const secrets = all('AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(4);
    for (const { properties, removal } of secrets) {
      expect(Object.keys(properties)).toEqual(['Description']);
      // But for those of a first deployment that fails.
      expect(removal).toEqual(['RetainExceptOnCreate', 'Retain']);
    }
  });
});

describe('the functions', () => {
  test.each([
    ['ScaleOut', timings.functionTimeoutMs],
    ['Reconcile', timings.functionTimeoutMs],
    ['ReceiveAlert', timings.webhookTimeoutMs],
    ['Announce', timings.functionTimeoutMs],
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

  test('scale-out is told its queues, its tables and its secrets', () => {
    expect(variables('ScaleOut')).toEqual({
      Variables: {
        STACK_NAME: 'EdgeScaleOut',
        QUEUE_URL: 'AlertQueueAlerts',
        QUEUE_ARN: 'AlertQueueAlerts.Arn',
        DEAD_LETTER_QUEUE_URL: 'AlertQueueDeadLetters',
        TABLE_NAME: 'Ledger',
        NOTES_TABLE_NAME: 'Notes',
        ACK_SECRET_ID: 'SecretsAckCredentials',
        LOGIN_SECRET_ID: 'SecretsNodeLogin',
        READ_ALARMS: 'yes',
      },
    });
  });

  test('scale-out gets batches, answers for each message, and leaves half of a small account to others', () => {
    expect(mappingsOf('ScaleOut')).toEqual([
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

  test('reconcile is told the key that reads, and not the login password', () => {
    expect(variables('Reconcile')).toEqual({
      Variables: {
        STACK_NAME: 'EdgeScaleOut',
        TABLE_NAME: 'Ledger',
        NOTES_TABLE_NAME: 'Notes',
        QUEUE_URL: 'AlertQueueAlerts',
        READ_ALARMS: 'yes',
        ACK_SECRET_ID: 'SecretsAckReadCredentials',
      },
    });
  });

  test('reconcile is told the key that buys where one of the clusters lets a purchase be sent again', () => {
    const rearming = synthesize(
      createStack({
        clusters: {
          first: { ...cluster, alarms: [], schedules: [] },
          second: { ...cluster, id: 'C20000000000000000000000000000000', rearm: true },
        },
      }),
    );
    expect(variables('Reconcile', rearming)).toEqual({
      Variables: {
        STACK_NAME: 'EdgeScaleOut',
        TABLE_NAME: 'Ledger',
        NOTES_TABLE_NAME: 'Notes',
        QUEUE_URL: 'AlertQueueAlerts',
        READ_ALARMS: 'yes',
        ACK_SECRET_ID: 'SecretsAckCredentials',
        LOGIN_SECRET_ID: 'SecretsNodeLogin',
      },
    });
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

  test('receive-alert is told its queue and its tokens', () => {
    expect(variables('ReceiveAlert')).toEqual({
      Variables: {
        STACK_NAME: 'EdgeScaleOut',
        QUEUE_URL: 'AlertQueueAlerts',
        WEBHOOK_SECRET_ID: 'SecretsWebhookTokens',
      },
    });
  });

  test('announce is told its topic', () => {
    expect(variables('Announce')).toEqual({ Variables: { STACK_NAME: 'EdgeScaleOut', EVENT_TOPIC_ARN: 'Events' } });
  });

  test('announce gets every change of the ledger in order, until the stream is about to forget it', () => {
    expect(mappingsOf('Announce')).toEqual([
      {
        EventSourceArn: 'Ledger.StreamArn',
        FunctionName: 'Announce',
        BatchSize: 100,
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRecordAgeInSeconds: 23 * 60 * 60,
        DestinationConfig: { OnFailure: { Destination: 'AlertQueueUndelivered.Arn' } },
      },
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
    for (const name of ['ScaleOut', 'Announce']) expect(permissions(name)).toEqual([]);
  });
});

describe('the topics', () => {
  test('are these three, and only that of events has a name that others may rely on', () => {
    expect(all('AWS::SNS::Topic').map(({ name, properties }) => [name, properties])).toEqual([
      ['Operations', {}],
      ['Events', { TopicName: 'EdgeScaleOut-scale-out-events' }],
      ['AlarmRoutesAlarms', {}],
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
          account: ['AWS::AccountId'],
          'detail-type': ['CloudWatch Alarm State Change'],
          resources: [
            {
              'anything-but': {
                prefix: 'arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:EdgeScaleOut-',
              },
            },
          ],
          detail: { state: { value: ['ALARM'] }, alarmName: [{ prefix: 'edge-' }] },
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

  test('lets every alarm through that the config wants, and of exact names and prefixes no other', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '\\'), minLength: 1, maxLength: 5 });
    const simple = fc.oneof(
      word,
      word.map((head) => `${head}*`),
    );
    // Three of them, as more that begin and end with a star are refused.
    const any = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\'), minLength: 1, maxLength: 6 });
    const names = fc.tuple(
      fc.uniqueArray(simple, { minLength: 20, maxLength: 20 }),
      fc.uniqueArray(any, { maxLength: 3 }),
    );
    const passing = (configured: readonly string[], alarms: readonly string[]) => {
      const patterns = rule(synthesize(createStack(inAlarm(configured)))).flatMap(alarmNamePatterns);
      return alarms.filter((alarm) => patterns.some((pattern) => pattern.test(alarm)));
    };
    fc.assert(
      fc.property(names, fc.array(word, { minLength: 100 }), ([few, others], alarms) => {
        const wanted = (by: readonly string[]) => alarms.filter((alarm) => by.some((name) => matches(name, alarm)));
        expect(passing(few, alarms)).toEqual(wanted(few));
        const all = [...new Set([...few, ...others])];
        expect(passing(all, alarms)).toEqual(expect.arrayContaining(wanted(all)));
      }),
      { numRuns: 3 },
    );
  });

  test('is left out when no cluster has alarms', () => {
    expect(rule(synthesize(createStack(inAlarm([]))))).toEqual([]);
  });

  test('is refused when EventBridge could not take all names', () => {
    const names = Array.from({ length: 20 }, (_, i) => `${i}-${'x'.repeat(100)}`);
    expect(() => synthesize(createStack(inAlarm(names)))).toThrow(/alarms\[15\]\.name: 15-x+ and the names before it/);
  });

  test.each(['EdgeScaleOut-cpu', 'EdgeScaleOut-*', 'EdgeScaleOut-edge-*-cpu'])(
    'is refused for alarms called %s as those of the stack, which it must not hear',
    (name) => {
      expect(() => synthesize(createStack(inAlarm([name])))).toThrow(`the alarms ${name} of the config begin with`);
    },
  );

  test.each(['EdgeScaleOuts-*', '*', '*-EdgeScaleOut-cpu', 'EdgeScaleOut*', '**-a**b-**'])(
    'takes alarms called %s',
    (name) => {
      expect(rule(synthesize(createStack(inAlarm([name]))))).not.toEqual([]);
    },
  );
});

describe('the schedules', () => {
  testProperty(
    'each become a message to the queue that asks for what the config says',
    { of: [schedules], numRuns: 4 },
    (given) => {
      const config = {
        clusters: {
          first: { ...cluster, alarms: [], schedules: given.slice(1) },
          second: { ...cluster, id: 'C20000000000000000000000000000000', schedules: given.slice(0, 1) },
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
        expect(
          parseAlert(input, { config: checkedConfig(config), now: Date.parse('2026-07-06T07:30:00Z') }),
        ).toMatchObject({
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
    },
  );

  test('are delivered until the job expires, and then kept', () => {
    expect(one('AWS::Scheduler::Schedule', 'SchedulesAtmondaypeak')).toMatchObject({
      Target: {
        DeadLetterConfig: { Arn: 'AlertQueueUndelivered.Arn' },
        RetryPolicy: { MaximumEventAgeInSeconds: seconds(timings.jobExpiryMs) },
      },
    });
  });

  test('may be named like the group and the role that they share', () => {
    const named = ['Group', 'Role', 'Resource', 'Default'].map((name) => ({ name, at: 'rate(2 hours)', add: 1 }));
    const made = synthesize(createStack(withCluster({ schedules: named })));
    const [group, ...others] = made.all('AWS::Scheduler::ScheduleGroup');
    expect(others).toEqual([]);
    expect(made.all('AWS::Scheduler::Schedule').map(({ properties }) => properties)).toMatchObject(
      named.map(({ name }) => ({
        Name: name,
        GroupName: group?.properties['Name'],
        Target: { RoleArn: 'SchedulesRole.Arn' },
      })),
    );
  });

  test('share a role that only they can take', () => {
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
    expect(without.all('AWS::IAM::Role').map(({ name }) => name)).not.toContain('SchedulesRole');
  });
});

describe('the stack', () => {
  test('tells where everything is', () => {
    expect(outputs).toEqual({
      QueueUrl: 'AlertQueueAlerts',
      DeadLetterQueueUrl: 'AlertQueueDeadLetters',
      UndeliveredQueueUrl: 'AlertQueueUndelivered',
      TableName: 'Ledger',
      NotesTableName: 'Notes',
      AlarmTopicArn: 'AlarmRoutesAlarms',
      EventTopicArn: 'Events',
      OperationsTopicArn: 'Operations',
      DashboardName: 'Dashboard',
      AckSecretId: 'SecretsAckCredentials',
      AckReadSecretId: 'SecretsAckReadCredentials',
      LoginSecretId: 'SecretsNodeLogin',
      WebhookSecretId: 'SecretsWebhookTokens',
      ReceiveAlertUrl: 'ReceiveAlertFunctionUrl.FunctionUrl',
      ReceiveAlertFunctionName: 'ReceiveAlert',
      ScaleOutFunctionName: 'ScaleOut',
      ReconcileFunctionName: 'Reconcile',
      AnnounceFunctionName: 'Announce',
      ConfigResource: 'ScaleOut21A2B57A',
    });
  });

  test('has no function, URL, secret, output or alarm of the webhook where the config wants none', () => {
    const without = synthesize(createStack(withStack({ webhook: false })));
    const names = (of: Synthesized) =>
      [
        'AWS::Lambda::Function',
        'AWS::Lambda::Url',
        'AWS::SecretsManager::Secret',
        'AWS::IAM::Role',
        'AWS::CloudWatch::Alarm',
      ]
        .flatMap(of.all)
        .map(({ name }) => name);
    const gone = names(synthesized).filter((name) => !names(without).includes(name));
    expect(gone.toSorted()).toEqual([
      'ReceiveAlert',
      'ReceiveAlertErrors',
      'ReceiveAlertFunctionUrl',
      'ReceiveAlertRole',
      'ReceiveAlertThrottles',
      'SecretsWebhookTokens',
      'WebhookFailures',
    ]);
    expect(
      Object.keys(outputs)
        .filter((name) => !(name in without.outputs))
        .toSorted(),
    ).toEqual(['ReceiveAlertFunctionName', 'ReceiveAlertUrl', 'WebhookSecretId']);
    expect(JSON.stringify(without.all('AWS::SQS::QueuePolicy'))).not.toContain('ReceiveAlert');
  });

  test('reserves executions for the webhook where the config says how many, and for nothing else', () => {
    const reserved = (of: Synthesized) =>
      of.all('AWS::Lambda::Function').map(({ name, properties }) => [name, properties['ReservedConcurrentExecutions']]);
    expect(reserved(synthesized).filter(([, count]) => count !== undefined)).toEqual([]);
    const limited = synthesize(createStack(withStack({ webhookConcurrency: 3 })));
    expect(reserved(limited).filter(([, count]) => count !== undefined)).toEqual([['ReceiveAlert', 3]]);
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
});
