// The construct in an app of somebody else.
import { afterAll, describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, CompositeAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountRootPrincipal, AnyPrincipal, ArnPrincipal, Role, ServicePrincipal, User } from 'aws-cdk-lib/aws-iam';
import { configText } from '../../functions/domain/config/config-text.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import { EdgeScaleOut } from '../../infra/edge-scale-out.ts';
import { admits } from './policy-evaluation.ts';
import { withCluster, withStack } from './stack-fixtures.ts';
import { createApp, createStack, keyStatements, removeOutput, synthesize } from './synthesized.ts';

afterAll(removeOutput);

function createTheirs(config: ConfigInput = withCluster({})) {
  const app = createApp();
  const stack = new Stack(app, 'Theirs');
  return { app, stack, scaleOut: new EdgeScaleOut(stack, 'Nodes', config) };
}

test('has the outputs of the stack of this repository, under the same names: commands find it by them', () => {
  const ours = Template.fromStack(createStack(withCluster({}))).findOutputs('*');
  expect(Object.keys(Template.fromStack(createTheirs().stack).findOutputs('*'))).toEqual(Object.keys(ours));
});

test('gives queue and topics to the app around it', () => {
  const { stack, scaleOut } = createTheirs();
  const outputs = Template.fromStack(stack).findOutputs('*');
  const found = {
    QueueUrl: scaleOut.queue.queueUrl,
    AlarmTopicArn: scaleOut.alarmTopic.topicArn,
    EventTopicArn: scaleOut.eventTopic.topicArn,
    OperationsTopicArn: scaleOut.operationsTopic.topicArn,
  };
  for (const [name, value] of Object.entries(found)) expect(outputs[name]?.['Value']).toEqual(stack.resolve(value));
});

test('keeps the config of its functions with the resource that an output names', () => {
  const config = withCluster({ cooldownMinutes: 7 });
  const template = Template.fromStack(createTheirs(config).stack);
  const { Value: id } = template.findOutputs('ConfigResource')['ConfigResource'] ?? {};
  const resource = template.findResources('AWS::Lambda::Function')[String(id)];
  expect(resource?.['Metadata']).toEqual({ EdgeScaleOutConfig: configText(checkedConfig(config)) });
});

test('names a mistake in the config by its path', () => {
  expect(() => createTheirs(withCluster({ cooldownMinutes: -1 }))).toThrow(
    'Theirs/Nodes has 1 problem(s):\n  clusters.edge-beijing.cooldownMinutes: -1 is not allowed',
  );
});

test('is refused twice in a stack, as its names would be there twice', () => {
  const { stack } = createTheirs();
  expect(() => new EdgeScaleOut(stack, 'More', withCluster({}))).toThrow(
    'Theirs/More: Theirs/Nodes is in the same stack',
  );
});

describe('grantEnqueue', () => {
  const arn = 'arn:aws:iam::123456789012:role/planner';
  const other = 'arn:aws:iam::123456789012:role/other';

  test('lets a role and a user send, with the key of the account, and nobody else', () => {
    const { stack, scaleOut } = createTheirs(withStack({ customerKey: true }));
    scaleOut.grantEnqueue(Role.fromRoleArn(stack, 'Planner', arn));
    scaleOut.grantEnqueue(User.fromUserName(stack, 'Ana', 'ana'));
    scaleOut.grantEnqueue(new ArnPrincipal('arn:aws:iam::123456789012:role/by-arn'));
    scaleOut.grantEnqueue(new Role(stack, 'New', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    const synthesized = synthesize(stack);
    const policy = synthesized.statements('AWS::SQS::QueuePolicy', 'NodesAlertQueueAlerts');
    const key = keyStatements(synthesized.one('AWS::KMS::Key', 'NodesCustomerKey'));
    for (const sender of [
      arn,
      'arn:AWS::Partition:iam::AWS::AccountId:user/ana',
      'arn:aws:iam::123456789012:role/by-arn',
      'New.Arn',
    ]) {
      expect([sender, admits(policy, 'sqs:SendMessage', { arn: sender })]).toEqual([sender, true]);
      expect([sender, admits(key, 'kms:GenerateDataKey', { arn: sender })]).toEqual([sender, true]);
      expect([sender, admits(policy, 'sqs:ReceiveMessage', { arn: sender })]).toEqual([sender, false]);
    }
    expect(admits(policy, 'sqs:SendMessage', { arn: other, allowed: true })).toBe(false);
  });

  test.each([
    ['everybody', new AnyPrincipal()],
    ['an account', new AccountRootPrincipal()],
    ['a service', new ServicePrincipal('events.amazonaws.com')],
    ['all roles', new ArnPrincipal('arn:aws:iam::123456789012:role/*')],
  ])('refuses %s', (_who, principal) => {
    const { scaleOut } = createTheirs();
    expect(() => scaleOut.grantEnqueue(principal)).toThrow('grantEnqueue takes a role, a user, or what runs as one');
  });
});

describe('addAlarm', () => {
  const alarmOf = (stack: Stack, alarmName?: string) =>
    new Alarm(stack, 'Load', {
      ...(alarmName !== undefined && { alarmName }),
      metric: new Metric({ namespace: 'Shop', metricName: 'Load' }),
      threshold: 1,
      evaluationPeriods: 1,
    });

  test('makes the alarm topic an action of an alarm that a rule matches', () => {
    const { stack, scaleOut } = createTheirs();
    const alarm = alarmOf(stack, 'edge-load');
    scaleOut.addAlarm(alarm);
    expect(stack.resolve(scaleOut.alarmTopic.topicArn)).toEqual({
      Ref: expect.stringMatching(/^NodesAlarmRoutesAlarms/),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'edge-load',
      AlarmActions: [stack.resolve(scaleOut.alarmTopic.topicArn)],
    });
  });

  test('takes a composite alarm, and one of another stack whose name is made up', () => {
    const { app, stack, scaleOut } = createTheirs();
    scaleOut.addAlarm(alarmOf(new Stack(app, 'Shop')));
    const alarmRule = alarmOf(stack, 'part');
    scaleOut.addAlarm(new CompositeAlarm(stack, 'Both', { compositeAlarmName: 'edge-both', alarmRule }));
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmActions: [stack.resolve(scaleOut.alarmTopic.topicArn)],
    });
  });

  test.each([
    ['no rule matches', 'shop-load', 'Theirs/Load: no rule of the config matches shop-load'],
    ['has the name of the stack before it', 'Theirs-load', 'Theirs/Load: it is Theirs-load, and alarms whose names'],
    ['gets such a name from CloudFormation', undefined, 'Theirs/Load: CloudFormation makes up its name'],
  ])('refuses an alarm that buys nothing: %s', (_why, name, message) => {
    const { stack, scaleOut } = createTheirs();
    expect(() => scaleOut.addAlarm(alarmOf(stack, name))).toThrow(message);
  });
});
