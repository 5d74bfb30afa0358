// SQS and SNS by fauxqs, in memory: its persistence loses messages whose visibility is set to zero.
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { account } from './account.ts';
import { takeEveryCharacter } from './body-characters.ts';
import { refuseForeign } from './loopback.ts';

export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  /** String attributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface QueueContents {
  readonly ready: readonly StoredMessage[];
  readonly inFlight: readonly StoredMessage[];
  readonly delayed: readonly StoredMessage[];
}

export interface Messaging {
  readonly endpoint: string;
  /** Reads without receiving. @throws Error for an unknown queue */
  inspect(queueName: string): Promise<QueueContents>;
  close(): Promise<void>;
}

const stored = z
  .object({
    messageId: z.string(),
    body: z.string(),
    messageAttributes: z.record(z.string(), z.object({ StringValue: z.string().optional() })),
  })
  .transform(({ messageId, body, messageAttributes }): StoredMessage => {
    const strings = Object.entries(messageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]);
    return { messageId, body, attributes: Object.fromEntries(strings) };
  });

const contents = z
  .object({
    messages: z.object({
      ready: z.array(stored),
      delayed: z.array(stored),
      inflight: z.array(z.object({ message: stored })),
    }),
  })
  .transform(
    ({ messages: { ready, delayed, inflight } }): QueueContents => ({
      ready,
      delayed,
      inFlight: inflight.map(({ message }) => message),
    }),
  );

export async function startMessaging(): Promise<Messaging> {
  takeEveryCharacter();
  // fauxqs' own starter would listen on every address.
  const app = buildApp({ logger: false, defaultRegion: account.region });
  refuseForeign(app.server);
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    endpoint,
    async inspect(queueName) {
      const answer = await app.inject({ url: `/_fauxqs/queues/${encodeURIComponent(queueName)}` });
      if (answer.statusCode !== 200) throw new Error(`there is no queue ${queueName}`);
      return contents.parse(answer.json());
    },
    close: async () => {
      await app.close();
    },
  };
}
