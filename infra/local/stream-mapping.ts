// Stands in for the event source mapping of a stream: records in order, one batch at a time. A failed record is delivered
// again, with all later ones, until it succeeds.
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { errorMessage } from '../../functions/domain/problems.ts';
import { judgeBatch } from './batch-response.ts';
import type { Clock } from './clock.ts';

export type StreamEvent = {
  readonly kind: 'stream-failed';
  /** Of the first failed record. */
  readonly sequenceNumber: string;
  readonly why: string;
};

interface StreamMappingOptions {
  readonly invoke: (event: DynamoDBStreamEvent) => Promise<unknown>;
  readonly batchSize: number;
  readonly clock: Clock;
  readonly onEvent: (event: StreamEvent) => void;
}

export interface StreamMapping {
  readonly take: (record: DynamoDBRecord) => void;
  /** Delivers the rest. A record that fails now is dropped. */
  stop(): Promise<void>;
}

const retryMs = 1000;

export function startStreamMapping({ invoke, batchSize, clock, onEvent }: StreamMappingOptions): StreamMapping {
  const records: DynamoDBRecord[] = [];
  let isDelivering = false;
  let delivered = Promise.resolve();
  let stopping = false;
  let endWait: () => void = () => undefined;

  async function deliver(): Promise<void> {
    isDelivering = true;
    while (records.length > 0) {
      const batch = records.slice(0, batchSize);
      const { done, why } = await attempt(batch, invoke);
      records.splice(0, done);
      const [failed] = batch.slice(done);
      if (!failed) continue;
      onEvent({ kind: 'stream-failed', sequenceNumber: sequenceNumberOf(failed), why });
      if (stopping) break;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(retryMs, resolve);
        endWait = () => {
          cancel();
          resolve();
        };
      });
    }
    isDelivering = false;
  }

  return {
    take(record) {
      records.push(record);
      if (!isDelivering) delivered = deliver();
    },
    async stop() {
      stopping = true;
      endWait();
      await delivered;
    },
  };
}

/** @returns the number of records done */
async function attempt(
  Records: DynamoDBRecord[],
  invoke: StreamMappingOptions['invoke'],
): Promise<{ readonly done: number; readonly why: string }> {
  try {
    const numbers = Records.map(sequenceNumberOf);
    const result = judgeBatch(await invoke({ Records }), numbers);
    if (result.kind === 'failed') return { done: 0, why: result.why };
    const failed = numbers.findIndex((number) => result.failed.has(number));
    return { done: failed < 0 ? Records.length : failed, why: 'the function asked for it again' };
  } catch (error) {
    return { done: 0, why: errorMessage(error) };
  }
}

const sequenceNumberOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';
