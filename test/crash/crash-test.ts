// npm run crash-test: kills the functions until their books would show it.
import { parseArgs } from 'node:util';
import { renderReport } from './report.ts';
import { type RunOptions, runCrashTest } from './run.ts';

const help = `Kills the bundled functions with SIGKILL, at random and at the worst moments, while the simulated service drops, delays
and executes late; then compares what was asked for, what the ledger says and what was sold, as multisets.

  npm run crash-test                                         100 kills, a minute or two
  npm run crash-test -- --kills 1000 --seed 7                more of them
  npm run crash-test --silent -- --kills 20 --json | tail -1

  --kills N      processes to kill (default 100)
  --seed S       the same seed asks for the same and kills at the same kinds of moments; the processes race (default 1)
  --processes P  of the queue function, beside those of two reconcilers (default 3)
  --json         one JSON object as the last line, instead of the tables
  --help

Ends with 0 when the multisets are equal, 1 when they are not, when something did not end and when it was interrupted (the
audit still comes then), 2 for wrong usage.`;

interface Flags extends Pick<RunOptions, 'kills' | 'seed' | 'processes'> {
  readonly json: boolean;
  readonly help: boolean;
}

class UsageError extends Error {}

function readFlags(args: readonly string[]): Flags {
  const { kills, seed, processes, json, help } = parse(args);
  return {
    kills: wholeNumber('kills', kills, 1, 1_000_000),
    seed: wholeNumber('seed', seed, 0, 1_000_000_000),
    processes: wholeNumber('processes', processes, 1, 50),
    json,
    help,
  };
}

function parse(args: readonly string[]) {
  const number = (initial: string) => ({ type: 'string', default: initial }) as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { kills: number('100'), seed: number('1'), processes: number('3'), json: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new UsageError(`--${name}: ${text} is not allowed; use a whole number from ${min} to ${max}`);
}

async function main(): Promise<number> {
  const { json, help: asksForHelp, ...flags } = readFlags(process.argv.slice(2));
  if (asksForHelp) {
    console.log(help);
    return 0;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const report = await runCrashTest({ ...flags, onProgress: console.error, signal: interrupted.signal });
  if (json) console.log(JSON.stringify({ ...flags, ...report, node: process.version }));
  else console.log(renderReport(report).join('\n'));
  return report.violations.length === 0 && report.kills === flags.kills ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof UsageError ? `${error.message}; see --help` : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
