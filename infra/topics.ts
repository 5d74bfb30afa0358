import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * For CloudWatch alarms of this account and of the others, over TLS. It is encrypted with a customer key only: CloudWatch cannot
 * use SNS's own key.
 */
export function createAlarmTopic(
  scope: Construct,
  id: string,
  masterKey: IKey | undefined,
  others: readonly string[] = [],
): Topic {
  const topic = new Topic(scope, id, { enforceSSL: true, ...(masterKey && { masterKey }) });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': alarmAccounts(scope, others) } },
    }),
  );
  return topic;
}

/** Whose alarms are taken. @param others of the config */
export const alarmAccounts = (scope: Construct, others: readonly string[]): string[] => [
  Stack.of(scope).account,
  ...others,
];

/** Denies publishing to users and roles, whose own policies may allow it. Services need an allow statement. */
export function admitPublishers(topic: Topic, roles: readonly IRole[]): void {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NobodyElse',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        ...(roles.length > 0 && { ArnNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } }),
      },
    }),
  );
}

/** For the events of jobs. */
export function createEventTopic(scope: Construct, id: string, masterKey: IKey | undefined): Topic {
  return new Topic(scope, id, {
    topicName: `${Stack.of(scope).stackName}-scale-out-events`,
    enforceSSL: true,
    ...(masterKey && { masterKey }),
  });
}
