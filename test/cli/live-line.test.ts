import { expect, test } from '@jest/globals';
import { createLiveLine } from '../../functions/cli/live-line.ts';

function aStream(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 20, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
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

test('is a line for each step elsewhere, without escape sequences', () => {
  const stream = aStream(false);
  const line = createLiveLine(stream, () => 0);
  for (const step of ['one', 'one', 'two']) line.update(step);
  line.end();
  expect(stream.written).toEqual(['one\n', 'two\n']);
});
