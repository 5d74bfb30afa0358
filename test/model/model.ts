// npm run model: the purchase protocol in every order of its steps, as far as small configurations go.
import { parseArgs } from 'node:util';
import { type Entry, type Kind, type Row, runTable, table } from './run-table.ts';

const help = `The purchase protocol as a model: every order of the steps of its processes, of the service and of time, with crashes,
lost answers and duplicates at any moment and as often as wanted. Breadth first, so the first violation has a shortest trace.

  npm run model                                          all configurations, all mutants: about three minutes of CPU
  npm run model -- --quick                               the short form: a few of each
  npm run model -- --only "two jobs"                     one configuration
  npm run model -- --only "FORGET keeps the version" --trace   one mutant, and how it does harm
  npm run model -- --list                                the names

  --only NAME   one configuration or mutant (may be repeated)
  --quick       only those that a jest test runs
  --trace       with the shortest trace to each violation
  --list        the names, and nothing is run
  --json        one JSON object as the last line
  --help

Ends with 0 when all configurations hold, all mutants are found and the harmless ones do no harm, 1 otherwise, 2 for wrong usage.`;

const titles: Readonly<Record<Kind, string>> = {
  configuration: 'Configurations: no invariant may break, and an end must stay reachable',
  mutant: 'Mutants: each must be found',
  harmless: 'Harmless: a second condition stands behind the one that is left out',
};

function main(): number {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      quick: flag,
      trace: flag,
      list: flag,
      json: flag,
      help: flag,
    },
  });
  if (values.help) return print(help);
  if (values.list) return print(table.map(({ kind, name }) => `${kind.padEnd(14)} ${name}`).join('\n'));
  if (values.quick && values.only) throw new TypeError('--quick and --only exclude each other');
  const entries = values.only ? named(values.only) : table.filter(({ quick }) => !values.quick || quick);

  const cpu = process.cpuUsage();
  const started = performance.now();
  const onProgress = progressOf(entries);
  let title: Kind | undefined;
  const onRow = (row: Row, { kind }: Entry): void => {
    clearProgress();
    if (values.json) return;
    if (title !== kind) print(`${title ? '\n' : ''}${titles[kind]}`);
    title = kind;
    print(lineOf(row));
    if (values.trace || !row.expected) for (const step of row.trace ?? []) print(`      ${step}`);
  };
  const rows = runTable(entries, { onProgress, onRow });
  clearProgress();
  const seconds = Math.round((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = Math.round((user + system) / 1e6);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const states = rows.reduce((sum, row) => sum + row.states, 0);
  const surprises = rows.filter(({ expected }) => !expected).map(({ name }) => name);
  if (values.json)
    print(JSON.stringify({ node: process.version, seconds, cpuSeconds, peakMb, states, surprises, rows }));
  else print(`\n${summary(rows, states, `${seconds} s (${cpuSeconds} s of CPU, ${peakMb} MB)`, surprises)}`);
  return surprises.length === 0 ? 0 : 1;
}

function named(names: readonly string[]): readonly Entry[] {
  const unknown = names.find((name) => !table.some((entry) => entry.name === name));
  if (unknown !== undefined)
    throw new TypeError(`--only: ${unknown} is no configuration and no mutant, which --list shows`);
  return table.filter(({ name }) => names.includes(name));
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

const lineEveryMs = 10_000;

/** In a terminal a line that moves, elsewhere a line from time to time. */
function progressOf(entries: readonly Entry[]): (entry: Entry, states: number) => void {
  let last = performance.now();
  return (entry, states) => {
    const text = `${entries.indexOf(entry) + 1} of ${entries.length}: ${entry.name}, ${states.toLocaleString('en')} states`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    else if (performance.now() - last > lineEveryMs) {
      last = performance.now();
      process.stderr.write(`${text}\n`);
    }
  };
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

function print(text: string): 0 {
  console.log(text);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  // Wrong usage is one line, also when parseArgs finds it.
  const usage = error instanceof TypeError;
  console.error(usage ? `${error.message.split('. ')[0]}; see npm run model -- --help` : error);
  process.exitCode = usage ? 2 : 1;
}
