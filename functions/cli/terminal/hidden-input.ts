// Asks a person for what must not be seen: on the screen, in the shell's history, or in the list of processes.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandFailed } from './errors.ts';

export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** All that was piped in. */
export const readAll = (input: Input): Promise<string> => text(input);

/**
 * Asks one question on a terminal. `say` takes the question; the answer to a hidden one is never echoed.
 * @throws CommandFailed when the person gives up (Ctrl-C, Ctrl-D)
 */
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
  // As a terminal, readline takes over the echo from the terminal itself: only so can it be left out.
  const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
  return new Promise((answered, gaveUp) => {
    say(`${question}${hidden ? ' (it is not shown)' : ''}: `);
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
