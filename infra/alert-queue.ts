import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnQueue, type IQueue, Queue, QueueEncryption, type QueueProps, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { timings } from '../functions/domain/timings.ts';
import { acknowledge } from './acknowledge.ts';
import { maxReceives } from './max-receives.ts';

/** An SNS message may have 256 KiB and grows in its envelope; the functions would rather judge it than lose it. */
const maxMessageSizeBytes = 1024 * 1024;

/** The queue that all alerts come in on, and the two queues for what does not make it. */
export class AlertQueue extends Construct {
  readonly queue: Queue;
  /** Alerts that the function refused, or failed at too often. */
  readonly deadLetterQueue: Queue;
  /** Alerts that a sender (topic, event rule, schedule) could not put on the queue, and changes that nobody was told of. */
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
      'It is the dead-letter queue of a subscription, a rule, schedules and a stream; the check knows those of queues only.';
    acknowledge(this.undeliveredQueue, { 'AwsSolutions-SQS3': forOthers, 'Serverless-SQSRedrivePolicy': forOthers });
    this.queue = closedQueue(this, 'Alerts', key, {
      queueName,
      visibilityTimeout: Duration.millis(timings.visibilityTimeoutMs),
      retentionPeriod: Duration.millis(timings.queueRetentionMs),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: maxReceives },
    });
  }

  /** The two queues name each other. CloudFormation can create neither first, unless one is known by its name alone. */
  private byName(resource: string): IQueue {
    const arn = Stack.of(this).formatArn({ service: 'sqs', resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
    return Queue.fromQueueArn(this, 'AlertsByName', arn);
  }
}

/** Encrypted at rest, and closed to requests without TLS. With keys of SQS itself, senders need no right to a key. */
function closedQueue(scope: Construct, id: string, key: IKey | undefined, props: QueueProps): Queue {
  const queue = new Queue(scope, id, {
    ...(!key && { encryption: QueueEncryption.SQS_MANAGED }),
    enforceSSL: true,
    maxMessageSizeBytes,
    ...props,
  });
  // Behind the CDK's back. Where it knows of a queue's key, it lets in every rule of the account instead of ours, as the
  // key's policy would have to name the rule, which waits for the queue, which waits for the key.
  const { defaultChild: resource } = queue.node;
  if (key && resource instanceof CfnQueue) resource.kmsMasterKeyId = key.keyArn;
  return queue;
}
