// Stands in for the event source mapping of a queue: batches, limited concurrency, partial responses. A failed message is
// received again after its visibility timeout; the queue moves it to the dead letters after too many receives.
import { setTimeout as wait } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { errorMessage } from '../../functions/domain/problems.ts';
import { type BatchResult, judgeBatch } from './batch-response.ts';
import { sqsRecordOf } from './sqs-record.ts';

export type MappingEvent =
  | { readonly kind: 'received'; readonly records: readonly SQSRecord[] }
  | { readonly kind: 'deleted'; readonly messageIds: readonly string[] }
  /** Received again later. `why` is set when the whole batch failed. */
  | { readonly kind: 'kept'; readonly messageIds: readonly string[]; readonly why?: string }
  | { readonly kind: 'queue-failed'; readonly why: string };

export interface MappingOptions {
  readonly sqs: SQSClient;
  readonly queue: { readonly url: string; readonly arn: string };
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** A stop waits for the current poll. */
  readonly longPollSeconds: number;
  readonly onEvent: (event: MappingEvent) => void;
}

export interface EventSourceMapping {
  /** Waits for running invocations. */
  stop(): Promise<void>;
}

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
        // Never aborted: an aborted poll can hide a message until its visibility timeout.
        const messages = await receive(options);
        if (messages.length > 0) start(messages);
      } catch (error) {
        onEvent({ kind: 'queue-failed', why: errorMessage(error) });
        await wait(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  function start(messages: readonly Message[]): void {
    const delivery = deliver(messages).finally(() => deliveries.delete(delivery));
    deliveries.add(delivery);
  }

  async function deliver(messages: readonly Message[]): Promise<void> {
    const records = messages.map((message) => sqsRecordOf(message, queue.arn));
    onEvent({ kind: 'received', records });
    const result = await judge(records, options.invoke);
    const kept = records.filter(({ messageId }) => result.kind === 'failed' || result.failed.has(messageId));
    const done = records.filter((record) => !kept.includes(record));
    if (kept.length > 0)
      onEvent({
        kind: 'kept',
        messageIds: kept.map(({ messageId }) => messageId),
        ...(result.kind === 'failed' && { why: result.why }),
      });
    if (done.length > 0) await remove(done);
  }

  async function remove(records: readonly SQSRecord[]): Promise<void> {
    const Entries = records.map(({ receiptHandle }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle }));
    try {
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
      // As with Lambda: a message that was not deleted is delivered again.
      for (const { Message: why = 'a message was not deleted' } of Failed) onEvent({ kind: 'queue-failed', why });
      const kept = new Set(Failed.map(({ Id }) => Id));
      const gone = records.filter((_, at) => !kept.has(String(at)));
      onEvent({ kind: 'deleted', messageIds: gone.map(({ messageId }) => messageId) });
    } catch (error) {
      onEvent({ kind: 'queue-failed', why: errorMessage(error) });
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

async function judge(records: SQSRecord[], invoke: MappingOptions['invoke']): Promise<BatchResult> {
  try {
    const response = await invoke({ Records: records });
    return judgeBatch(
      response,
      records.map(({ messageId }) => messageId),
    );
  } catch (error) {
    return { kind: 'failed', why: errorMessage(error) };
  }
}
