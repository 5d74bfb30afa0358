// Stands for the event source mapping, the part of Lambda that polls a queue for a function: batches, at most so many at
// once, partial responses. What failed is left alone: it comes back when its visibility ends, and the queue itself moves
// it to the dead letters when it came too often.

import { setTimeout as wait } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { type BatchVerdict, judgeBatch } from './batch-response.ts';
import { sqsRecordOf } from './sqs-record.ts';

export type MappingEvent =
  | { readonly kind: 'received'; readonly records: readonly SQSRecord[] }
  | { readonly kind: 'deleted'; readonly messageIds: readonly string[] }
  /** They come back. `why` is set when the whole batch failed, and absent when the function named them. */
  | { readonly kind: 'kept'; readonly messageIds: readonly string[]; readonly why?: string }
  | { readonly kind: 'queue-failed'; readonly why: string };

export interface MappingOptions {
  readonly sqs: SQSClient;
  readonly queue: { readonly url: string; readonly arn: string };
  readonly region: string;
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  readonly batchSize: number;
  /** Invocations at once. */
  readonly maximumConcurrency: number;
  /** A stop takes as long as the poll that is under way. */
  readonly longPollSeconds: number;
  readonly onEvent: (event: MappingEvent) => void;
}

export interface EventSourceMapping {
  /** Ends polling and waits for the invocations that run. */
  stop(): Promise<void>;
}

/** Between two attempts at a queue that does not answer. */
const retryMs = 1000;

export function startEventSourceMapping(options: MappingOptions): EventSourceMapping {
  const { sqs, queue, maximumConcurrency, onEvent } = options;
  const deliveries = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (deliveries.size >= maximumConcurrency) {
        await Promise.race(deliveries);
        continue;
      }
      try {
        // Never aborted, not even to stop: an aborted poll can take a message with it, until its visibility ends.
        const messages = await receive(options);
        if (messages.length > 0) start(messages);
      } catch (error) {
        onEvent({ kind: 'queue-failed', why: messageOf(error) });
        await wait(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  function start(messages: readonly Message[]): void {
    const delivery = deliver(messages).finally(() => deliveries.delete(delivery));
    deliveries.add(delivery);
  }

  async function deliver(messages: readonly Message[]): Promise<void> {
    const records = messages.map((message) => sqsRecordOf(message, { queueArn: queue.arn, region: options.region }));
    onEvent({ kind: 'received', records });
    const verdict = await judge(records, options.invoke);
    const kept = records.filter(({ messageId }) => verdict.kind === 'failed' || verdict.failed.has(messageId));
    const done = records.filter((record) => !kept.includes(record));
    if (kept.length > 0)
      onEvent({
        kind: 'kept',
        messageIds: kept.map(({ messageId }) => messageId),
        ...(verdict.kind === 'failed' && { why: verdict.why }),
      });
    if (done.length > 0) await remove(done);
  }

  async function remove(records: readonly SQSRecord[]): Promise<void> {
    const Entries = records.map(({ receiptHandle }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle }));
    try {
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
      // As with Lambda: what could not be deleted is delivered again, and the function must know it again.
      for (const { Message: why = 'a message was not deleted' } of Failed) onEvent({ kind: 'queue-failed', why });
      const kept = new Set(Failed.map(({ Id }) => Id));
      const gone = records.filter((_, at) => !kept.has(String(at)));
      onEvent({ kind: 'deleted', messageIds: gone.map(({ messageId }) => messageId) });
    } catch (error) {
      onEvent({ kind: 'queue-failed', why: messageOf(error) });
    }
  }

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(deliveries);
    },
  };
}

async function receive({ sqs, queue, batchSize, longPollSeconds }: MappingOptions): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: longPollSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
}

async function judge(records: SQSRecord[], invoke: MappingOptions['invoke']): Promise<BatchVerdict> {
  try {
    const response = await invoke({ Records: records });
    return judgeBatch(
      response,
      records.map(({ messageId }) => messageId),
    );
  } catch (error) {
    return { kind: 'failed', why: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
