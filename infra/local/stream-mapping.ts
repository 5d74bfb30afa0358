// Stands for the event source mapping of a stream: its records in their order, one batch at a time. What the function
// reports as failed comes again, with all that is behind it, until it succeeds.
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { judgeBatch } from './batch-response.ts';
import type { Clock } from './clock.ts';

export type StreamEvent = {
  readonly kind: 'stream-failed';
  /** Of the record from which it goes on, or does not when it was stopped. */
  readonly sequenceNumber: string;
  readonly why: string;
};

export interface StreamMappingOptions {
  readonly invoke: (event: DynamoDBStreamEvent) => Promise<unknown>;
  readonly batchSize: number;
  readonly clock: Clock;
  readonly onEvent: (event: StreamEvent) => void;
}

export interface StreamMapping {
  /** Takes the next record of the stream. */
  readonly take: (record: DynamoDBRecord) => void;
  /** Delivers what it has taken. What fails now is given up. */
  stop(): Promise<void>;
}

/** Between two attempts at the same record. */
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

/** @returns how many records are done, from the first on */
async function attempt(
  Records: DynamoDBRecord[],
  invoke: StreamMappingOptions['invoke'],
): Promise<{ readonly done: number; readonly why: string }> {
  try {
    const numbers = Records.map(sequenceNumberOf);
    const verdict = judgeBatch(await invoke({ Records }), numbers);
    if (verdict.kind === 'failed') return { done: 0, why: verdict.why };
    const failed = numbers.findIndex((number) => verdict.failed.has(number));
    return { done: failed < 0 ? Records.length : failed, why: 'the function asked for it again' };
  } catch (error) {
    return { done: 0, why: error instanceof Error ? error.message : String(error) };
  }
}

const sequenceNumberOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';
