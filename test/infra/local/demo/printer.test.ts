import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { createEventPrinter } from '../../../../infra/local/demo/event-printer.ts';
import { createPrinter, wrap } from '../../../../infra/local/demo/printer.ts';

test('wraps between words, and leaves a word that is longer than a line whole', () => {
  expect(wrap('buy one for 180 CNY', 10)).toEqual(['buy one', 'for 180', 'CNY']);
  expect(wrap('key manual/edge-test/1 twice', 10)).toEqual(['key', 'manual/edge-test/1', 'twice']);
});

test('tells a purchase, and what the webhook answers, in lines of at most 80 columns, without colours where there is no terminal', async () => {
  const stream = new PassThrough();
  const printEvent = createEventPrinter(createPrinter(stream));
  const log = (entry: object) =>
    printEvent({ kind: 'log', name: 'scale-out', line: JSON.stringify({ level: 'INFO', ...entry }) });
  const why = 'load-demo is beyond its threshold by 10: add 1 (3 in the cluster, 0 on their way); buy 1 for 180 CNY';
  log({ message: 'decided', kind: 'buy', why });
  log({ message: 'job', kind: 'done', outcome: 'accepted', key: 'manual/edge-test/1', why: 'T-1' });
  log({ message: 'received', source: 'arms', messageId: 'm-1' });
  log({ level: 'WARN', message: 'refused', status: 401, reason: 'unauthorized' });
  stream.end();
  expect((await text(stream)).split('\n')).toEqual([
    '   decides: buy   load-demo is beyond its threshold by 10: add 1 (3 in the',
    '                  cluster, 0 on their way); buy 1 for 180 CNY',
    '   bought         task T-1',
    '   key            manual/edge-test/1',
    '   webhook        answers 202, with message m-1',
    '   webhook        answers 401: unauthorized',
    '',
  ]);
});

test('what a terminal would execute, or what would turn a line around, is shown as an escape', async () => {
  const stream = new PassThrough();
  const printer = createPrinter(stream);
  createEventPrinter(printer)({
    ...{ kind: 'log', name: 'scale-out' },
    line: JSON.stringify({
      level: 'WARN',
      message: 'dead-lettered',
      reason: 'invalid-field',
      why: 'key: k\u202e\u009b2J',
    }),
  });
  printer.line('a log line with \u001b]0;title\u0007');
  stream.end();
  expect((await text(stream)).split('\n')).toEqual([
    '   dead-lettered  invalid-field: key: k\\u202e\\u009b2J',
    'a log line with \\u001b]0;title\\u0007',
    '',
  ]);
});
