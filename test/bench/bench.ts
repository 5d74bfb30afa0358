// npm run bench: what an alert costs, beside what it could cost.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument } from 'commander';
import { createCommand, endProgress, runCommand, showProgress } from '../support/command.ts';
import { partNames } from './part.ts';
import { asText, targetTable } from './render.ts';
import { pictureName, renderResults } from './results.ts';
import { fullScale, quickScale } from './scale.ts';

const command = createCommand(
  'bench',
  `Measures the deployed bundles, beside an empty handler, the least that could do the job, and a handler of
off-the-shelf parts, against the local stand-ins. All of it takes a quarter of an hour on two quiet cores.

  sizes       of the bundles, and what an invocation loads of them
  cold-start  import and first invocation of fresh processes
  network     the same with TLS, delays and a share of a processor, and warm purchases
  throughput  alerts per second and CPU per alert, in warm processes
  parsing     of groups of alerts, beside JSON.parse
  calls       to AWS and ACK, counted at the server
  memory      of one process over 100,000 alerts
  growth      of the cost with alerts, clusters and entries
  simulate    histories per second of the simulation
  backtest    of a month and a year of minutes, beside a loop over every minute`,
  ['', 'cold-start calls', '--write', 'calls --json | tail -1'],
  '0 when all was measured, whatever the figures say, 1 when something did not do what it had to',
)
  .addArgument(new Argument('[parts...]', 'what to measure; all, if none is given').choices([...partNames, 'all']))
  .option('--quick', 'as little as possible: shows that it works, its figures mean nothing')
  .option('--before <folder>', 'another checkout of this project, to be measured beside this one (network)')
  .option('--json', 'one JSON object as the last line, instead of the tables')
  .option('--write', `to RESULTS.md and ${pictureName}; needs all parts`);

interface Options {
  readonly quick?: true;
  readonly json?: true;
  readonly before?: string;
  readonly write?: true;
}

let interrupted = false;

/** @throws Error after Ctrl-C, so that everything that was started is stopped on the way out */
function progress(text: string): void {
  if (interrupted) throw new Error('interrupted');
  showProgress(text);
}

async function main(): Promise<number> {
  const { args } = command;
  const { quick = false, json, write, before } = command.opts<Options>();
  const names = partNames.filter((part) => args.length === 0 || args.includes('all') || args.includes(part));
  if (write && (names.length < partNames.length || quick))
    command.error('error: --write needs all parts, and not --quick');
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      interrupted = true;
    });
  // Loaded now only: wrong usage is told at once.
  const [{ describeMachine }, { runParts }] = await Promise.all([import('./machine.ts'), import('./parts.ts')]);
  const machine = describeMachine();
  const reports = await runParts(names, quick ? quickScale : fullScale, {
    before,
    onProgress: progress,
    onReport({ tables }) {
      endProgress();
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

await runCommand(command, () =>
  main().catch((error: unknown) => {
    if (!interrupted) throw error;
    console.error('interrupted');
    return 1;
  }),
);
