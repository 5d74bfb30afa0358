// The commands in the test's own process: all but the file that node starts, which entry-point.test.ts is about.
import { Readable, Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { run as runProgram } from '../../functions/cli/program.ts';
import { createTerminal } from '../../functions/cli/terminal/terminal.ts';
import { type Environment, type Outcome, surroundings, temporaryDirectory, testClusters } from './support.ts';

/** What the commands of this suite find in functions/config.ts. */
const config: { clusters: unknown } = { clusters: testClusters };

/** Replaces what functions/config.ts has, until the next call. @param clusters null where there is no such file */
export function configure(clusters: unknown = testClusters): void {
  config.clusters = clusters;
}

export interface RunOptions {
  /** Standard input. */
  readonly input?: string;
  readonly now?: () => number;
  /** What is printed, as soon as it is. */
  readonly onPrint?: (text: string) => void;
  /** Standard output is a terminal so wide. */
  readonly columns?: number;
}

/** No AWS settings are in it but those that a test writes there. */
export const home = temporaryDirectory();

/**
 * A command as it is typed, such as `show k --json`, with 'quotes' around what has spaces in it. It runs in this process,
 * with nothing but these variables.
 */
export async function run(line: string, env: Environment = {}, options: RunOptions = {}): Promise<Outcome> {
  const { env: before } = process;
  process.env = { ...surroundings(home), ...env };
  const [stdout, stderr] = [keepText(options.onPrint), keepText()];
  if (options.columns !== undefined) Object.assign(stdout.stream, { isTTY: true, columns: options.columns });
  try {
    const code = await runProgram(wordsOf(line), {
      terminal: createTerminal(stdout.stream, stderr.stream),
      input: () => Readable.from([options.input ?? '']),
      env: process.env,
      now: options.now ?? Date.now,
      importConfig: async () => (config.clusters === null ? undefined : { config }),
      configName: 'functions/config.ts',
      files: { config: 'functions/config.ts', example: 'functions/config.ts' },
    });
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.env = before;
  }
}

const wordsOf = (line: string): string[] =>
  (line.match(/'[^']*'|\S+/g) ?? []).map((word) => (word.startsWith("'") ? word.slice(1, -1) : word));

function keepText(onText: (text: string) => void = () => undefined) {
  const chunks: string[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    chunks.push(chunk.toString());
    onText(chunk.toString());
    done();
  };
  return { stream: new Writable({ write }) as NodeJS.WriteStream, text: () => chunks.join('') };
}

export const linesOf = ({ stdout }: Outcome): string[] => stdout.trimEnd().split('\n');
/** What is printed after the line that says where the command works. */
export const tellsOf = (outcome: Outcome): string[] => linesOf(outcome).slice(1);

export function expectSuccess({ code, stderr }: Outcome): void {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

export function expectFailure({ code, stderr }: Outcome, expected: unknown): void {
  expect({ code, stderr }).toEqual({ code: 1, stderr: expected });
}

/** One line on standard error, which has this in it, and nothing printed. */
export function expectWrongUsage({ code, stdout, stderr }: Outcome, expected: string): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(expected);
}

/** Each row: what is wrong, the command, and what the line on standard error tells. */
export function testWrongUsage(env: Environment, rows: readonly (readonly [string, string, string])[]): void {
  describe('wrong usage is told in one line:', () => {
    test.each(rows)('%s', async (_what, line, expected) => {
      expectWrongUsage(await run(line, env), expected);
    });
  });
}
