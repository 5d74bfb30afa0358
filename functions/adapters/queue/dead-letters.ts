// The dead-letter queue for the operator's commands. Messages are moved by receive, send and delete, so that one of them can
// be chosen, and SQS and the local engine behave alike.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { createQueue, type QueueUrls } from './queue.ts';
import { redrivenAttributes } from './redriven-attributes.ts';

export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  readonly receiptHandle: string;
  /** When it was first sent: epoch milliseconds. SQS keeps this time when it moves a message. */
  readonly sentAt: number;
  /** Of the alert, with `reason`, `detail` and `messageId` of the dead letter. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface DeadLetters {
  /** Receives at most `max` messages. Others cannot see them until they are released, for five minutes at most. */
  hold(max: number): Promise<readonly DeadLetter[]>;
  release(deadLetters: readonly DeadLetter[]): Promise<void>;
  /**
   * Sends it to the alert queue and deletes it here. @param because who redrives it and why, on one line: it stays with the message as its
   * attribute `redriven` @returns its new message id
   */
  redrive(deadLetter: DeadLetter, because?: string): Promise<string>;
  drop(deadLetter: DeadLetter): Promise<void>;
  /** Approximate number of held messages. */
  countHeld(): Promise<number>;
}

const holdSeconds = 300;
/** A limit of SQS. */
const maxBatch = 10;

export function createDeadLetters(sqs: SQSClient, urls: QueueUrls): DeadLetters {
  const QueueUrl = urls.deadLetters;
  const { enqueue } = createQueue(sqs, urls);
  const drop = async ({ receiptHandle }: DeadLetter) => {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
  };
  return {
    async hold(max) {
      const held = new Map<string, DeadLetter>();
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: Math.min(maxBatch, max - held.size),
            // A long poll reads all servers: an empty answer means an empty queue.
            WaitTimeSeconds: 1,
            VisibilityTimeout: holdSeconds,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['SentTimestamp'],
          }),
        );
        for (const message of Messages) held.set(message.MessageId ?? '', asDeadLetter(message));
        if (Messages.length === 0 || held.size >= max)
          return [...held.values()].toSorted((a, b) => a.sentAt - b.sentAt);
      }
    },

    async release(deadLetters) {
      for (let i = 0; i < deadLetters.length; i += maxBatch) {
        const Entries = deadLetters
          .slice(i, i + maxBatch)
          .map(({ receiptHandle }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }));
        await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    },

    async redrive(deadLetter, because) {
      const attributes = { ...redrivenAttributes(deadLetter), ...(because !== undefined && { redriven: because }) };
      const newId = await enqueue(deadLetter.body, attributes);
      // A crash here leaves it on both queues: one key still buys once.
      await drop(deadLetter);
      return newId;
    },

    drop,

    async countHeld() {
      const held = 'ApproximateNumberOfMessagesNotVisible';
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [held] }));
      return Number(Attributes?.[held] ?? 0);
    },
  };
}

function asDeadLetter({
  MessageId = '',
  Body = '',
  ReceiptHandle = '',
  Attributes,
  MessageAttributes = {},
}: Message): DeadLetter {
  const strings = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]);
  return {
    id: MessageId,
    body: Body,
    receiptHandle: ReceiptHandle,
    sentAt: Number(Attributes?.SentTimestamp ?? 0),
    attributes: Object.fromEntries(strings),
  };
}
