import { expect, test } from '@jest/globals';
import { createOutcomeTracker } from '../../../../infra/local/demo/message-outcomes.ts';
import type { EngineEvent } from '../../../../infra/local/engine-options.ts';

const received = (messageId: string, body: string): EngineEvent => ({
  kind: 'received',
  records: [
    {
      messageId,
      body,
      receiptHandle: 'r',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: 'me',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn',
      awsRegion: 'us-east-1',
    },
  ],
});
const logged = (entry: Readonly<Record<string, unknown>>): EngineEvent => ({
  kind: 'log',
  name: 'scale-out',
  line: JSON.stringify({ level: 'INFO', ...entry }),
});
const deleted = (messageId: string): EngineEvent => ({ kind: 'deleted', messageIds: [messageId] });
const accepted = { message: 'job', messageId: 'm1', kind: 'done', outcome: 'accepted', key: 'manual/a/1', why: 'T-1' };

test('a message has its result once the function has logged it and the message is off the queue, in either order', async () => {
  for (const order of [
    [logged(accepted), deleted('m1')],
    [deleted('m1'), logged(accepted)],
  ]) {
    const outcomes = createOutcomeTracker();
    const settled = outcomes.settled((body) => body === 'job', 10_000);
    for (const event of [received('m1', 'job'), ...order]) outcomes.onEvent(event);
    expect(await settled).toEqual({ outcome: 'accepted', key: 'manual/a/1', why: 'T-1' });
  }
});

test('a deferred message has the result of the message that takes its place', async () => {
  const outcomes = createOutcomeTracker();
  const settled = outcomes.settled((body) => body === 'job', 10_000);
  const waits = { message: 'job', messageId: 'm0', kind: 'defer', reason: 'busy', why: 'another purchase' };
  for (const event of [received('m0', 'job'), logged(waits), deleted('m0')]) outcomes.onEvent(event);
  for (const event of [received('m1', 'job'), logged(accepted), deleted('m1')]) outcomes.onEvent(event);
  expect(await settled).toMatchObject({ outcome: 'accepted' });
});

test('the result of another message is not its result', async () => {
  const outcomes = createOutcomeTracker();
  for (const event of [received('m1', 'other'), logged(accepted), deleted('m1')]) outcomes.onEvent(event);
  expect(await outcomes.settled((body) => body === 'job', 1)).toMatchObject({ outcome: 'unsettled' });
});

test('a message that is dead-lettered says why', async () => {
  const outcomes = createOutcomeTracker();
  const dead = { message: 'dead-lettered', messageId: 'm1', reason: 'not-json', why: 'the message is no JSON' };
  for (const event of [received('m1', 'poison'), logged(dead), deleted('m1')]) outcomes.onEvent(event);
  expect(await outcomes.settled(() => true, 10_000)).toEqual({
    outcome: 'dead-lettered',
    why: 'not-json: the message is no JSON',
  });
});

test('lines that are no entries of the log are passed over', async () => {
  const outcomes = createOutcomeTracker();
  outcomes.onEvent(received('m1', 'job'));
  outcomes.onEvent({ kind: 'log', name: 'scale-out', line: 'Error: what a crash leaves behind' });
  for (const event of [logged(accepted), deleted('m1')]) outcomes.onEvent(event);
  expect(await outcomes.settled(() => true, 10_000)).toMatchObject({ outcome: 'accepted' });
});
