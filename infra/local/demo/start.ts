// `npm start`: starts the engine, sends it one message of each kind, prints the results, and keeps running.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { errorMessage } from '../../../functions/domain/problems.ts';
import { startEngine } from '../engine.ts';
import { createEventPrinter } from './event-printer.ts';
import { createOutcomeTracker } from './message-outcomes.ts';
import { printNextSteps } from './next-steps.ts';
import { createPrinter, type Printer } from './printer.ts';
import { reportResults } from './results.ts';
import { runDemo } from './run-demo.ts';

const usage = `Runs the whole system on this machine. Nothing is bought, and nothing is sent to other machines.

Usage: npm start -- [options]

  --once      stop after the demo; exit code 0 if all results are as expected
  --json      print a JSON summary as the last line
  --logs      print the log lines of the functions, too
  --inspect   let a debugger attach to the functions, and print where
  --help      print this

Examples:
  npm start                           run the demo, then try the commands that it prints
  npm start -- --inspect              then attach, set a breakpoint, and enqueue
  npm start -- --once                 a check that takes a few seconds
  npm start --silent -- --once --json | tail -1
`;

const breakpointMs = 3_600_000;

interface Flags {
  readonly once: boolean;
  readonly json: boolean;
  readonly logs: boolean;
  readonly inspect: boolean;
  readonly help: boolean;
}

function readFlags(args: readonly string[]): Flags | { readonly problem: string } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { once: flag, json: flag, logs: flag, inspect: flag, help: flag } })
      .values;
  } catch (error) {
    const [problem = ''] = errorMessage(error).split('. ');
    return { problem: `${problem}; see npm start -- --help` };
  }
}

/** @param interrupted resolves on Ctrl-C @returns the exit code */
async function run(
  { once, json, logs, inspect }: Flags,
  printer: Printer,
  interrupted: Promise<void>,
): Promise<number> {
  const outcomes = createOutcomeTracker();
  const printEvent = createEventPrinter(printer);
  let isTold = false;
  const startedAt = performance.now();
  printer.line('Starting, on 127.0.0.1 only');
  const engine = await startEngine({
    // Once a minute, as deployed, is too slow for a demo.
    reconcileEveryMs: 2000,
    // A short run must not replace another engine.
    register: !once,
    // With --once only the messages of the demo count.
    firesSchedules: !once,
    inspect,
    // A function waits at a breakpoint for as long as its reader needs.
    ...(inspect && { concurrency: 1, functionTimeoutMs: breakpointMs, visibilityTimeoutMs: breakpointMs }),
    onEvent(event) {
      outcomes.onEvent(event);
      // What comes late must not follow the summary.
      if (once && isTold) return;
      if (logs && event.kind === 'log') printer.line(event.line);
      else printEvent(event);
    },
  });
  printer.line(`Up after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  // Loaded on demand: a run with --once shows no page.
  const pages = once ? undefined : await (await import('./open-console.ts')).openConsole(engine);
  if (pages) {
    printer.line();
    printer.line(`${printer.paint('bold', 'See it in a browser:')} ${pages.link()}`);
  }

  async function demonstrate(): Promise<number> {
    const results = await runDemo(engine, outcomes, printer);
    isTold = true;
    const { summary, isWell } = await reportResults(engine, results, printer);
    if (pages) printNextSteps(printer, engine, summary.requests[0], pages.link());
    if (json) printer.line(JSON.stringify(summary));
    return isWell ? 0 : 1;
  }

  try {
    const code = await Promise.race([demonstrate(), interrupted.then(() => 130)]);
    if (!once) await interrupted;
    return once || code !== 130 ? code : 0;
  } finally {
    pages?.close();
    await engine.stop();
  }
}

const flags = readFlags(process.argv.slice(2));
if ('problem' in flags) {
  process.stderr.write(`npm start: ${flags.problem}\n`);
  process.exitCode = 2;
} else if (flags.help) process.stdout.write(usage);
else {
  let isOver = false;
  const interrupted = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      resolve();
    };
    // Not `once`: npm forwards the signal that the terminal has sent to every process.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
    // The reader has closed the pipe.
    process.stdout.on('error', end);
  });
  try {
    process.exitCode = await run(flags, createPrinter(process.stdout), interrupted);
  } catch (error) {
    // Ctrl-C also ends the processes of a starting engine, possibly before this process gets the signal.
    await Promise.race([interrupted, delay(200)]);
    if (isOver) process.exitCode = flags.once ? 130 : 0;
    else {
      process.stderr.write(`npm start: ${errorMessage(error)}\n`);
      process.exitCode = 1;
    }
  }
}
