import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { sendableAttribute, sendableBody } from '../../domain/message-text.ts';
import { deferralsOf } from './deferrals.ts';

/** One received message. */
export interface AlertMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  /** Epoch milliseconds; undefined when it is not known. */
  readonly sentAt?: number | undefined;
  /**
   * String attributes: `source` and `cluster` from the webhook's path, `clusters` of its token, with commas between them, `toldAt`
   * when it came there; `arrivedAt`, `jobs` and `deferrals` of what was deferred.
   */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A call throws when it is not known to have succeeded. */
export interface AlertQueue {
  /** @returns the id of the new message */
  enqueue(body: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  /** Sends the alert again with a delay. The caller then acknowledges the received copy. */
  defer(message: AlertMessage, delayMs: number): Promise<void>;
  /** Sends the message to the dead-letter queue. The caller then acknowledges the received copy. */
  deadLetter(message: AlertMessage, reason: string, detail: string): Promise<void>;
  /** A failed message is received again after the delay. */
  changeVisibility(message: AlertMessage, delayMs: number): Promise<void>;
}

export interface QueueUrls {
  readonly queue: string;
  /** Used by `deadLetter` only. */
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
        MessageBody: sendableBody(body),
        MessageAttributes: asStrings(attributes),
        ...(delayMs > 0 && { DelaySeconds: Math.ceil(delayMs / 1000) }),
      }),
    );
    return MessageId ?? '';
  };
  return {
    enqueue: (body, attributes = {}) => send(urls.queue, body, attributes),
    async defer(message, delayMs) {
      await send(urls.queue, message.body, { ...ours(message), deferrals: String(deferralsOf(message) + 1) }, delayMs);
    },
    async deadLetter(message, reason, detail) {
      await send(urls.deadLetters, message.body, {
        ...ours(message),
        reason,
        detail: sendableAttribute(detail),
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

/** SQS allows ten attributes, so those of the sender are dropped. */
function ours({ attributes }: AlertMessage): Record<string, string> {
  const names = ['source', 'cluster', 'clusters', 'toldAt', 'arrivedAt', 'jobs', 'deferrals'];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

function asStrings(attributes: Readonly<Record<string, string>>): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}
