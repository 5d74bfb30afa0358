import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * A topic that CloudWatch alarms of this account may publish to, over TLS only. Without a customer key it has none at all:
 * CloudWatch cannot use the one that AWS manages for SNS.
 */
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

/** Refuses whatever users and roles of the account publish, whom their own policies may allow it. */
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

/** Where each change of a job's state is told. Who in the account may subscribe is a matter of their own policies. */
export function createEventTopic(scope: Construct, id: string, masterKey: IKey | undefined): Topic {
  return new Topic(scope, id, {
    topicName: `${Stack.of(scope).stackName}-scale-out-events`,
    enforceSSL: true,
    ...(masterKey && { masterKey }),
  });
}
