import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { JobEvent } from '../domain/events/job-event-schema.ts';

export interface Events {
  /** @throws what the call throws: the event may have been published, and may be published again */
  publish(event: JobEvent, subject: string): Promise<void>;
}

/** One call per event keeps their order. */
export function createEvents(sns: SNSClient, topicArn: string): Events {
  return {
    async publish(event, subject) {
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: JSON.stringify(event),
          // For filter policies.
          MessageAttributes: {
            cluster: { DataType: 'String', StringValue: event.cluster },
            state: { DataType: 'String', StringValue: event.state },
          },
        }),
      );
    },
  };
}
