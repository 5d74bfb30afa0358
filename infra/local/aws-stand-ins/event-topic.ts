import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { account } from './account.ts';

export interface EventTopic {
  readonly arn: string;
  /** Of a subscriber that keeps all events. */
  readonly queueName: string;
}

export async function createEventTopic(sns: SNSClient, sqs: SQSClient): Promise<EventTopic> {
  const queueName = 'edge-scale-out-events';
  await sqs.send(new CreateQueueCommand({ QueueName: queueName }));
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'scale-out-events' }));
  const Endpoint = `arn:aws:sqs:${account.region}:${account.id}:${queueName}`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  return { arn: TopicArn, queueName };
}
