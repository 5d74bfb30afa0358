import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnQueue, type IQueue, Queue, QueueEncryption, type QueueProps, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { timings } from '../functions/domain/timings.ts';
import { acknowledge } from './acknowledge.ts';
import { maxReceives } from './max-receives.ts';

/** The largest of SQS: an SNS message has up to 256 KiB and more with its envelope, and a webhook's alerts have more. */
const maxMessageSizeBytes = 1024 * 1024;

/** The queue of all alerts, and its two dead-letter queues. */
export class AlertQueue extends Construct {
  readonly queue: Queue;
  /** Alerts that the function refused, or that failed too often. */
  readonly deadLetterQueue: Queue;
  /** Alerts that a topic, rule or schedule could not deliver, and changes that were not published. */
  readonly undeliveredQueue: Queue;

  constructor(scope: Construct, id: string, key: IKey | undefined) {
    super(scope, id);
    const queueName = `${Stack.of(this).stackName}-alerts`;
    this.deadLetterQueue = closedQueue(this, 'DeadLetters', key, {
      retentionPeriod: Duration.millis(timings.deadLetterRetentionMs),
      redriveAllowPolicy: { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues: [this.byName(queueName)] },
    });
    this.undeliveredQueue = closedQueue(this, 'Undelivered', key, {
      retentionPeriod: Duration.millis(timings.deadLetterRetentionMs),
    });
    acknowledge(this.deadLetterQueue, { 'Serverless-SQSRedrivePolicy': 'It is a dead-letter queue itself.' });
    const forOthers =
      'It is the dead-letter queue of a subscription, a rule, schedules and a stream; the check supports those of queues only.';
    acknowledge(this.undeliveredQueue, { 'AwsSolutions-SQS3': forOthers, 'Serverless-SQSRedrivePolicy': forOthers });
    this.queue = closedQueue(this, 'Alerts', key, {
      queueName,
      visibilityTimeout: Duration.millis(timings.visibilityTimeoutMs),
      retentionPeriod: Duration.millis(timings.queueRetentionMs),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: maxReceives },
    });
  }

  /** The two queues refer to each other: CloudFormation needs one of them by its name. */
  private byName(resource: string): IQueue {
    const arn = Stack.of(this).formatArn({ service: 'sqs', resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
    return Queue.fromQueueArn(this, 'AlertsByName', arn);
  }
}

/** Encrypted, and for TLS only. With keys of SQS itself, senders need no right to a key. */
function closedQueue(scope: Construct, id: string, key: IKey | undefined, props: QueueProps): Queue {
  const queue = new Queue(scope, id, {
    ...(!key && { encryption: QueueEncryption.SQS_MANAGED }),
    enforceSSL: true,
    maxMessageSizeBytes,
    ...props,
  });
  // Not by the CDK: for a queue with a known key it allows every rule of the account, because the key's policy cannot name
  // the rule (rule, queue and key would depend on each other).
  const { defaultChild: resource } = queue.node;
  if (key && resource instanceof CfnQueue) resource.kmsMasterKeyId = key.keyArn;
  return queue;
}
