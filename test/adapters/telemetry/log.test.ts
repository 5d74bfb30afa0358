import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLog } from '../../../functions/adapters/telemetry/log.ts';

let lines: Record<string, unknown>[] = [];

/** The logger writes to the streams of the process: here they are read instead of shown. */
beforeEach(() => {
  lines = [];
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      for (const line of String(chunk).split('\n').filter(Boolean)) lines.push(JSON.parse(line));
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const only = (): Record<string, unknown> => {
  expect(lines).toHaveLength(1);
  return lines[0] ?? {};
};

test.each(['info', 'warn', 'error'] as const)('%s writes one JSON line with the event and its fields', (level) => {
  createLog('scale-out')[level]('decided', { key: 'manual/edge/a', count: 3, kind: 'buy' });
  expect(only()).toMatchObject({
    level: level.toUpperCase(),
    message: 'decided',
    service: 'scale-out',
    key: 'manual/edge/a',
    count: 3,
    kind: 'buy',
  });
});

test('an event needs no fields, and tells when it happened', () => {
  const log = createLog('reconcile');
  log.info('reconciled');
  log.warn('parked');
  log.error('late-verdict');
  expect(lines.map(({ message, service }) => [message, service])).toEqual([
    ['reconciled', 'reconcile'],
    ['parked', 'reconcile'],
    ['late-verdict', 'reconcile'],
  ]);
  for (const { timestamp } of lines) expect(Date.parse(String(timestamp))).not.toBeNaN();
});

test('a text with line breaks stays on its line', () => {
  createLog('scale-out').info('job', { why: 'first\nsecond\u2028third' });
  expect(only()).toMatchObject({ why: 'first\nsecond\u2028third' });
});

test('every line tells to which invocation it belongs', () => {
  const log = createLog('scale-out');
  log.info('loaded');
  log.startInvocation('c0ffee-1');
  log.info('decided', { key: 'a' });
  log.info('answered', { requestId: 'of-alibaba' });
  log.startInvocation('c0ffee-2');
  log.warn('parked');
  expect(lines.map((line) => line['function_request_id'])).toEqual([undefined, 'c0ffee-1', 'c0ffee-1', 'c0ffee-2']);
  expect(lines[2]).toMatchObject({ requestId: 'of-alibaba' });
});

test('a field whose name the line has for itself is kept under another, and nothing else is said', () => {
  createLog('scale-out').info('answered', { kind: 'rejected', message: 'no money', level: 3 });
  expect(only()).toMatchObject({ message: 'answered', message_: 'no money', level: 'INFO', level_: 3 });
});

test('an error is its name, message and stack', () => {
  const error = new RangeError('out of it');
  createLog('scale-out').error('job-failed', { error, key: 'a' });
  const { key, error: logged } = only();
  expect(key).toBe('a');
  expect(logged).toEqual({ name: 'RangeError', message: 'out of it', stack: error.stack });
});

test('what else an error carries is not logged: it may hold the request, and so a secret', () => {
  const cause = Object.assign(new Error('inner'), { options: { body: 'hunter2' } });
  const error = Object.assign(new Error('outer', { cause }), {
    password: 'hunter2',
    request: { headers: { authorization: 'hunter2' } },
  });
  const log = createLog('scale-out');
  log.error('job-failed', { error });
  log.warn('help-failed', { error, found: { error } });
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('what JSON has no way to say does not keep a line from being written', () => {
  const round: { self?: unknown } = {};
  round.self = round;
  const log = createLog('scale-out');
  log.info('counted', { nodes: 3n });
  log.error('job-failed', { round, key: 'a' });
  expect(lines).toEqual([
    expect.objectContaining({ message: 'counted', nodes: '3' }),
    expect.objectContaining({ message: 'job-failed', level: 'ERROR', unwritable: expect.stringContaining('circular') }),
  ]);
});
