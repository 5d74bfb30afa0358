import { expect, test } from '@jest/globals';
import { createLiveLine } from '../../../functions/cli/terminal/live-line.ts';

function aStream(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
}

test('is rewritten in place on a terminal, with the time that has passed, and taken away at the end', () => {
  const stream = aStream(true);
  let now = 0;
  const line = createLiveLine(stream, () => now);
  line.update('being sent');
  now = 65_000;
  line.update('being sent');
  line.end();
  const rewind = '\r\u001b[2K';
  expect(stream.written).toEqual([`${rewind}being sent (0 s)`, `${rewind}being sent (65 s)`, rewind]);
});

test('is cut to the width of the terminal', () => {
  const stream = aStream(true);
  createLiveLine(stream, () => 0).update('waits on the queue for long');
  expect(stream.written[0]?.slice(5)).toHaveLength(19);
});

test('is whole on a terminal that does not tell its width, as in a container', () => {
  const stream = aStream(true, 0);
  createLiveLine(stream, () => 0).update('waits on the queue');
  expect(stream.written[0]?.slice(5)).toBe('waits on the queue (0 s)');
});

test('is a line for each step elsewhere, without escape sequences', () => {
  const stream = aStream(false);
  const line = createLiveLine(stream, () => 0);
  for (const step of ['one', 'one', 'two']) line.update(step);
  line.end();
  expect(stream.written).toEqual(['one\n', 'two\n']);
});
