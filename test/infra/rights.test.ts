// Who may do what: every grant of every role, and what the policies of queues, topics and the key come to.
import { afterAll, describe, expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { admits, type Caller } from './policy-evaluation.ts';
import { cluster, withCluster, withStack } from './stack-fixtures.ts';
import {
  createStack,
  grants,
  keyStatements,
  removeOutput,
  type Synthesized,
  secretStatements,
  synthesize,
} from './synthesized.ts';

afterAll(removeOutput);

const onCall = 'arn:aws:iam::123456789012:role/on-call';
const doctor = 'arn:aws:iam::123456789012:role/doctor';
const alibaba = {
  oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/aws',
  buyerRoleArn: 'acs:ram::1234567890123456:role/edge-buyer',
  readerRoleArn: 'acs:ram::1234567890123456:role/edge-reader',
};
const stacks = {
  plain: createStack(withCluster({})),
  keyed: createStack(withStack({ customerKey: true, enqueuers: [onCall] })),
  keyless: createStack(withStack({ alibaba, operators: [doctor] })),
};
const plain = synthesize(stacks.plain);
const keyed = synthesize(stacks.keyed);
const either = [
  ['plain', plain],
  ['keyed', keyed],
] as const;

const queues = ['AlertQueueAlerts', 'AlertQueueDeadLetters', 'AlertQueueUndelivered'];
const topics = ['Operations', 'Events', 'AlarmRoutesAlarms'];
const functions = ['Announce', 'ReceiveAlert', 'Reconcile', 'ScaleOut'];
const roles = [...functions.map((name) => `${name}Role`), 'SchedulesRole'];

const on = (resource: string, ...actions: string[]) => actions.map((action) => `Allow ${action} on ${resource}`);
const ledger = on(
  'Ledger.Arn',
  ...['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'].map((action) => `dynamodb:${action}`),
);
const notes = (...actions: string[]) => on('Notes.Arn', ...actions.map((action) => `dynamodb:${action}`));
const logs = (name: string) => on(`${name}Logs.Arn`, 'logs:CreateLogStream', 'logs:PutLogEvents');
const alarms = on('*', 'cloudwatch:DescribeAlarms', 'cloudwatch:ListAlarmMuteRules');
const secret = (...names: string[]) => names.flatMap((name) => on(`Secrets${name}`, 'secretsmanager:GetSecretValue'));

const expected: Readonly<Record<string, readonly string[]>> = {
  ScaleOutRole: [
    ...alarms,
    ...on('*', 'cloudwatch:GetMetricData'),
    ...ledger,
    ...notes('PutItem', 'Query'),
    ...logs('ScaleOut'),
    ...secret('AckCredentials', 'NodeLogin'),
    ...on(
      'AlertQueueAlerts.Arn',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ),
    ...on('AlertQueueDeadLetters.Arn', 'sqs:SendMessage'),
  ],
  ReconcileRole: [
    ...alarms,
    ...ledger,
    ...notes('BatchGetItem', 'PutItem', 'Query'),
    ...logs('Reconcile'),
    ...secret('AckReadCredentials'),
    ...on('AlertQueueAlerts.Arn', 'sqs:SendMessage'),
  ],
  ReceiveAlertRole: [
    ...logs('ReceiveAlert'),
    ...secret('WebhookTokens'),
    ...on('AlertQueueAlerts.Arn', 'sqs:SendMessage'),
  ],
  AnnounceRole: [
    ...on('Ledger.StreamArn', 'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'),
    ...on('Ledger.Arn/stream/*', 'dynamodb:ListStreams'),
    ...logs('Announce'),
    ...on('Events', 'sns:Publish'),
    ...on('AlertQueueUndelivered.Arn', 'sqs:SendMessage'),
  ],
  SchedulesRole: [
    ...on('AlertQueueAlerts.Arn', 'sqs:SendMessage'),
    ...on('AlertQueueUndelivered.Arn', 'sqs:SendMessage'),
  ],
};

describe('the roles', () => {
  test('are these, each with one policy of its own', () => {
    expect(
      plain
        .all('AWS::IAM::Role')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(roles.toSorted());
    for (const { properties } of plain.all('AWS::IAM::Role')) {
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
      expect(properties).not.toHaveProperty('Policies');
    }
    expect(plain.all('AWS::IAM::ManagedPolicy')).toEqual([]);
    expect(plain.all('AWS::IAM::Policy').map(({ properties }) => properties['Roles'])).toEqual(
      plain.all('AWS::IAM::Role').map(({ name }) => [name]),
    );
  });

  test.each(Object.entries(expected))('%s may do this and nothing else', (role, lines) => {
    expect(grants(plain, role)).toEqual(lines.toSorted());
  });

  test('reconcile may buy where one of the clusters lets a purchase be sent again, and only there', () => {
    const clusters = {
      first: { ...cluster, alarms: [], schedules: [] },
      second: { ...cluster, id: 'C20000000000000000000000000000000', rearm: true },
    };
    const readable = grants(synthesize(createStack({ clusters })), 'ReconcileRole').filter((it) => /secret/.test(it));
    expect(readable).toEqual(secret('AckCredentials', 'NodeLogin'));
  });

  test.each([
    ['the tokens of the webhook', 'SecretsWebhookTokens', ['ReceiveAlertRole']],
    ['the login password', 'SecretsNodeLogin', ['ScaleOutRole']],
    ['the key that buys', 'SecretsAckCredentials', ['ScaleOutRole']],
  ])('nobody else reads %s', (_what, of, readers) => {
    expect(roles.filter((role) => grants(plain, role).some((line) => line.endsWith(` on ${of}`)))).toEqual(readers);
  });
});

const service = (name: string, context: Caller['context'] = {}): Caller => ({
  service: `${name}.amazonaws.com`,
  context: { 'aws:SourceAccount': 'AWS::AccountId', ...context },
});
const anAdministrator: Caller = { arn: 'arn:aws:iam::123456789012:role/admin', allowed: true };
const alarmTopic = service('sns', { 'aws:SourceArn': 'AlarmRoutesAlarms' });
const eventRule = service('events', { 'aws:SourceArn': 'AlarmRoutesConfiguredAlarms.Arn' });
const policyOf = (of: Synthesized, queue: string) => of.statements('AWS::SQS::QueuePolicy', queue);

describe('the queue of alerts', () => {
  const may = (of: Synthesized, caller: Caller) => admits(policyOf(of, 'AlertQueueAlerts'), 'sqs:SendMessage', caller);

  const senders: readonly (readonly [string, Caller])[] = [
    ['the alarm topic', alarmTopic],
    ['the event rule', eventRule],
    ['the schedules', { arn: 'SchedulesRole.Arn' }],
    ['the webhook', { arn: 'ReceiveAlertRole.Arn' }],
    ['scale-out', { arn: 'ScaleOutRole.Arn' }],
    ['reconcile', { arn: 'ReconcileRole.Arn' }],
  ];
  test.each(senders)('takes messages of %s, and over TLS only', (_who, caller) => {
    for (const [, of] of either) {
      expect(may(of, caller)).toBe(true);
      expect(may(of, { ...caller, context: { ...caller.context, 'aws:SecureTransport': 'false' } })).toBe(false);
    }
  });

  test('takes messages of a listed principal, with or without a policy of its own', () => {
    expect(may(keyed, { arn: onCall })).toBe(true);
    expect(may(keyed, { arn: onCall, allowed: true })).toBe(true);
    expect(may(plain, { arn: onCall, allowed: true })).toBe(false);
  });

  test.each<readonly [string, Caller]>([
    ['a role that may do everything', anAdministrator],
    ['a user that may do everything', { arn: 'arn:aws:iam::123456789012:user/ana', allowed: true }],
    ['the root user', { arn: 'arn:aws:iam::123456789012:root', allowed: true }],
    ['a role whose name begins like a listed one', { arn: `${onCall}-2`, allowed: true }],
    ['announce', { arn: 'AnnounceRole.Arn', allowed: true }],
    ['the topic of events', service('sns', { 'aws:SourceArn': 'Events' })],
    ['the topic of operations', service('sns', { 'aws:SourceArn': 'Operations' })],
    ['a topic of someone else', service('sns', { 'aws:SourceArn': 'arn:aws:sns:eu-central-1:210987654321:theirs' })],
    ['the rule that starts the reconciler', service('events', { 'aws:SourceArn': 'EveryMinute.Arn' })],
    ['another service', service('s3', { 'aws:SourceArn': 'arn:aws:s3:::a-bucket' })],
    ['a request without a signature', {}],
  ])('takes no message of %s', (_who, caller) => {
    for (const [, of] of either) expect(may(of, caller)).toBe(false);
  });

  test('locks nobody out of its administration', () => {
    const actions = ['sqs:SetQueueAttributes', 'sqs:DeleteQueue', 'sqs:ReceiveMessage', 'sqs:PurgeQueue'];
    for (const action of actions)
      expect(admits(policyOf(plain, 'AlertQueueAlerts'), action, anAdministrator)).toBe(true);
  });
});

describe('the other queues', () => {
  test.each(queues)('%s is closed to requests without TLS, and encrypted', (name) => {
    const inTheOpen = { 'aws:SecureTransport': 'false' };
    for (const [, of] of either)
      for (const action of ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'])
        expect(admits(policyOf(of, name), action, { ...anAdministrator, context: inTheOpen })).toBe(false);
    expect(plain.one('AWS::SQS::Queue', name)).toMatchObject({ SqsManagedSseEnabled: true });
    expect(keyed.one('AWS::SQS::Queue', name)).toMatchObject({ KmsMasterKeyId: 'CustomerKey.Arn' });
    expect(keyed.one('AWS::SQS::Queue', name)).not.toHaveProperty('SqsManagedSseEnabled');
  });

  test('take what the topic and the rule cannot deliver, and let no one else in', () => {
    for (const [, of] of either) {
      const may = (queue: string, caller: Caller) => admits(policyOf(of, queue), 'sqs:SendMessage', caller);
      for (const caller of [alarmTopic, eventRule]) {
        expect(may('AlertQueueUndelivered', caller)).toBe(true);
        expect(may('AlertQueueDeadLetters', caller)).toBe(false);
      }
      for (const queue of ['AlertQueueUndelivered', 'AlertQueueDeadLetters'])
        for (const caller of [service('sns', { 'aws:SourceArn': 'Events' }), { arn: onCall }, {}])
          expect(may(queue, caller)).toBe(false);
    }
  });

  test.each([
    ['AlertQueueDeadLetters', ['ScaleOutRole']],
    ['AlertQueueUndelivered', ['AnnounceRole', 'SchedulesRole']],
  ])('%s takes messages of %p alone, whoever may do everything: redriven, they buy', (queue, its) => {
    const callers = [
      ...roles.map((role) => `${role}.Arn`),
      onCall,
      ...[anAdministrator.arn].flatMap((arn) => arn ?? []),
    ];
    for (const [, of] of either) {
      const may = (arn: string) => admits(policyOf(of, queue), 'sqs:SendMessage', { arn, allowed: true });
      expect(callers.filter(may)).toEqual(its.map((role) => `${role}.Arn`));
      expect(admits(policyOf(of, queue), 'sqs:ReceiveMessage', anAdministrator)).toBe(true);
    }
  });
});

describe('the secrets', () => {
  const doctor = 'arn:aws:iam::123456789012:role/doctor';
  const rearming = synthesize(
    createStack({ ...withCluster({ rearm: true, exclusive: true }), stack: { operators: [doctor] } }),
  );
  const watched = synthesize(createStack(withStack({ operators: [doctor] })));
  const callers = [...roles.map((role) => `${role}.Arn`), doctor, onCall, 'arn:aws:iam::123456789012:root'];
  const readersOf = (of: Synthesized, secret: string, action = 'secretsmanager:GetSecretValue') =>
    callers.filter((arn) => admits(secretStatements(of, secret), action, { arn, allowed: true }));

  test.each<[string, Synthesized, string, readonly string[]]>([
    ['the login password', watched, 'SecretsNodeLogin', ['ScaleOutRole.Arn']],
    ['the key that buys', watched, 'SecretsAckCredentials', ['ScaleOutRole.Arn', doctor]],
    ['the key that reads', watched, 'SecretsAckReadCredentials', ['ReconcileRole.Arn', doctor]],
    ['the login password, where both buy', rearming, 'SecretsNodeLogin', ['ReconcileRole.Arn', 'ScaleOutRole.Arn']],
    [
      'the key that buys, where both buy',
      rearming,
      'SecretsAckCredentials',
      ['ReconcileRole.Arn', 'ScaleOutRole.Arn', doctor],
    ],
    ['the key that reads, where no function needs it', rearming, 'SecretsAckReadCredentials', [doctor]],
    ['the key that reads, without operators', plain, 'SecretsAckReadCredentials', ['ReconcileRole.Arn']],
  ])('refuse to show %s to anybody else, whatever their own policies allow', (_, of, secret, expected) => {
    for (const action of ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'])
      expect(readersOf(of, secret, action)).toEqual(expected);
    expect(admits(secretStatements(of, secret), 'secretsmanager:GetSecretValue', {})).toBe(false);
  });

  test('are denied to all where nobody has a use for one', () => {
    const unread = synthesize(createStack(withCluster({ rearm: true })));
    expect(readersOf(unread, 'SecretsAckReadCredentials')).toEqual([]);
  });

  test('lock nobody out of filling and deleting them, and give no right', () => {
    const actions = ['PutSecretValue', 'DeleteSecret', 'PutResourcePolicy', 'DeleteResourcePolicy', 'DescribeSecret'];
    for (const [, of] of either)
      for (const secret of ['SecretsNodeLogin', 'SecretsAckCredentials', 'SecretsAckReadCredentials']) {
        for (const action of actions) expect(readersOf(of, secret, `secretsmanager:${action}`)).toEqual(callers);
        const some = { arn: 'ScaleOutRole.Arn', allowed: false };
        expect(admits(secretStatements(of, secret), 'secretsmanager:GetSecretValue', some)).toBe(false);
      }
  });
});

describe('without stored keys', () => {
  const keyless = synthesize(stacks.keyless);
  const rearming = synthesize(createStack({ ...withCluster({ rearm: true, exclusive: true }), stack: { alibaba } }));
  const environmentOf = (of: Synthesized, name: string) =>
    Object(of.one('AWS::Lambda::Function', name)['Environment'])['Variables'];

  test.each([
    ['ScaleOutRole', secret('AckCredentials', 'NodeLogin'), secret('NodeLogin')],
    ['ReconcileRole', secret('AckReadCredentials'), []],
  ])('%s gets tokens in the place of its key, and nothing else changes', (role, without, instead) => {
    const lines = (expected[role] ?? []).filter((line) => !without.includes(line));
    expect(grants(keyless, role)).toEqual([...lines, ...instead, ...on('*', 'sts:GetWebIdentityToken')].toSorted());
  });

  test.each(['ReceiveAlertRole', 'AnnounceRole', 'SchedulesRole'])('%s gets none', (role) => {
    expect(grants(keyless, role)).toEqual((expected[role] ?? []).toSorted());
  });

  test.each(['ScaleOutRole', 'ReconcileRole'])(
    '%s gets tokens for Alibaba Cloud only, which last for minutes',
    (role) => {
      const token = keyless
        .all('AWS::IAM::Policy')
        .filter(({ properties }) => JSON.stringify(properties['Roles']) === JSON.stringify([role]))
        .flatMap(({ properties }) => Object(properties['PolicyDocument'])['Statement'])
        .filter(({ Action }) => JSON.stringify(Action).includes('sts:'));
      const usual = {
        'sts:IdentityTokenAudience': 'sts.aliyuncs.com',
        'sts:DurationSeconds': '300',
        'sts:SigningAlgorithm': 'RS256',
      };
      const policy = token.map((statement) => ({ ...statement, Action: [statement.Action], Principal: '*' }));
      const may = (context: Readonly<Record<string, string>>) =>
        admits(policy, 'sts:GetWebIdentityToken', { arn: `${role}.Arn`, context });
      expect(token).toHaveLength(1);
      expect(may(usual)).toBe(true);
      expect(may({ ...usual, 'sts:IdentityTokenAudience': 'sts.example.com' })).toBe(false);
      expect(may({ 'sts:DurationSeconds': '300', 'sts:SigningAlgorithm': 'RS256' })).toBe(false);
      expect(may({ ...usual, 'sts:DurationSeconds': '3600' })).toBe(false);
      expect(may({ ...usual, 'sts:SigningAlgorithm': 'ES384' })).toBe(false);
    },
  );

  test('the roles are those of what each does', () => {
    const { oidcProviderArn, buyerRoleArn, readerRoleArn } = alibaba;
    const as = (ALIBABA_ROLE_ARN: string) => ({ ALIBABA_OIDC_PROVIDER_ARN: oidcProviderArn, ALIBABA_ROLE_ARN });
    expect(environmentOf(keyless, 'ScaleOut')).toMatchObject(as(buyerRoleArn));
    expect(environmentOf(keyless, 'Reconcile')).toMatchObject(as(readerRoleArn));
    expect(environmentOf(rearming, 'Reconcile')).toMatchObject(as(buyerRoleArn));
    for (const name of ['ScaleOut', 'Reconcile']) {
      expect(environmentOf(keyless, name)).not.toHaveProperty('ACK_SECRET_ID');
      expect(environmentOf(plain, name)).not.toHaveProperty('ALIBABA_ROLE_ARN');
    }
  });

  test('the secrets of keys stay, and nobody reads them: not the functions, and not the operators', () => {
    const names = (of: Synthesized) => of.all('AWS::SecretsManager::Secret').map(({ name }) => name);
    expect(names(keyless)).toEqual(names(plain));
    const callers = [...roles.map((role) => `${role}.Arn`), doctor, 'arn:aws:iam::123456789012:root'];
    for (const key of ['SecretsAckCredentials', 'SecretsAckReadCredentials'])
      expect(
        callers.filter((arn) =>
          admits(secretStatements(keyless, key), 'secretsmanager:GetSecretValue', { arn, allowed: true }),
        ),
      ).toEqual([]);
  });
});

describe('the topics', () => {
  const may = (of: Synthesized, topic: string, caller: Caller, action = 'sns:Publish') =>
    admits(of.statements('AWS::SNS::TopicPolicy', topic), action, caller);
  const anAlarm = service('cloudwatch');
  const theirAlarm = service('cloudwatch', { 'aws:SourceAccount': '210987654321' });

  test.each(topics)('%s is closed to messages without TLS, and encrypted where the config has a key', (name) => {
    const inTheOpen = { 'aws:SecureTransport': 'false' };
    for (const [, of] of either)
      for (const caller of [anAlarm, anAdministrator])
        expect(may(of, name, { ...caller, context: { ...caller.context, ...inTheOpen } })).toBe(false);
    expect(plain.one('AWS::SNS::Topic', name)).not.toHaveProperty('KmsMasterKeyId');
    expect(keyed.one('AWS::SNS::Topic', name)).toMatchObject({ KmsMasterKeyId: 'CustomerKey.Arn' });
  });

  test.each(['AlarmRoutesAlarms', 'Operations'])('%s takes alarms of this account and of no other', (name) => {
    for (const [, of] of either) {
      expect(may(of, name, anAlarm)).toBe(true);
      expect(may(of, name, theirAlarm)).toBe(false);
      expect(may(of, name, service('s3'))).toBe(false);
    }
  });

  test('that of alarms, and its rule, take alarms of the accounts that the config lists', () => {
    const of = synthesize(createStack(withStack({ alarmAccounts: ['210987654321'] })));
    expect([may(of, 'AlarmRoutesAlarms', theirAlarm), may(of, 'AlarmRoutesAlarms', anAlarm)]).toEqual([true, true]);
    expect(may(of, 'Operations', theirAlarm)).toBe(false);
    expect(of.one('AWS::Events::Rule', 'AlarmRoutesConfiguredAlarms')).toMatchObject({
      EventPattern: { account: ['AWS::AccountId', '210987654321'] },
    });
  });

  test.each(['AlarmRoutesAlarms', 'Operations'])(
    '%s takes nothing of people: they could spend, or hide an alarm',
    (name) => {
      for (const caller of [
        anAdministrator,
        { arn: onCall, allowed: true },
        { arn: 'AnnounceRole.Arn', allowed: true },
        {},
      ])
        expect(may(keyed, name, caller)).toBe(false);
      for (const action of ['sns:SetTopicAttributes', 'sns:DeleteTopic', 'sns:Subscribe'])
        expect(may(keyed, name, anAdministrator, action)).toBe(true);
    },
  );

  test('that of events takes what announce publishes, and nothing else of anybody', () => {
    for (const [, of] of either) {
      expect(may(of, 'Events', { arn: 'AnnounceRole.Arn', allowed: true })).toBe(true);
      for (const caller of [
        anAlarm,
        alarmTopic,
        { arn: onCall },
        anAdministrator,
        { arn: 'ScaleOutRole.Arn', allowed: true },
        {},
      ])
        expect(may(of, 'Events', caller)).toBe(false);
    }
    expect(may(plain, 'Events', anAdministrator, 'sns:Subscribe')).toBe(true);
  });
});

describe('the customer key', () => {
  const key = () => keyed.one('AWS::KMS::Key', 'CustomerKey');
  const may = (action: string, caller: Caller) => admits(keyStatements(key()), action, caller);
  const sending = ['kms:Decrypt', 'kms:GenerateDataKey'];
  const arnOf = (service: string, name: string) => `arn:AWS::Partition:${service}:AWS::Region:AWS::AccountId:${name}`;

  test('is made where the config asks for it, rotates, and outlives the stack', () => {
    expect(plain.all('AWS::KMS::Key')).toEqual([]);
    expect(keyed.all('AWS::KMS::Key').map(({ removal }) => removal)).toEqual([['Retain', 'Retain']]);
    expect(key()).toMatchObject({ EnableKeyRotation: true });
  });

  test('encrypts the ledger, the notes, each secret and each log', () => {
    for (const name of ['Ledger', 'Notes'])
      expect(keyed.one('AWS::DynamoDB::Table', name)).toMatchObject({
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'CustomerKey.Arn' },
      });
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup']) {
      expect(keyed.all(type).map(({ properties }) => properties['KmsKeyId'])).toEqual(
        Array.from({ length: 4 }, () => 'CustomerKey.Arn'),
      );
      for (const { properties } of plain.all(type)) expect(properties).not.toHaveProperty('KmsKeyId');
    }
  });

  test.each(sending)('lets alarms, the rule, topics and listed principals use %s to send', (action) => {
    for (const caller of [
      service('cloudwatch'),
      service('events'),
      service('sns', { 'aws:SourceArn': arnOf('sns', 'EdgeScaleOut-AlarmRoutesAlarms-1') }),
      { arn: onCall },
    ])
      expect(may(action, caller)).toBe(true);
  });

  // As EventBridge documents it: what it sends for an encrypted queue need not carry an account or a rule.
  test.each(sending)('lets EventBridge use %s whatever the request carries, and nothing else', (action) => {
    expect(may(action, { service: 'events.amazonaws.com' })).toBe(true);
    expect(may('kms:Encrypt', { service: 'events.amazonaws.com' })).toBe(false);
    const statements = keyStatements(key()).filter(({ Principal }) => JSON.stringify(Principal).includes('events.'));
    expect(statements).toEqual([
      { Effect: 'Allow', Action: sending, Resource: ['*'], Principal: { Service: 'events.amazonaws.com' } },
    ]);
  });

  test.each(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptTo'])(
    'lets CloudWatch Logs use %s for logs of this stack only',
    (action) => {
      const logsOf = (group: string): Caller => ({
        service: 'logs.AWS::Region.AWS::URLSuffix',
        context: { 'kms:EncryptionContext:aws:logs:arn': arnOf('logs', `log-group:${group}`) },
      });
      expect(may(action, logsOf('EdgeScaleOut-ScaleOutLogs-1'))).toBe(true);
      expect(may(action, logsOf('another'))).toBe(false);
    },
  );

  test.each<readonly [string, Caller]>([
    ['alarms of another account', service('cloudwatch', { 'aws:SourceAccount': '210987654321' })],
    ['topics of another stack', service('sns', { 'aws:SourceArn': arnOf('sns', 'another') })],
    ['another service', service('s3')],
    ['a role that has no right to it', { arn: 'arn:aws:iam::123456789012:role/developer' }],
    ['a request without a signature', {}],
  ])('refuses %s', (_who, caller) => {
    for (const action of sending) expect(may(action, caller)).toBe(false);
  });

  test('is administered by the account, and by none of those who use it', () => {
    expect(may('kms:PutKeyPolicy', { arn: 'arn:AWS::Partition:iam::AWS::AccountId:root' })).toBe(true);
    for (const caller of [service('cloudwatch'), service('events'), { arn: onCall }])
      for (const action of ['kms:PutKeyPolicy', 'kms:DisableKey', 'kms:ScheduleKeyDeletion', 'kms:CreateGrant'])
        expect(may(action, caller)).toBe(false);
  });

  const message = on('CustomerKey.Arn', ...sending);
  const table = ['kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
  test.each([
    ['ScaleOutRole', [...message, ...on('CustomerKey.Arn', ...table)]],
    ['ReconcileRole', [...message, ...on('CustomerKey.Arn', ...table)]],
    ['ReceiveAlertRole', message],
    ['AnnounceRole', message],
    ['SchedulesRole', message],
  ])('adds these rights to %s and no others', (role, lines) => {
    expect(grants(keyed, role)).toEqual([...(expected[role] ?? []), ...lines].toSorted());
  });
});

describe('cdk-nag', () => {
  const packs = [AwsSolutionsChecks, ServerlessChecks, NIST80053R5Checks].map((Pack) => [Pack.name, Pack] as const);
  test.each(packs)(
    '%s finds nothing that is not acknowledged, with and without a key, and without stored keys',
    (_name, Pack) => {
      for (const stack of Object.values(stacks)) expect(new Pack().validateScope(stack).violations).toEqual([]);
    },
  );

  const acknowledged = (stack: (typeof stacks)['plain']) =>
    stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries<string>(data).map(([id, reason]) => ({ path: node.path, id, reason }))),
      );
  const byRule = (stack: (typeof stacks)['plain']) => {
    const paths = new Map<string, string[]>();
    for (const { path, id } of acknowledged(stack)) {
      const rule = id.replace(/^Annotation::/, '');
      paths.set(rule, [...(paths.get(rule) ?? []), path.replace(/^EdgeScaleOut(\/Default)?\/?/, '')].toSorted());
    }
    return Object.fromEntries(paths);
  };
  const withKey = {
    'AwsSolutions-DDB3': ['Notes'],
    'AwsSolutions-IAM5[Resource::<LedgerB7379752.Arn>/stream/*]': ['AnnounceRole'],
    'AwsSolutions-IAM5[Resource::*]': ['ReconcileRole', 'ScaleOutRole'],
    'AwsSolutions-SMG4': ['Secrets'],
    'AwsSolutions-SQS3': ['AlertQueue/Undelivered'],
    'NIST.800.53.R5-DynamoDBInBackupPlan': ['Ledger', 'Notes'],
    'NIST.800.53.R5-DynamoDBPITREnabled': ['Notes'],
    'NIST.800.53.R5-IAMNoInlinePolicy': [...functions.map((name) => `${name}Role`), 'Schedules/Role'],
    'NIST.800.53.R5-LambdaConcurrency': functions,
    'NIST.800.53.R5-LambdaDLQ': functions,
    'NIST.800.53.R5-LambdaFunctionPublicAccessProhibited': ['ReceiveAlert'],
    'NIST.800.53.R5-LambdaInsideVPC': functions,
    'NIST.800.53.R5-SecretsManagerRotationEnabled': ['Secrets'],
    'Serverless-EventBusDLQ': ['EveryMinute'],
    'Serverless-LambdaAsyncFailureDestination': ['Reconcile'],
    'Serverless-LambdaDLQ': functions,
    'Serverless-LambdaEventSourceMappingDestination': ['ScaleOut'],
    'Serverless-LambdaTracing': functions,
    'Serverless-SQSRedrivePolicy': ['AlertQueue/DeadLetters', 'AlertQueue/Undelivered'],
  };

  test('is answered with these reasons, and fewer with a key', () => {
    expect(byRule(stacks.keyed)).toEqual(withKey);
    expect(byRule(stacks.plain)).toEqual({
      ...withKey,
      'NIST.800.53.R5-CloudWatchLogGroupEncrypted': [''],
      'NIST.800.53.R5-SecretsManagerUsingKMSKey': [''],
      'NIST.800.53.R5-SNSEncryptedKMS': [''],
    });
    for (const { reason } of acknowledged(stacks.plain)) expect(reason).toMatch(/^.{30,}$/);
  });

  test.each(Object.entries(stacks))('is told the reason of each right on `*`: %s', (_name, stack) => {
    const reasons = acknowledged(stack).filter(({ id }) => id.includes('IAM5[Resource::*]'));
    const of = synthesize(stack);
    for (const role of roles) {
      const told = reasons.filter(({ path }) => path.endsWith(`/${role}`)).map(({ reason }) => reason);
      const wide = grants(of, role).flatMap((line) => /^Allow (\S+) on \*$/.exec(line)?.[1] ?? []);
      expect({ role, untold: wide.filter((action) => !told.join().includes(action)) }).toEqual({ role, untold: [] });
    }
  });

  test('would find each of them: nothing is acknowledged in vain', () => {
    const bare = createStack(withCluster({}));
    for (const { node } of bare.node.findAll())
      for (const entry of node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
        for (const id of Object.keys(entry.data)) delete entry.data[id];
    const found = packs.flatMap(([, Pack]) =>
      new Pack().validateScope(bare).violations.map(({ ruleName }) => ruleName),
    );
    expect(found.toSorted()).toEqual(Object.keys(byRule(stacks.plain)).toSorted());
  });
});
