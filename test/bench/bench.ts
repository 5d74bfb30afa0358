// npm run bench: what an alert costs, beside what it could cost.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type PartName, partNames } from './part.ts';
import { asText, targetTable } from './render.ts';
import { pictureName, renderResults } from './results.ts';
import { fullScale, quickScale } from './scale.ts';

const help = `Measures the deployed bundles, beside an empty handler, the least that could do the job, and a handler of
off-the-shelf parts, against the local stand-ins. Progress goes to standard error.

  npm run bench                          all parts, a quarter of an hour on two quiet cores
  npm run bench -- cold-start calls      some of them
  npm run bench -- --write               all parts, into test/bench/RESULTS.md
  npm run bench --silent -- calls --json | tail -1

  sizes       of the bundles, and what an invocation loads of them
  cold-start  import and first invocation of fresh processes
  throughput  alerts per second and CPU per alert, in warm processes
  calls       to AWS and ACK, counted at the server
  memory      of one process over 100,000 alerts
  growth      of the cost with alerts, clusters and entries
  simulate    histories per second of the simulation

  --quick     as little as possible: shows that it works, its figures mean nothing
  --json      one JSON object as the last line, instead of the tables
  --write     to RESULTS.md and ${pictureName}; needs all parts
  --help

Ends with 0 when all was measured, whatever the figures say, 1 when something did not do what it had to, 2 for wrong usage.`;

class UsageError extends Error {}

interface Flags {
  readonly names: readonly PartName[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly write: boolean;
  readonly help: boolean;
}

function readFlags(args: readonly string[]): Flags {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => name !== 'all' && !partNames.some((part) => part === name));
  if (unknown !== undefined)
    throw new UsageError(`there is no part ${unknown}; the parts are ${partNames.join(', ')}, or all`);
  const all = positionals.length === 0 || positionals.includes('all');
  const names = partNames.filter((part) => all || positionals.includes(part));
  if (values.write && (names.length < partNames.length || values.quick))
    throw new UsageError('--write needs all parts, and not --quick');
  return { ...values, names };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const options = { quick: flag, json: flag, write: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

let interrupted = false;

/** @throws Error after Ctrl-C, so that everything that was started is stopped on the way out */
function progress(text: string): void {
  if (interrupted) throw new Error('interrupted');
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

async function main(): Promise<number> {
  const { names, quick, json, write, help: asksForHelp } = readFlags(process.argv.slice(2));
  if (asksForHelp) {
    console.log(help);
    return 0;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      interrupted = true;
    });
  // Loaded now only: wrong usage is told at once.
  const [{ describeMachine }, { runParts }] = await Promise.all([import('./machine.ts'), import('./parts.ts')]);
  const machine = describeMachine();
  const reports = await runParts(names, quick ? quickScale : fullScale, {
    onProgress: progress,
    onReport({ tables }) {
      progress('');
      if (!json) for (const table of tables) console.log(`${asText(table)}\n`);
    },
  });
  const all = [...reports.values()];
  const targets = all.flatMap((report) => report.targets);
  if (!json && targets.length > 0) console.log(asText(targetTable(targets)));
  if (write) {
    const here = (name: string) => join(import.meta.dirname, name);
    writeFileSync(here('RESULTS.md'), renderResults(machine, all));
    for (const { picture } of all) if (picture) writeFileSync(here(pictureName), await picture());
  }
  if (json) {
    const data = Object.fromEntries([...reports].map(([name, report]) => [name, report.data]));
    console.log(JSON.stringify({ quick, machine, targets, ...data }));
  }
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}; see --help`);
    else console.error(interrupted ? 'interrupted' : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
