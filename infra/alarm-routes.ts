// CloudWatch alarms reach the queue by EventBridge, when the config names them, or by the topic, as an alarm action. An alarm
// that arrives both ways has one idempotency key and buys once.
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { alarmFilters } from '../functions/domain/config/alarm-filters.ts';
import { ConfigError } from '../functions/domain/config/schema.ts';
import type { Config } from '../functions/domain/config/types.ts';
import type { AlertQueue } from './alert-queue.ts';
import { admitPublishers, alarmAccounts, createAlarmTopic } from './topics.ts';

interface AlarmRouteParts {
  readonly alerts: AlertQueue;
  readonly key: IKey | undefined;
}

export class AlarmRoutes extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, config: Config, { alerts, key }: AlarmRouteParts) {
    super(scope, id);
    const { queue, undeliveredQueue } = alerts;
    this.topic = createAlarmTopic(this, 'Alarms', key, config.stack.alarmAccounts);
    // A role that may publish here could spend money.
    admitPublishers(this.topic, []);
    // Not raw: SNS drops a raw message with more than ten attributes.
    this.topic.addSubscription(
      new SqsSubscription(queue, { rawMessageDelivery: false, deadLetterQueue: undeliveredQueue }),
    );

    const clusters = Object.values(config.clusters).filter(({ alarms }) => alarms.length > 0);
    // Without names, every alarm of the account would match.
    if (clusters.length === 0) return;
    const names = clusters.flatMap(({ alarms }) => alarms.map(({ name }) => name));
    const problems = ownNameProblems(names, Stack.of(this).stackName);
    if (problems.length > 0) throw new ConfigError(problems.join('\n'));
    new Rule(this, 'ConfiguredAlarms', {
      description: 'Alarms of the config, when they change to ALARM',
      eventPattern: {
        source: ['aws.cloudwatch'],
        // An event bus may take events of other accounts, where everyone can give an alarm any name.
        account: alarmAccounts(this, config.stack.alarmAccounts),
        detailType: ['CloudWatch Alarm State Change'],
        // An alarm of this stack must never buy nodes, whatever pattern the config has.
        resources: Match.anythingButPrefix(ownAlarmArn(this)),
        detail: { state: { value: ['ALARM'] }, alarmName: alarmFilters(names) },
      },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue: undeliveredQueue,
          // A later alert is stale in every cluster.
          maxEventAge: Duration.minutes(Math.max(...clusters.map(({ staleAfterMinutes }) => staleAfterMinutes))),
        }),
      ],
    });
  }
}

/** CloudFormation begins the names of alarms with the name of the stack. */
function ownAlarmArn(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  return Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${stackName}-`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Alarms with the names of the stack's own alarms never buy. */
export const isOwnName = (name: string, stackName: string): boolean => name.startsWith(`${stackName}-`);
export const ownName = (stackName: string): string =>
  `alarms whose names begin with ${stackName}-, the name of the stack, buy nothing`;

function ownNameProblems(names: readonly string[], stackName: string): string[] {
  return names
    .filter((name) => name.split('*', 1).some((head) => isOwnName(head, stackName)))
    .map(
      (name) =>
        `the alarms ${name} of the config begin with the name of the stack; such alarms buy nothing; ` +
        'rename the alarms, or the stack (-c stack=NAME)',
    );
}
