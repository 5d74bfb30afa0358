import { beforeEach, expect, test } from '@jest/globals';
import { createEventPrinter } from '../../../../infra/local/demo/event-printer.ts';

let told: (readonly [string, string, string | undefined])[];
beforeEach(() => {
  told = [];
});
const printEvent = createEventPrinter({ labelled: (label, text, colour) => told.push([label, text, colour]) });
const log = (line: string | object) =>
  printEvent({ kind: 'log', name: 'announce', line: typeof line === 'string' ? line : JSON.stringify(line) });

test('an event that was announced is one quiet line, its subject', () => {
  log({ level: 'INFO', message: 'announced', state: 'bought', subject: 'edge: 3 nodes bought (alarm cpu-high)' });
  expect(told).toEqual([['event', 'edge: 3 nodes bought (alarm cpu-high)', 'dim']]);
});

test('numbers for CloudWatch are not for people', () => {
  log({ _aws: { Timestamp: 1, CloudWatchMetrics: [] }, Purchases: 1 });
  expect(told).toEqual([]);
});

test('what a function prints that is no line of its log stands out', () => {
  log('Segmentation fault');
  expect(told).toEqual([['announce', 'Segmentation fault', 'red']]);
});

test('a record that could not be announced stands out', () => {
  printEvent({ kind: 'stream-failed', sequenceNumber: '7', why: 'SNS is down' });
  expect(told).toEqual([['stream-failed', 'SNS is down', 'red']]);
});
