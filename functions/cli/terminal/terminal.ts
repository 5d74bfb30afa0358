import { styleText } from 'node:util';
import { createLiveLine, type LiveLine } from './live-line.ts';
import { visible, visibleJson } from './visible.ts';

type Format = Parameters<typeof styleText>[0];

/** Results go to standard output, remarks and failures to standard error. All but the prompt is made visible first. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly json: (value: unknown) => void;
  readonly note: (text: string) => void;
  /** Adds no line break. */
  readonly prompt: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly fail: (text: string) => void;
  /** A progress line, on standard output or standard error. */
  readonly live: (where: 'results' | 'remarks') => LiveLine;
  /** Of standard output when it is a terminal: lines fit into it. */
  readonly columns: number | undefined;
  /** Plain when standard output is no terminal, or NO_COLOR is set. */
  readonly paint: (format: Format, text: string) => string;
}

export function createTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  const note = (text: string) => void stderr.write(`${visible(text)}\n`);
  const label = (format: Format, text: string) => styleText(format, text, { stream: stderr });
  return {
    print: (text) => void stdout.write(`${visible(text)}\n`),
    json: (value) => void stdout.write(`${visibleJson(value)}\n`),
    note,
    prompt: (text) => void stderr.write(text),
    warn: (text) => note(`${label('yellow', 'warning:')} ${text}`),
    fail: (text) => note(`${label('red', 'error:')} ${text}`),
    live: (where) => createLiveLine(where === 'results' ? stdout : stderr, Date.now),
    columns: stdout.isTTY ? stdout.columns || 80 : undefined,
    paint: (format, text) => styleText(format, text, { stream: stdout }),
  };
}
