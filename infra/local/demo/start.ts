// `npm start`: brings the engine up, sends it one of everything, shows what became of each, and stays up.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEngine } from '../engine.ts';
import { createEventPrinter } from './event-printer.ts';
import { createOutcomeTracker } from './message-outcomes.ts';
import { printNextSteps } from './next-steps.ts';
import { createPrinter, type Printer } from './printer.ts';
import { reportResults } from './results.ts';
import { runDemo } from './run-demo.ts';

const usage = `Runs the whole system on this machine: nothing is bought, and nothing leaves it.

Usage: npm start -- [options]

  --once   stop when the demo has ended; the exit code is 0 if everything ended as it should
  --json   print one JSON object with the numbers as the last line
  --logs   print the functions' own log lines, too
  --help   print this

Examples:
  npm start                           watch the demo, then try the commands that it prints
  npm start -- --once                 a check that takes a few seconds
  npm start --silent -- --once --json | tail -1
`;

interface Flags {
  readonly once: boolean;
  readonly json: boolean;
  readonly logs: boolean;
  readonly help: boolean;
}

function readFlags(args: readonly string[]): Flags | { readonly problem: string } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { once: flag, json: flag, logs: flag, help: flag } }).values;
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return { problem: `${problem}; npm start -- --help lists what there is` };
  }
}

/** @param interrupted resolves when the user has had enough. @returns the exit code */
async function run({ once, json, logs }: Flags, printer: Printer, interrupted: Promise<void>): Promise<number> {
  const outcomes = createOutcomeTracker();
  const printEvent = createEventPrinter(printer);
  const startedAt = performance.now();
  printer.line('Starting, on 127.0.0.1 only');
  const engine = await startEngine({
    // Once a minute, as deployed, is too seldom to watch.
    reconcileEveryMs: 2000,
    // It is gone before anybody could use it, and must not hide one that runs.
    register: !once,
    // A check counts what the demo sends. The demo fires a schedule of its own.
    firesSchedules: !once,
    onEvent(event) {
      if (logs && event.kind === 'log') printer.line(event.line);
      else printEvent(event);
      outcomes.onEvent(event);
    },
  });
  printer.line(`Up after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);

  async function demonstrate(): Promise<number> {
    const results = await runDemo(engine, outcomes, printer);
    const { summary, isWell } = await reportResults(engine, results, printer);
    if (!once) printNextSteps(printer, engine, summary.requests[0]);
    if (json) printer.line(JSON.stringify(summary));
    return isWell ? 0 : 1;
  }

  try {
    const code = await Promise.race([demonstrate(), interrupted.then(() => 130)]);
    if (!once) await interrupted;
    return once || code !== 130 ? code : 0;
  } finally {
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
    // Not `once`: npm passes on the signal that the terminal has sent to every process already.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
    // Whoever read the output has gone.
    process.stdout.on('error', end);
  });
  try {
    process.exitCode = await run(flags, createPrinter(process.stdout), interrupted);
  } catch (error) {
    // A terminal interrupts the processes of an engine that is starting as well: that they end is no fault then, but may be
    // heard of first.
    await Promise.race([interrupted, delay(200)]);
    if (isOver) process.exitCode = flags.once ? 130 : 0;
    else {
      process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}
