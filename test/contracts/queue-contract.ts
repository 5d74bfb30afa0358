// What the functions rely on, as facts about the alert queue that hold on every queue it can stand on.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlertMessage } from '../../functions/adapters/queue/queue.ts';
import { minute } from '../support/samples.ts';
import type { Kept, QueueBackend, QueueBench } from './queue-backends.ts';

// No character beyond U+FFFF: fauxqs refuses them in a body, which SQS does not.
const body = '{"reason":"Größe\\n容量"}\n';
/** The characters of a message, as the API reference of SendMessage lists them. */
const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u;

export function describeQueue(name: string, open: () => Promise<QueueBackend>): void {
  describe(`the alert queue on ${name}`, () => {
    let backend: QueueBackend | undefined;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend?.close());

    async function bench(): Promise<QueueBench> {
      if (!backend) throw new Error('the queue is not open yet');
      return backend.bench();
    }
    /** A queue with one message in flight. */
    async function received(attributes?: Record<string, string>): Promise<QueueBench & { message: AlertMessage }> {
      const its = await bench();
      await its.queue.enqueue(body, attributes);
      return { ...its, message: only(await its.receive()) };
    }
    /** What is on the queue besides the message in flight. */
    const others = async ({ alerts, message }: QueueBench & { message: AlertMessage }) =>
      (await alerts()).filter(({ messageId }) => messageId !== message.messageId);

    test('enqueue puts the very body and its attributes on the queue, to be received at once', async () => {
      const { queue, alerts, receive, deadLetters } = await bench();
      const messageId = await queue.enqueue(body, { source: 'grafana', cluster: 'edge' });
      expect(messageId).not.toBe('');
      const attributes = { source: 'grafana', cluster: 'edge' };
      expect(await alerts()).toEqual([{ messageId, body, attributes, waitMs: 0 }]);
      expect(await deadLetters()).toEqual([]);
      expect(only(await receive())).toMatchObject({ messageId, body, attributes, receiveCount: 1 });
    });

    test('enqueue needs no attributes, and gives each message an id of its own', async () => {
      const { queue, alerts } = await bench();
      const ids = [await queue.enqueue(body), await queue.enqueue(body)];
      expect((await alerts()).map(({ messageId, attributes }) => [messageId, attributes])).toEqual([
        [ids[0], {}],
        [ids[1], {}],
      ]);
      expect(new Set(ids).size).toBe(2);
    });

    test('defer puts the same alert on the queue again, delayed, and leaves the received copy to its receiver', async () => {
      const its = await received({ source: 'arms', cluster: 'edge' });
      await its.queue.defer(its.message, 42_000);
      const copy = only(await others(its));
      expect(copy).toMatchObject({ body, attributes: { source: 'arms', cluster: 'edge', deferrals: '1' } });
      expect(copy.waitMs).toBe(42_000);
      expect(await its.alerts()).toHaveLength(2);
      expect(await its.receive()).toEqual([]);
    });

    test('defer counts on from what the message has seen', async () => {
      const its = await received({ deferrals: '7' });
      await its.queue.defer(its.message, 1000);
      expect(only(await others(its)).attributes).toEqual({ deferrals: '8' });
    });

    test('defer and deadLetter keep when the alert arrived at first, how many jobs it had, and what its token allows', async () => {
      const kept = { arrivedAt: '1793001600000', jobs: '2', clusters: 'edge,north' };
      const its = await received(kept);
      await its.queue.defer(its.message, 1000);
      expect(only(await others(its)).attributes).toEqual({ ...kept, deferrals: '1' });
      await its.queue.deadLetter(its.message, 'conflict', 'new');
      expect(only(await its.deadLetters()).attributes).toMatchObject(kept);
    });

    test.each([
      [1, 1000],
      [1200, 2000],
      [15 * minute, 15 * minute],
    ])('defer waits %i ms in whole seconds, and never shorter', async (delayMs, waitMs) => {
      const its = await received();
      await its.queue.defer(its.message, delayMs);
      expect(only(await others(its)).waitMs).toBe(waitMs);
    });

    test('defer without a delay makes the alert receivable at once', async () => {
      const its = await received();
      await its.queue.defer(its.message, 0);
      expect(only(await others(its)).waitMs).toBe(0);
    });

    test('a message with as many attributes as SQS takes can be deferred and dead-lettered', async () => {
      const ten = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`sender-${n}`, 'x']));
      const { queue, message, deadLetters } = await received(ten);
      await queue.defer(message, 0);
      await queue.deadLetter(message, 'conflict', 'new');
      expect(only(await deadLetters()).attributes).toEqual({
        reason: 'conflict',
        detail: 'new',
        messageId: message.messageId,
      });
    });

    test('deadLetter keeps body and attributes, and says what is wrong and which message it was', async () => {
      const its = await received({ source: 'grafana', deferrals: '2' });
      await its.queue.deadLetter(its.message, 'unknown-cluster', 'cluster: "mars" is not in functions/config.ts');
      const letter = only(await its.deadLetters());
      expect(letter).toMatchObject({ body, waitMs: 0 });
      expect(letter.attributes).toEqual({
        source: 'grafana',
        deferrals: '2',
        reason: 'unknown-cluster',
        detail: 'cluster: "mars" is not in functions/config.ts',
        messageId: its.message.messageId,
      });
      expect(await others(its)).toEqual([]);
    });

    test('deadLetter tells its own reason of a message that was a dead letter before', async () => {
      const its = await received({ reason: 'not-json', detail: 'old', messageId: 'old' });
      await its.queue.deadLetter(its.message, 'conflict', 'new');
      const { messageId } = its.message;
      expect(only(await its.deadLetters()).attributes).toEqual({ reason: 'conflict', detail: 'new', messageId });
    });

    test.each([
      ['control characters', 'a\u0000b\u001b[31mc\u000bd', 'a\uFFFDb\uFFFD[31mc\uFFFDd'],
      ['whitespace', 'a\tb\r\nc ', 'a\tb\r\nc '],
      ['lone surrogates', '\uD800x\uDC00', '\uFFFDx\uFFFD'],
      ['pairs of surrogates', '🚀容', '🚀容'],
      ['what is no character', '\uFFFE\uFFFF', '\uFFFD\uFFFD'],
      ['nothing', '', '-'],
      ['much', 'x'.repeat(20_000), 'x'.repeat(20_000)],
    ])('deadLetter takes a detail of %s', async (_, detail, stored) => {
      const its = await received();
      await its.queue.deadLetter(its.message, 'not-json', detail);
      expect(only(await its.deadLetters()).attributes['detail']).toBe(stored);
    });

    test('deadLetter makes of every detail one that SQS takes', async () => {
      const its = await received();
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 0xffff }), async (text, unit) => {
          await its.queue.deadLetter(its.message, 'not-json', text + String.fromCharCode(unit));
        }),
        { numRuns: 50 },
      );
      const details = (await its.deadLetters()).map(({ attributes }) => attributes['detail']);
      expect(details).toHaveLength(50);
      for (const detail of details) expect(detail).toMatch(allowed);
    });

    test('carries JSON with any characters, and what is delivered is the same JSON', async () => {
      const odd = { alertname: 'load \uFFFE\uFFFF \u007F\uFEFF', instance: ['\uFFFF"\\\uFFFE', '\uD800'] };
      const its = await bench();
      await its.queue.enqueue(JSON.stringify(odd));
      const message = only(await its.receive());
      expect(JSON.parse(message.body)).toEqual(odd);
      // As it may come in from a sender that puts it on the queue by another way.
      const raw = { ...message, body: JSON.stringify(odd) };
      await its.queue.defer(raw, 1000);
      await its.queue.deadLetter(raw, 'conflict', 'why');
      for (const kept of [only(await others({ ...its, message })), only(await its.deadLetters())]) {
        expect(JSON.parse(kept.body)).toEqual(odd);
        expect(kept.body).toMatch(allowed);
      }
    });

    test('changeVisibility brings a message back after the delay instead of the visibility timeout', async () => {
      const its = await received();
      expectWait(only(await its.alerts()), 360_000);
      await its.queue.changeVisibility(its.message, 7_300);
      const hidden = only(await its.alerts());
      expect(hidden).toMatchObject({ messageId: its.message.messageId, body });
      expectWait(hidden, 8_000);
      expect(await its.receive()).toEqual([]);
    });

    test('changeVisibility throws for a message that is not in flight, as it is not carried out', async () => {
      const its = await received();
      await expect(its.queue.changeVisibility({ ...its.message, receiptHandle: 'of-nobody' }, 1000)).rejects.toThrow();
    });
  });
}

function only<T>(list: readonly T[]): T {
  const [one, ...more] = list;
  if (one === undefined || more.length > 0) throw new Error(`expected exactly one, found ${list.length}`);
  return one;
}

/** Give or take the time that the test itself took. */
function expectWait({ waitMs }: Kept, expected: number): void {
  expect(waitMs).toBeLessThanOrEqual(expected);
  expect(waitMs).toBeGreaterThan(expected - 7000);
}
