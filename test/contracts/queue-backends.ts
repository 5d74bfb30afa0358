// The two queues that the queue's facts are checked on: fauxqs, over the real API, and the list of the simulation.
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { type AlertMessage, type AlertQueue, createQueue } from '../../functions/adapters/queue/queue.ts';
import { createMemoryQueue } from '../../functions/backtest/world/memory-queue.ts';
import { sampleAt } from '../support/samples.ts';

/** A message as the queue keeps it. */
export interface Kept {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds until it can be received: counted from the sending for a new message, from now for one in flight. */
  readonly waitMs: number;
}

export interface QueueBench {
  readonly queue: AlertQueue;
  /** Takes what can be received now in flight, for six minutes. */
  receive(): Promise<readonly AlertMessage[]>;
  alerts(): Promise<readonly Kept[]>;
  deadLetters(): Promise<readonly Kept[]>;
}

export interface QueueBackend {
  /** A queue and its dead letters that are no other test's. */
  bench(): Promise<QueueBench>;
  close(): Promise<void>;
}

const visibilitySeconds = 360;

const message = z.object({
  messageId: z.string(),
  body: z.string(),
  messageAttributes: z.record(z.string(), z.object({ DataType: z.literal('String'), StringValue: z.string() })),
  sentTimestamp: z.number(),
  delayUntil: z.number().optional(),
});
/** What the inspection of fauxqs tells. */
const contents = z.object({
  messages: z.object({
    ready: z.array(message),
    delayed: z.array(message),
    inflight: z.array(z.object({ message, visibilityDeadline: z.number() })),
  }),
});

const kept = ({ messageId, body, messageAttributes }: z.infer<typeof message>, waitMs: number): Kept => ({
  messageId,
  body,
  attributes: Object.fromEntries(
    Object.entries(messageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
  ),
  waitMs,
});

export async function openFauxqs(): Promise<QueueBackend> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  const inspect = async (name: string): Promise<readonly Kept[]> => {
    const answer = await app.inject({ url: `/_fauxqs/queues/${name}` });
    const { ready, delayed, inflight } = contents.parse(answer.json()).messages;
    return [
      ...ready.map((one) => kept(one, 0)),
      ...delayed.map((one) => kept(one, (one.delayUntil ?? 0) - one.sentTimestamp)),
      ...inflight.map((one) => kept(one.message, one.visibilityDeadline - Date.now())),
    ];
  };
  let benches = 0;
  return {
    async bench() {
      const name = `alerts-${++benches}`;
      const deadName = `${name}-dead`;
      const Attributes = { VisibilityTimeout: String(visibilitySeconds) };
      for (const QueueName of [name, deadName]) await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      const urlOf = (of: string) => `${endpoint}/000000000000/${of}`;
      return {
        queue: createQueue(sqs, { queue: urlOf(name), deadLetters: urlOf(deadName) }),
        async receive() {
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({
              QueueUrl: urlOf(name),
              MaxNumberOfMessages: 10,
              MessageAttributeNames: ['All'],
              MessageSystemAttributeNames: ['All'],
            }),
          );
          return Messages.map(
            ({ MessageId = '', Body = '', ReceiptHandle = '', Attributes = {}, MessageAttributes = {} }) => ({
              messageId: MessageId,
              body: Body,
              receiptHandle: ReceiptHandle,
              receiveCount: Number(Attributes.ApproximateReceiveCount),
              attributes: Object.fromEntries(
                Object.entries(MessageAttributes).map(([of, { StringValue = '' }]) => [of, StringValue]),
              ),
            }),
          );
        },
        alerts: () => inspect(name),
        deadLetters: () => inspect(deadName),
      };
    },
    async close() {
      sqs.destroy();
      await app.close();
    },
  };
}

export async function openMemoryQueue(): Promise<QueueBackend> {
  const now = () => sampleAt;
  return {
    async bench() {
      const memory = createMemoryQueue({ now, visibilityMs: visibilitySeconds * 1000, maxReceives: 8 });
      const all = (messages: typeof memory.messages) =>
        messages.map(({ messageId, body, attributes, visibleAt }) => ({
          ...{ messageId, body, attributes },
          waitMs: Math.max(0, visibleAt - now()),
        }));
      return {
        queue: createQueue(memory.client, memory.urls),
        receive: async () => memory.visible().map((one) => memory.receive(one)),
        alerts: async () => all(memory.messages),
        deadLetters: async () => all(memory.deadLetters),
      };
    },
    close: async () => undefined,
  };
}
