import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { type StreamEvent, type StreamMapping, startStreamMapping } from '../../../infra/local/stream-mapping.ts';
import { createGate, createTestClock, eventually, type TestClock } from './support.ts';

let clock: TestClock;
let events: StreamEvent[];
/** Sequence numbers of each batch that the function got. */
let batches: (readonly (string | undefined)[])[];

beforeEach(() => {
  clock = createTestClock(0);
  [events, batches] = [[], []];
});

function start(answer: (numbers: readonly string[]) => unknown, batchSize = 10): StreamMapping {
  return startStreamMapping({
    async invoke({ Records }: DynamoDBStreamEvent) {
      const numbers = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
      batches.push(numbers);
      return answer(numbers);
    },
    batchSize,
    clock,
    onEvent: (event) => events.push(event),
  });
}

const record = (n: number): DynamoDBRecord => ({ dynamodb: { SequenceNumber: String(n) } });
const failing = (...numbers: readonly string[]) => ({
  batchItemFailures: numbers.map((itemIdentifier) => ({ itemIdentifier })),
});
const allDone = failing();

test('records go to the function in their order, one batch at a time', async () => {
  const gate = createGate();
  let running = 0;
  const mapping = start(async () => {
    running += 1;
    expect(running).toBe(1);
    await gate.passed;
    running -= 1;
    return allDone;
  }, 2);
  for (let n = 1; n <= 5; n += 1) mapping.take(record(n));
  gate.open();
  await mapping.stop();
  expect(batches).toEqual([['1'], ['2', '3'], ['4', '5']]);
});

test('a record that comes after all others were delivered is delivered, too', async () => {
  const mapping = start(() => allDone);
  mapping.take(record(1));
  await eventually('the first', () => batches.length === 1);
  mapping.take(record(2));
  await mapping.stop();
  expect(batches).toEqual([['1'], ['2']]);
});

describe('what fails', () => {
  test('comes again from the first that failed, with all behind it, until it succeeds', async () => {
    let left = 2;
    const mapping = start((numbers) => (numbers.includes('2') && left-- > 0 ? failing('2') : allDone));
    for (let n = 1; n <= 3; n += 1) mapping.take(record(n));
    await eventually('the first failure', () => events.length === 1 && clock.waiting() === 1);
    clock.pass(999);
    expect(clock.waiting()).toBe(1);
    clock.pass(1);
    await eventually('the second failure', () => events.length === 2 && clock.waiting() === 1);
    clock.pass(1000);
    await mapping.stop();
    expect(batches).toEqual([['1'], ['2', '3'], ['2', '3'], ['2', '3']]);
    expect(events[0]).toEqual({ kind: 'stream-failed', sequenceNumber: '2', why: 'the function asked for it again' });
  });

  test.each<[string, () => unknown, string]>([
    [
      'a function that throws',
      () => {
        throw new Error('Runtime exited');
      },
      'Runtime exited',
    ],
    ['an answer that is none', () => 'fine', 'the function returned no batch response'],
    ['a failure of a stranger', () => failing('7'), 'the function returned 7, which is no message of the batch'],
  ])('as a whole comes again as a whole: %s', async (_, answer, why) => {
    let calls = 0;
    const mapping = start(() => (calls++ === 0 ? answer() : allDone));
    mapping.take(record(1));
    await eventually('the failure', () => clock.waiting() === 1);
    clock.pass(1000);
    await mapping.stop();
    expect(batches).toEqual([['1'], ['1']]);
    expect(events).toEqual([{ kind: 'stream-failed', sequenceNumber: '1', why }]);
  });
});

describe('a stop', () => {
  test('delivers first what was taken', async () => {
    const gate = createGate();
    const mapping = start(() => gate.passed.then(() => allDone), 1);
    for (let n = 1; n <= 3; n += 1) mapping.take(record(n));
    const stopped = mapping.stop();
    gate.open();
    await stopped;
    expect(batches).toEqual([['1'], ['2'], ['3']]);
  });

  test('does not wait for the next attempt: there is one at once, and none after it', async () => {
    const mapping = start((numbers) => failing(...numbers));
    mapping.take(record(1));
    await eventually('the failure', () => clock.waiting() === 1);
    await mapping.stop();
    expect(batches).toEqual([['1'], ['1']]);
    expect(events).toHaveLength(2);
    expect(clock.waiting()).toBe(0);
  });

  test('of an idle mapping ends at once', async () => {
    await start(() => allDone).stop();
    expect(batches).toEqual([]);
  });
});
