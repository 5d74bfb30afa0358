import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** For CloudWatch alarms of this account, over TLS. Not encrypted without a customer key: CloudWatch cannot use SNS's own key. */
export function createAlarmTopic(scope: Construct, id: string, masterKey: IKey | undefined): Topic {
  const topic = new Topic(scope, id, { enforceSSL: true, ...(masterKey && { masterKey }) });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}

/** Denies publishing to users and roles, whose own policies may allow it. */
export function refusePeople(topic: Topic): void {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NobodyElse',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
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
