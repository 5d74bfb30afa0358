import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';

/** The queue gets each message in its SNS envelope, as deployed. @returns the ARN of the topic */
export async function createAlarmTopic(sns: SNSClient, queueArn: string): Promise<string> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'edge-scale-out-alarms' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return TopicArn;
}
