// The two ways of a CloudWatch alarm to the queue: EventBridge brings those that the config names, the topic those that
// have it as an action. An alarm that comes both ways has one idempotency key, and so buys once.
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ConfigError } from '../functions/domain/config/schema.ts';
import type { Config } from '../functions/domain/config/types.ts';
import type { AlertQueue } from './alert-queue.ts';
import { createAlarmTopic, refusePeople } from './topics.ts';

/** EventBridge takes patterns of 2,048 characters; this much is left for the names beside the rest of ours. */
const maxNamesLength = 1600;

export interface AlarmRouteParts {
  readonly alerts: AlertQueue;
  readonly key: IKey | undefined;
}

export class AlarmRoutes extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, config: Config, { alerts, key }: AlarmRouteParts) {
    super(scope, id);
    const { queue, undeliveredQueue } = alerts;
    this.topic = createAlarmTopic(this, 'Alarms', key);
    // What is published here is put on the queue.
    refusePeople(this.topic);
    // In its envelope, a message says which topic it came by; raw, SNS would drop one that has more than ten attributes.
    this.topic.addSubscription(
      new SqsSubscription(queue, { rawMessageDelivery: false, deadLetterQueue: undeliveredQueue }),
    );

    const clusters = Object.values(config.clusters).filter(({ alarms }) => alarms.length > 0);
    // EventBridge refuses an empty list of names, and without one every alarm of the account would match.
    if (clusters.length === 0) return;
    const names = clusters.flatMap(({ alarms }) => alarms.map(({ name }) => name));
    const problems = [...nameProblems(names), ...ownNameProblems(names, Stack.of(this).stackName)];
    if (problems.length > 0) throw new ConfigError(problems.join('\n'));
    new Rule(this, 'ConfiguredAlarms', {
      description: 'Alarms that the config names, as they go off',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        // Whatever pattern the config has: an alarm about this system must never buy nodes.
        resources: Match.anythingButPrefix(ownAlarmArn(this)),
        detail: { state: { value: ['ALARM'] }, alarmName: Match.anyOf(...names.map(matchName)) },
      },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue: undeliveredQueue,
          // What arrives later than the most patient cluster waits buys nothing any more.
          maxEventAge: Duration.minutes(Math.max(...clusters.map(({ staleAfterMinutes }) => staleAfterMinutes))),
        }),
      ],
    });
  }
}

/** CloudFormation names alarms after their stack, and so do we. */
function ownAlarmArn(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  return Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${stackName}-`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Matches what `matches` of alarm-rules.ts does. EventBridge refuses `**`, and takes `\` for an escape in patterns. */
function matchName(name: string): string[] {
  if (!name.includes('*')) return Match.exactString(name);
  return Match.wildcard(name.replaceAll('\\', '\\\\').replaceAll(/\*+/g, '*'));
}

function nameProblems(names: readonly string[]): string[] {
  const length = JSON.stringify(names.map((name) => ({ wildcard: name }))).length;
  if (length <= maxNamesLength) return [];
  return [
    `the names of the alarms in the config take ${length} characters in an event pattern, and ${maxNamesLength} fit; ` +
      'use fewer names, with * in them',
  ];
}

/** What the stack calls its own alarms never buys: alarms that should may not be called so, too. */
function ownNameProblems(names: readonly string[], stackName: string): string[] {
  return names
    .filter((name) => name.split('*', 1).some((head) => head.startsWith(`${stackName}-`)))
    .map(
      (name) =>
        `the alarms ${name} of the config begin with the name of the stack, as only its own alarms may, which buy nothing; ` +
        'give the stack another name (-c stack=NAME), or the alarms',
    );
}
