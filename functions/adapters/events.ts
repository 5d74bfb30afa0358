import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { JobEvent } from '../domain/events/job-event-schema.ts';

export interface Events {
  /** Tells all subscribers. @throws what the call throws: then nobody knows whether they were told, and it may be repeated */
  publish(event: JobEvent, subject: string): Promise<void>;
}

/** One call per event, so that they leave in their order: they are as rare as purchases. */
export function createEvents(sns: SNSClient, topicArn: string): Events {
  return {
    async publish(event, subject) {
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: JSON.stringify(event),
          // For the filter policies of subscribers.
          MessageAttributes: {
            cluster: { DataType: 'String', StringValue: event.cluster },
            state: { DataType: 'String', StringValue: event.state },
          },
        }),
      );
    },
  };
}
