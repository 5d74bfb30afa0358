import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption, type QueueProps, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { timings } from '../functions/domain/timings.ts';

/**
 * How often SQS hands out a message that keeps failing. At one visibility timeout each, the last time comes after the
 * fence of a purchase in doubt: whatever fails longer than that is no passing fault and goes to the dead letters.
 */
export const maxReceives = 8;

/** An SNS message may have 256 KiB and grows in its envelope; the functions would rather judge it than lose it. */
const maxMessageSizeBytes = 1024 * 1024;

/** The queue that all alerts come in on, and the two queues for what does not make it. */
export class AlertQueue extends Construct {
  readonly queue: Queue;
  /** Alerts that the function refused, or failed at too often. */
  readonly deadLetterQueue: Queue;
  /** Alerts that a sender (topic, event rule, schedule) could not put on the queue. */
  readonly undeliveredQueue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const queueName = `${Stack.of(this).stackName}-alerts`;
    this.deadLetterQueue = closedQueue(this, 'DeadLetters', {
      retentionPeriod: Duration.millis(timings.deadLetterRetentionMs),
      redriveAllowPolicy: { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues: [this.byName(queueName)] },
    });
    this.undeliveredQueue = closedQueue(this, 'Undelivered', {
      retentionPeriod: Duration.millis(timings.deadLetterRetentionMs),
    });
    Validations.of(this.undeliveredQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is the dead-letter queue of a subscription, a rule and schedules; the check knows those of queues only.',
    });
    this.queue = closedQueue(this, 'Alerts', {
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
function closedQueue(scope: Construct, id: string, props: QueueProps): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    maxMessageSizeBytes,
    ...props,
  });
}
