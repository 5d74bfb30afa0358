import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';

/** One received message, without its envelope. */
export interface AlertMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  /** String attributes: `source` and `cluster` from the webhook, `arrivedAt`, `jobs` and `deferrals` of what was deferred. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Every call throws when it is not known to have been carried out. */
export interface AlertQueue {
  /** Puts a new message on the queue. @returns its message id */
  enqueue(body: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  /** Puts the same alert on the queue again, to be received after the delay. The received copy is to be acknowledged then. */
  defer(message: AlertMessage, delayMs: number): Promise<void>;
  /** Puts the message on the dead-letter queue with the reason. The received copy is to be acknowledged then. */
  deadLetter(message: AlertMessage, reason: string, detail: string): Promise<void>;
  /** Lets a failed message come back after the delay instead of the queue's visibility timeout. */
  changeVisibility(message: AlertMessage, delayMs: number): Promise<void>;
}

export interface QueueUrls {
  readonly queue: string;
  /** Needed by `deadLetter` alone. */
  readonly deadLetters: string;
}

export const openQueue = (settings: SQSClientConfig, urls: QueueUrls): AlertQueue =>
  createQueue(new SQSClient(settings), urls);

export function createQueue(sqs: SQSClient, urls: QueueUrls): AlertQueue {
  const send = async (
    url: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
    delayMs = 0,
  ): Promise<string> => {
    const { MessageId } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: body,
        MessageAttributes: asStrings(attributes),
        ...(delayMs > 0 && { DelaySeconds: Math.ceil(delayMs / 1000) }),
      }),
    );
    return MessageId ?? '';
  };
  return {
    enqueue: (body, attributes = {}) => send(urls.queue, body, attributes),
    async defer(message, delayMs) {
      const deferrals = Number(message.attributes['deferrals'] ?? 0) + 1;
      await send(urls.queue, message.body, { ...ours(message), deferrals: String(deferrals) }, delayMs);
    },
    async deadLetter(message, reason, detail) {
      await send(urls.deadLetters, message.body, {
        ...ours(message),
        reason,
        detail: printable(detail),
        messageId: message.messageId,
      });
    },
    async changeVisibility(message, delayMs) {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: urls.queue,
          ReceiptHandle: message.receiptHandle,
          VisibilityTimeout: Math.ceil(delayMs / 1000),
        }),
      );
    },
  };
}

/** SQS takes ten attributes: a sender's own are left behind, lest ours find no room. They mean nothing to us. */
function ours({ attributes }: AlertMessage): Record<string, string> {
  const names = ['source', 'cluster', 'arrivedAt', 'jobs', 'deferrals'];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

function asStrings(attributes: Readonly<Record<string, string>>): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

/** All but these SQS refuses, in bodies as in attributes, and at every attempt. */
const refused = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Whether a message can have this body at all. */
export function canCarry(body: string): boolean {
  return body !== '' && body.search(refused) < 0;
}

/** SQS refuses attribute values with control characters and empty ones; a dead letter must never fail for its own reason. */
function printable(text: string): string {
  return text.toWellFormed().replace(refused, '\uFFFD') || '-';
}
