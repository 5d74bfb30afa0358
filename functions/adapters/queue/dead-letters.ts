// The dead-letter queue for people. Its messages are moved by receive, send and delete: that works on SQS and on the
// local engine alike, moves one message as well as all, and leaves nothing half done that a repeat would not finish.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  readonly receiptHandle: string;
  /** When it was first sent; SQS keeps that over a redrive. Epoch milliseconds. */
  readonly sentAt: number;
  /** String attributes: those of the alert, and `reason`, `detail` and `messageId` of its death. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface DeadLetters {
  /** Takes hold of what is there, `max` at most: nobody else sees it until it is released, or five minutes have passed. */
  hold(max: number): Promise<readonly DeadLetter[]>;
  release(letters: readonly DeadLetter[]): Promise<void>;
  /** Puts it on the alert queue again, as the alert that it was. @returns its new message id */
  redrive(letter: DeadLetter): Promise<string>;
  drop(letter: DeadLetter): Promise<void>;
  /** About how many are held. */
  countHeld(): Promise<number>;
}

/** Attributes of the death, which the alert did not have in its life. */
const ofDeath = ['reason', 'detail', 'messageId'];
const holdSeconds = 300;
/** SQS takes and gives at most this many at once. */
const maxBatch = 10;

export function createDeadLetters(
  sqs: SQSClient,
  urls: { readonly queue: string; readonly deadLetters: string },
): DeadLetters {
  const QueueUrl = urls.deadLetters;
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
            // A long poll asks all servers of the queue: an empty answer means that it is empty.
            WaitTimeSeconds: 1,
            VisibilityTimeout: holdSeconds,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['SentTimestamp'],
          }),
        );
        for (const message of Messages) held.set(message.MessageId ?? '', asLetter(message));
        if (Messages.length === 0 || held.size >= max)
          return [...held.values()].toSorted((a, b) => a.sentAt - b.sentAt);
      }
    },

    async release(letters) {
      for (let i = 0; i < letters.length; i += maxBatch) {
        const Entries = letters
          .slice(i, i + maxBatch)
          .map(({ receiptHandle }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }));
        await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    },

    async redrive(letter) {
      // It must not look like one that comes for the first time: what nobody takes of those is forgotten.
      const attributes = Object.entries({ arrivedAt: String(letter.sentAt), ...letter.attributes }).filter(
        // SQS takes no empty text, and a binary attribute has none.
        ([name, value]) => !ofDeath.includes(name) && value !== '',
      );
      const { MessageId = '' } = await sqs.send(
        new SendMessageCommand({
          QueueUrl: urls.queue,
          MessageBody: letter.body,
          MessageAttributes: Object.fromEntries(
            attributes.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
          ),
        }),
      );
      // A crash here leaves it in both queues, which buys nothing more: one key buys once.
      await drop(letter);
      return MessageId;
    },

    drop,

    async countHeld() {
      const held = 'ApproximateNumberOfMessagesNotVisible';
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [held] }));
      return Number(Attributes?.[held] ?? 0);
    },
  };
}

function asLetter({
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
