import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { CommandFailed } from '../../../functions/cli/terminal/errors.ts';
import { ask, readAll } from '../../../functions/cli/terminal/hidden-input.ts';

/** A person at a terminal: what is typed goes in, and all that is said comes out. */
function aPerson() {
  const input = new PassThrough();
  const said: string[] = [];
  return { input, said, say: (text: string) => void said.push(text) };
}

test('a hidden answer is taken, and never shown', async () => {
  const { input, said, say } = aPerson();
  const answer = ask(input, say, { question: 'Password', hidden: true });
  input.write('aA1-secret\r');
  expect(await answer).toBe('aA1-secret');
  expect(said).toEqual(['Password (hidden): ', '\n']);
});

test('another answer is echoed, as the terminal itself does not', async () => {
  const { input, said, say } = aPerson();
  const answer = ask(input, say, { question: 'Access key ID', hidden: false });
  input.write('LTAI\r');
  expect(await answer).toBe('LTAI');
  expect(said.join('')).toContain('LTAI');
});

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s stores nothing', async (_key, typed) => {
  const { input, say } = aPerson();
  const answer = ask(input, say, { question: 'Password', hidden: true });
  input.write(typed);
  await expect(answer).rejects.toEqual(new CommandFailed('nothing was stored'));
});

test('a pipe is read to its end', async () => {
  const { input } = aPerson();
  input.end('one\ntwo\n');
  expect(await readAll(input)).toBe('one\ntwo\n');
});
