// SQS in memory, for the simulation: the commands that the queue adapter sends, and what a poller does, on an injected
// clock. Checked against fauxqs by the same contract tests (test/contracts/queue-contract.ts).
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { redrivenAttributes } from '../../adapters/queue/redriven-attributes.ts';

export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  receiptHandle: string;
  receiveCount: number;
  /** Epoch milliseconds from which it can be received. */
  visibleAt: number;
}

/** All messages at a moment. */
export interface QueueContents {
  readonly messages: readonly Readonly<StoredMessage>[];
  readonly deadLetters: readonly Readonly<StoredMessage>[];
  /** How many there ever were. */
  readonly sent: number;
}

export interface MemoryQueue {
  readonly client: SQSClient;
  readonly urls: { readonly queue: string; readonly deadLetters: string };
  readonly messages: StoredMessage[];
  readonly deadLetters: StoredMessage[];
  execute(command: unknown): unknown;
  /** As they are now: what becomes of them later does not show in them. */
  contents(): QueueContents;
  /** Messages that can be received now; those received too often move to the dead letters instead. */
  visible(): StoredMessage[];
  /** Takes a message in flight. */
  receive(message: StoredMessage): StoredMessage;
  remove(receiptHandle: string): void;
  put(body: string, attributes?: Readonly<Record<string, string>>): StoredMessage;
  /** Delivers a message once more, as SQS may: it was sent when the first one was. */
  repeat(body: string): void;
  /** Back from the dead-letter queue, as a new message: by the command, or by SQS itself, which keeps nothing but the attributes. */
  redrive(message: StoredMessage, by?: 'command' | 'sqs'): void;
}

interface QueueOptions {
  readonly now: () => number;
  readonly visibilityMs: number;
  readonly maxReceives: number;
}

export function createMemoryQueue(options: QueueOptions, contents?: QueueContents): MemoryQueue {
  const urls = { queue: 'memory:queue', deadLetters: 'memory:dead-letters' };
  const messages = copiesOf(contents?.messages ?? []);
  const deadLetters = copiesOf(contents?.deadLetters ?? []);
  let sent = contents?.sent ?? 0;
  const first = new Map<string, StoredMessage>();

  const add = (
    to: StoredMessage[],
    body: string,
    attributes: Readonly<Record<string, string>>,
    delayMs: number,
    sentAt = options.now(),
  ): StoredMessage => {
    sent += 1;
    const message = {
      messageId: `m${sent}`,
      body,
      attributes,
      sentAt,
      receiptHandle: '',
      receiveCount: 0,
      visibleAt: options.now() + delayMs,
    };
    if (!first.has(body)) first.set(body, message);
    to.push(message);
    return message;
  };

  const execute = (command: unknown): unknown => {
    if (command instanceof SendMessageCommand) {
      const { QueueUrl, MessageBody = '', MessageAttributes = {}, DelaySeconds = 0 } = command.input;
      const attributes = Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
      );
      const { messageId } = add(
        QueueUrl === urls.deadLetters ? deadLetters : messages,
        MessageBody,
        attributes,
        DelaySeconds * 1000,
      );
      return { MessageId: messageId };
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      const message = messages.find(({ receiptHandle }) => receiptHandle === command.input.ReceiptHandle);
      if (!message) throw new Error('MessageNotInflight: another receipt is the valid one, or the message is gone');
      message.visibleAt = options.now() + (command.input.VisibilityTimeout ?? 0) * 1000;
      return {};
    }
    throw new Error(`the memory queue does not know ${String(command)}`);
  };

  const drop = (message: StoredMessage): void => {
    messages.splice(messages.indexOf(message), 1);
  };

  return {
    client: { send: async (command: unknown) => execute(command) } as unknown as SQSClient,
    urls,
    messages,
    deadLetters,
    execute,
    contents: () => ({ messages: copiesOf(messages), deadLetters: copiesOf(deadLetters), sent }),
    visible() {
      const due = messages.filter(({ visibleAt }) => visibleAt <= options.now());
      for (const message of due.filter(({ receiveCount }) => receiveCount >= options.maxReceives)) {
        drop(message);
        deadLetters.push(message);
      }
      return due.filter(({ receiveCount }) => receiveCount < options.maxReceives);
    },
    receive(message) {
      message.receiveCount += 1;
      message.receiptHandle = `${message.messageId}#${message.receiveCount}`;
      message.visibleAt = options.now() + options.visibilityMs;
      return { ...message };
    },
    remove(receiptHandle) {
      // As in SQS: any receipt of a message deletes it, also an earlier one.
      const message = messages.find(({ messageId }) => receiptHandle.startsWith(`${messageId}#`));
      if (message) drop(message);
    },
    put: (body, attributes = {}) => add(messages, body, attributes, 0),
    repeat(body) {
      const { attributes = {}, sentAt } = first.get(body) ?? {};
      add(messages, body, attributes, 0, sentAt);
    },
    redrive(message, by = 'command') {
      deadLetters.splice(deadLetters.indexOf(message), 1);
      add(messages, message.body, by === 'sqs' ? message.attributes : redrivenAttributes(message), 0);
    },
  };
}

function copiesOf(messages: readonly Readonly<StoredMessage>[]): StoredMessage[] {
  return messages.map((message) => ({ ...message }));
}
