// npm run model: the purchase protocol in every order of its steps, as far as small configurations go.
import { Option } from 'commander';
import { createCommand, endProgress, runCommand, showProgress } from '../support/command.ts';
import { type Entry, type Kind, type Row, runTable, table } from './run-table.ts';

interface Options {
  readonly only?: readonly string[];
  readonly quick?: true;
  readonly trace?: true;
  readonly list?: true;
  readonly json?: true;
}

const command = createCommand(
  'model',
  'The purchase protocol as a model: every order of the steps of its processes, of the service and of time, with crashes, ' +
    'lost answers and duplicates at any moment and as often as wanted. Breadth first, so the first violation has a ' +
    'shortest trace. All of it takes about four minutes.',
  ['', '--quick', '--only "two jobs"', '--only "FORGET keeps the version" --trace'],
  '0 when all configurations hold, all mutants are found and the harmless ones do no harm, 1 otherwise',
)
  .option('--only <name...>', 'one configuration or mutant, or several')
  .addOption(new Option('--quick', 'only those that a jest test runs').conflicts('only'))
  .option('--trace', 'with the shortest trace to each violation')
  .option('--list', 'the names, and nothing is run')
  .option('--json', 'one JSON object as the last line');

const titles: Readonly<Record<Kind, string>> = {
  configuration: 'Configurations: no invariant may break, and an end must stay reachable',
  mutant: 'Mutants: each must be found',
  harmless: 'Harmless: a second condition stands behind the one that is left out',
};

function main({ only, quick, trace, list, json }: Options): number {
  if (list) return print(table.map(({ kind, name }) => `${kind.padEnd(14)} ${name}`).join('\n'));
  const unknown = only?.find((name) => !table.some((entry) => entry.name === name));
  if (unknown !== undefined)
    command.error(`error: --only: ${unknown} is no configuration and no mutant, which --list shows`);
  const entries = table.filter((entry) => (only ? only.includes(entry.name) : !quick || entry.quick));

  const cpu = process.cpuUsage();
  const started = performance.now();
  const onProgress = (entry: Entry, states: number): void =>
    showProgress(
      `${entries.indexOf(entry) + 1} of ${entries.length}: ${entry.name}, ${states.toLocaleString('en')} states`,
    );
  let title: Kind | undefined;
  const onRow = (row: Row, { kind }: Entry): void => {
    endProgress();
    if (json) return;
    if (title !== kind) print(`${title ? '\n' : ''}${titles[kind]}`);
    title = kind;
    print(lineOf(row));
    if (trace || !row.expected) for (const step of row.trace ?? []) print(`      ${step}`);
  };
  const rows = runTable(entries, { onProgress, onRow });
  endProgress();
  const seconds = Math.round((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = Math.round((user + system) / 1e6);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const states = rows.reduce((sum, row) => sum + row.states, 0);
  const surprises = rows.filter(({ expected }) => !expected).map(({ name }) => name);
  if (json) print(JSON.stringify({ node: process.version, seconds, cpuSeconds, peakMb, states, surprises, rows }));
  else print(`\n${summary(rows, states, `${seconds} s (${cpuSeconds} s of CPU, ${peakMb} MB)`, surprises)}`);
  return surprises.length === 0 ? 0 : 1;
}

function lineOf({ name, kind, expected, states, violation, trace, seconds }: Row): string {
  const size = `${states.toLocaleString('en')} states`.padStart(16);
  const steps = trace ? `${trace.length} steps: ` : '';
  const found = violation ? `${steps}${violation}` : kind === 'mutant' ? 'NOT FOUND' : 'holds';
  return `  ${expected ? ' ' : '!'} ${name.padEnd(45)} ${size} ${seconds.toFixed(1).padStart(6)} s  ${found}`;
}

function summary(rows: readonly Row[], states: number, time: string, surprises: readonly string[]): string {
  const count = (kind: Kind): string => {
    const of = rows.filter((row) => row.kind === kind);
    return `${of.filter(({ expected }) => expected).length} of ${of.length}`;
  };
  return [
    `${states.toLocaleString('en')} states in ${time}: ${count('configuration')} configurations hold,`,
    `${count('mutant')} mutants found, ${count('harmless')} harmless.`,
    ...(surprises.length > 0 ? [`\nUnexpected: ${surprises.join(', ')}`] : []),
  ].join(' ');
}

function print(text: string): 0 {
  console.log(text);
  return 0;
}

await runCommand(command, () => main(command.opts<Options>()));
