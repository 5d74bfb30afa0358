// What holds data, or an address that others know, keeps its logical id for ever: CloudFormation would replace it by a new one
// under another id, and an empty ledger buys everything again.
import { afterAll, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { withCluster, withStack } from './stack-fixtures.ts';
import { createStack, removeOutput } from './synthesized.ts';

afterAll(removeOutput);

const types = {
  'AWS::DynamoDB::Table': ['LedgerB7379752', 'Notes5BB3582F'],
  'AWS::SQS::Queue': ['AlertQueueAlerts8A733FE8', 'AlertQueueDeadLetters007C76AB', 'AlertQueueUndelivered96AEBED8'],
  'AWS::SNS::Topic': ['AlarmRoutesAlarmsB5F96B84', 'EventsD32975C2', 'Operations993AC38D'],
  'AWS::SecretsManager::Secret': [
    'SecretsAckCredentialsD518EEFE',
    'SecretsAckReadCredentialsF53561A3',
    'SecretsNodeLogin35D34978',
    'SecretsWebhookTokens1090D5E4',
  ],
  'AWS::Logs::LogGroup': [
    'AnnounceLogs469C5AB3',
    'ReceiveAlertLogs38A25243',
    'ReconcileLogs36C88C19',
    'ScaleOutLogsDE4192A2',
  ],
  'AWS::KMS::Key': ['CustomerKey844A1305'],
  'AWS::Scheduler::ScheduleGroup': ['SchedulesGroupD276B6F4'],
  'AWS::Lambda::Function': ['Announce5EAFF537', 'ReceiveAlertEA7A49B6', 'ReconcileD51D4F4F', 'ScaleOut21A2B57A'],
  'AWS::Lambda::Url': ['ReceiveAlertFunctionUrl95907247'],
} as const;

const outputs = [
  ...['AckReadSecretId', 'AckSecretId', 'AlarmTopicArn', 'AnnounceFunctionName', 'DashboardName', 'DeadLetterQueueUrl'],
  ...['EventTopicArn', 'LoginSecretId', 'NotesTableName', 'OperationsTopicArn', 'QueueUrl', 'ReceiveAlertFunctionName'],
  ...['ReceiveAlertUrl', 'ReconcileFunctionName', 'ScaleOutFunctionName', 'TableName', 'UndeliveredQueueUrl'],
  'WebhookSecretId',
];

const keyed = Template.fromStack(createStack(withStack({ customerKey: true })));
const plain = Template.fromStack(createStack(withCluster({})));

test.each(Object.entries(types))('every %s has the id that it was created with', (type, ids) => {
  expect(Object.keys(keyed.findResources(type)).toSorted()).toEqual(ids);
});

test('what is kept when it leaves the stack is in this list', () => {
  const { Resources } = keyed.toJSON() as {
    readonly Resources: Readonly<Record<string, { readonly DeletionPolicy?: string }>>;
  };
  const kept = Object.entries(Resources).flatMap(([id, { DeletionPolicy = '' }]) =>
    DeletionPolicy.startsWith('Retain') ? [id] : [],
  );
  const listed: readonly string[] = Object.values(types).flat();
  expect(kept.filter((id) => !listed.includes(id))).toEqual([]);
  expect(kept).toHaveLength(10);
});

test('every output has the name that commands and scripts read', () => {
  expect(Object.keys(plain.findOutputs('*')).toSorted()).toEqual(expect.arrayContaining(outputs));
});

test('without a key of the account, the ids are the same', () => {
  const { 'AWS::KMS::Key': _, ...others } = types;
  for (const [type, ids] of Object.entries(others))
    expect(Object.keys(plain.findResources(type)).toSorted()).toEqual(ids);
});
