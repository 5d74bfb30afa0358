import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { account } from './account.ts';

export interface Queue {
  readonly name: string;
  /** The host in the URLs of fauxqs does not resolve, so the URL uses the endpoint. */
  readonly url: string;
  readonly arn: string;
}

export interface AlertQueue {
  readonly alerts: Queue;
  readonly deadLetters: Queue;
}

/** The alert queue and its dead-letter queue. */
export async function createAlertQueue(
  sqs: SQSClient,
  endpoint: string,
  { visibilityTimeoutMs, maxReceives }: { readonly visibilityTimeoutMs: number; readonly maxReceives: number },
): Promise<AlertQueue> {
  const alerts = named('edge-scale-out-alerts', endpoint);
  const deadLetters = named('edge-scale-out-dead-letters', endpoint);
  const MaximumMessageSize = String(1024 * 1024);
  await sqs.send(new CreateQueueCommand({ QueueName: deadLetters.name, Attributes: { MaximumMessageSize } }));
  await sqs.send(
    new CreateQueueCommand({
      QueueName: alerts.name,
      Attributes: {
        MaximumMessageSize,
        VisibilityTimeout: String(Math.ceil(visibilityTimeoutMs / 1000)),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: maxReceives }),
      },
    }),
  );
  return { alerts, deadLetters };
}

const named = (name: string, endpoint: string): Queue => ({
  name,
  url: `${endpoint}/${account.id}/${name}`,
  arn: `arn:aws:sqs:${account.region}:${account.id}:${name}`,
});
