// Prompts for a secret: it must not appear on the screen, in the shell history or in the list of processes.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandFailed } from './errors.ts';

export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

export const readAll = (input: Input): Promise<string> => text(input);

/** Asks one question on a terminal. A hidden answer is never echoed. @throws CommandFailed on Ctrl-C and Ctrl-D */
export function ask(
  input: Input,
  say: (text: string) => void,
  { question, hidden }: { readonly question: string; readonly hidden: boolean },
): Promise<string> {
  const echo = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden) say(chunk.toString());
      done();
    },
  });
  // With `terminal: true` readline does the echo, so it can be suppressed.
  const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
  return new Promise((answered, gaveUp) => {
    say(`${question}${hidden ? ' (hidden)' : ''}: `);
    lines.once('line', (line) => {
      answered(line);
      lines.close();
      if (hidden) say('\n');
    });
    lines.once('close', () => {
      gaveUp(new CommandFailed('nothing was stored'));
    });
  });
}
