import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from './connect.ts';
import type { Target } from './target.ts';

/** About: SQS counts each of its servers by itself. */
export interface MessageCounts {
  readonly waiting: number;
  /** Received, and not deleted yet. */
  readonly inWork: number;
  readonly delayed: number;
}

/** Receives nothing, so no message is hidden from others. @param QueueUrl one of the target's */
export async function countMessages(target: Target, QueueUrl: string): Promise<MessageCounts> {
  const { Attributes = {} } = await new SQSClient(clientSettings(target, 'sqs')).send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inWork: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
  };
}
