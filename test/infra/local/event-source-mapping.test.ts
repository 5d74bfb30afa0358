import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { account, clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { type AlertQueue, createAlertQueue } from '../../../infra/local/aws-stand-ins/alert-queue.ts';
import { type Messaging, startMessaging } from '../../../infra/local/aws-stand-ins/messaging.ts';
import {
  type EventSourceMapping,
  type MappingEvent,
  type MappingOptions,
  startEventSourceMapping,
} from '../../../infra/local/event-source-mapping.ts';
import { createGate, eventually } from './support.ts';

jest.setTimeout(30_000);

let messaging: Messaging;
let sqs: SQSClient;
let queue: AlertQueue;
let events: MappingEvent[];
let mapping: EventSourceMapping | undefined;

beforeEach(async () => {
  messaging = await startMessaging();
  sqs = new SQSClient(clientOf(messaging.endpoint));
  queue = await createAlertQueue(sqs, messaging.endpoint, { visibilityTimeoutMs: 1000, maxReceives: 2 });
  events = [];
});

afterEach(async () => {
  await mapping?.stop();
  mapping = undefined;
  sqs.destroy();
  await messaging.close();
});

function start(invoke: MappingOptions['invoke'], options: Partial<MappingOptions> = {}): EventSourceMapping {
  mapping = startEventSourceMapping({
    sqs,
    queue: queue.alerts,
    invoke,
    batchSize: 10,
    maximumConcurrency: 2,
    longPollSeconds: 1,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return mapping;
}

async function send(body: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> {
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  const { MessageId = '' } = await sqs.send(
    new SendMessageCommand({ QueueUrl: queue.alerts.url, MessageBody: body, MessageAttributes }),
  );
  return MessageId;
}

const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);
const deleted = () => events.flatMap((event) => (event.kind === 'deleted' ? event.messageIds : []));
const keptFor = () => events.flatMap((event) => (event.kind === 'kept' ? [event.why] : []));
const left = async () => {
  const { ready, inFlight } = await messaging.inspect(queue.alerts.name);
  return ready.length + inFlight.length;
};

test('hands a message over as Lambda does', async () => {
  const records: SQSRecord[] = [];
  start(async ({ Records }) => {
    records.push(...Records);
  });
  const messageId = await send('{"version":1}', { source: 'manual' });
  await eventually('the delivery', () => records[0]);
  expect(records).toEqual([
    {
      messageId,
      receiptHandle: expect.any(String),
      body: '{"version":1}',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: account.id,
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        source: { stringValue: 'manual', stringListValues: [], binaryListValues: [], dataType: 'String' },
      },
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      md5OfBody: '77efb8e3fa276d4674932392a66555e4',
      eventSource: 'aws:sqs',
      eventSourceARN: queue.alerts.arn,
      awsRegion: 'us-east-1',
    },
  ]);
});

describe('after the function has answered', () => {
  test('deletes the whole batch when nothing has failed', async () => {
    const messageId = await send('fine');
    start(async () => ({ batchItemFailures: [] }));
    await eventually('the deletion', () => deleted().includes(messageId));
    expect(await left()).toBe(0);
    expect(keptFor()).toEqual([]);
  });

  test('deletes what has not failed, and brings back what has when its visibility ends', async () => {
    const [good, bad] = [await send('good'), await send('bad')];
    const counts: string[] = [];
    start(async ({ Records }) => {
      const failed = Records.find(({ body }) => body === 'bad');
      counts.push(failed?.attributes.ApproximateReceiveCount ?? '-');
      return { batchItemFailures: counts.length === 1 ? [{ itemIdentifier: failed?.messageId }] : [] };
    });
    await eventually('the second delivery', () => deleted().includes(bad));
    expect(deleted()).toEqual([good, bad]);
    expect(counts).toEqual(['1', '2']);
    // The function has named it: that is no failure of the batch.
    expect(keptFor()).toEqual([undefined]);
  });

  test.each([
    [
      'throws',
      () => Promise.reject(new Error('Task timed out after 60.00 seconds')),
      'Task timed out after 60.00 seconds',
    ],
    [
      'names a message that is not in the batch',
      async () => ({ batchItemFailures: [{ itemIdentifier: 'stranger' }] }),
      'the function returned stranger, which is no message of the batch',
    ],
    ['returns something else', async () => 'ok', 'the function returned no batch response'],
  ])('deletes nothing when it %s', async (_, invoke, why) => {
    await send('first');
    await send('second');
    start(invoke);
    await eventually('the failure', () => keptFor()[0]);
    expect(keptFor()).toEqual([why]);
    expect(deleted()).toEqual([]);
    expect(await left()).toBe(2);
  });

  test('leaves a message that fails again and again to the dead letters', async () => {
    await send('poison');
    let deliveries = 0;
    start(async ({ Records }) => {
      deliveries += 1;
      // As the function does: it comes back at once, instead of after the visibility timeout.
      for (const { receiptHandle: ReceiptHandle } of Records)
        await sqs.send(
          new ChangeMessageVisibilityCommand({ QueueUrl: queue.alerts.url, ReceiptHandle, VisibilityTimeout: 0 }),
        );
      throw new Error('no');
    });
    const dead = await eventually(
      'the redrive',
      async () => (await messaging.inspect(queue.deadLetters.name)).ready[0],
    );
    expect(dead.body).toBe('poison');
    expect(deliveries).toBe(2);
    expect(await left()).toBe(0);
  });
});

describe('a batch', () => {
  test('has ten messages at the most', async () => {
    for (let at = 0; at < 12; at += 1) await send(`${at}`);
    const sizes: number[] = [];
    start(async ({ Records }) => {
      sizes.push(Records.length);
    });
    await eventually('all deletions', () => deleted().length === 12);
    expect(sizes).toEqual([10, 2]);
  });

  test('waits while as many as allowed are under way', async () => {
    for (const body of ['1', '2', '3']) await send(body);
    const gate = createGate();
    const begun: string[] = [];
    start(
      async (event) => {
        begun.push(...bodiesOf(event));
        await gate.passed;
      },
      { batchSize: 1 },
    );
    await eventually('two invocations', () => begun.length === 2);
    // The third is not even received, so others could have it.
    expect((await messaging.inspect(queue.alerts.name)).ready.map(({ body }) => body)).toEqual(['3']);
    gate.open();
    await eventually('the third invocation', () => begun.length === 3);
  });
});

describe('stop', () => {
  test('waits for the invocation that runs, and deletes its messages', async () => {
    const gate = createGate();
    const running = createGate();
    start(async () => {
      running.open();
      await gate.passed;
    });
    const messageId = await send('slow');
    await running.passed;
    const stopped = mapping?.stop();
    gate.open();
    await stopped;
    expect(deleted()).toEqual([messageId]);
  });

  test('takes no message with it', async () => {
    await start(async () => undefined).stop();
    await send('after');
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue.alerts.url, MessageSystemAttributeNames: ['All'] }),
    );
    expect(Messages.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([
      ['after', '1'],
    ]);
  });
});

test('goes on when the queue answers again', async () => {
  const late = { ...queue.alerts, url: queue.alerts.url.replace('alerts', 'not-yet') };
  start(async () => undefined, { queue: late });
  await eventually('the failure', () => events.find(({ kind }) => kind === 'queue-failed'));
  await sqs.send(new CreateQueueCommand({ QueueName: 'edge-scale-out-not-yet' }));
  await sqs.send(new SendMessageCommand({ QueueUrl: late.url, MessageBody: 'here' }));
  await eventually('the delivery', () => deleted()[0]);
});
