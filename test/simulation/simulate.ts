// npm run simulate: the proof, run for as long as you like.
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { mutants } from './mutants.ts';
import { type Report, runWorkers } from './run-workers.ts';
import { shrunkSteps } from './shrink.ts';
import type { Tally, Violation } from './tally.ts';
import type { Budget } from './ways.ts';
import { type HandlerName, handlers, historySeed } from './worker.ts';

const help = `The purchase protocol, as shipped, in a deterministic world in which anything may fail at any step.

  npm run simulate -- --histories 100000 --seed 7   random histories, and a tenth of them for each baseline
  npm run simulate -- --exhaustive                  small histories, with every placement of faults and preemptions
  npm run simulate -- --mutants                     seeded mistakes in the protocol: each must be caught
  npm run simulate -- --replay=-1640531397          the history of a seed, step by step, shrunk when it fails

  --histories N   how many (default 20000)
  --seed S        the same seed gives the same histories (default 1)
  --workers W     processes (default: one per core)
  --no-baselines  ours only
  --only NAME     with --mutants: one of them
  --depth F,P     with --exhaustive: up to F faults and P preemptions (default: any two deviations)
  --json          one JSON object as the last line
  --help

Ends with 0 when no invariant broke (with --mutants: when every mutant was caught), 1 otherwise, 2 for wrong usage.`;

interface Options {
  readonly histories: number;
  readonly seed: number;
  readonly workers: number;
  readonly json: boolean;
}

/** Every placement of two deviations from the plain course. */
const anyTwo: Budget = { faults: 2, preemptions: 2, together: 2 };

async function compare(options: Options, baselines: boolean): Promise<number> {
  const { histories, seed, workers, json } = options;
  const report: Record<string, Report> = {};
  for (const handler of Object.keys(handlers) as HandlerName[]) {
    if (handler !== 'ours' && !baselines) continue;
    const share = handler === 'ours' ? histories : Math.ceil(histories / 10);
    const onProgress = (tally: Tally) => progress(`${handler}: ${tally.histories} of ${share}`);
    report[handler] = await runWorkers({ handler, seed, histories: share, workers, onProgress });
  }
  progress('');
  return conclude(report, options, json);
}

async function exhaustive(options: Options, budget: Budget): Promise<number> {
  const report = await runWorkers({
    ...options,
    handler: 'ours',
    budget,
    onProgress: ({ histories }) => progress(`${histories} histories`),
  });
  progress('');
  return conclude({ exhaustive: report }, options, options.json);
}

async function conclude(
  report: Readonly<Record<string, Report>>,
  { histories, seed, workers }: Options,
  json: boolean,
): Promise<number> {
  const [name = '', ours] = Object.entries(report)[0] ?? [];
  if (!ours) return 1;
  const failures = ours.violations.length;
  const violations = await withSteps(ours.violations);
  if (json) {
    const full = { ...report, [name]: { ...ours, violations } };
    console.log(JSON.stringify({ seed, node: process.version, bound: 3 / ours.histories, report: full }));
    return failures === 0 ? 0 : 1;
  }
  console.log(
    `Seed ${seed}, ${workers} process(es), Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${Math.round(ours.seconds)} s\n`,
  );
  console.log(table(report));
  if (name === 'ours') {
    console.log(
      `\nFaults: ${Object.entries(ours.faults)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([fault, times]) => `${fault} ${times}`)
        .join(', ')}`,
    );
    if (failures === 0)
      console.log(
        `\nNo invariant broke: the chance that a history breaks one is below ${(3 / histories).toExponential(1)} (3/N, at 95 %).`,
      );
  } else if (failures === 0) console.log('\nNo invariant broke in any placement.');
  for (const { seed: failing, what } of violations)
    console.log(failing === undefined ? what : `seed ${failing}: ${what}`);
  const [first] = violations;
  if (first)
    console.log(
      `\nThe history of the first one${first.seed === undefined ? '' : ', without the faults that it does not need'}:`,
    );
  for (const step of first?.steps ?? []) console.log(`  ${step}`);
  return failures === 0 ? 0 : 1;
}

/** The first one gets its history: if it was drawn at random, without the faults that it does not need. */
async function withSteps([first, ...others]: readonly Violation[]): Promise<readonly Violation[]> {
  if (first?.seed === undefined) return first ? [first, ...others] : [];
  return [{ ...first, steps: await shrunkSteps(first.seed) }, ...others];
}

function table(report: Readonly<Record<string, Report>>): string {
  const columns = [
    'histories',
    'steps',
    'jobs',
    'purchases',
    'doublePurchases',
    'lostJobs',
    'capBreaches',
    'stuckJobs',
    'otherViolations',
  ] as const;
  const titles = [
    '',
    'histories',
    'steps',
    'jobs',
    'purchases',
    'double',
    'lost',
    'over cap',
    'stuck',
    'other',
    'histories/s',
  ];
  const lines = Object.entries(report).map(([name, tally]) => [
    name,
    ...columns.map((column) => String(tally[column])),
    String(Math.round(tally.histories / tally.seconds)),
  ]);
  const rows = [titles, ...lines];
  const widths = titles.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
}

/** Random histories first; a mistake that needs a rare meeting of events is left to the exhaustive mode. */
async function catchMutants(options: Options, only: string | undefined): Promise<number> {
  const results: { mutant: string; caughtAfter: number | undefined; by: string; what: string }[] = [];
  for (const { name } of mutants.filter((mutant) => only === undefined || mutant.name === only)) {
    const common = { ...options, handler: 'ours', mutant: name, stopAtViolation: true } as const;
    let [by, tally]: [string, Tally] = ['random', await runWorkers(common)];
    if (tally.violations.length === 0) [by, tally] = ['exhaustive', await runWorkers({ ...common, budget: anyTwo })];
    const [first] = tally.violations;
    results.push({ mutant: name, caughtAfter: first && tally.histories, by, what: first?.what ?? 'NOT CAUGHT' });
    const verdict = first ? `${by} ${tally.histories}` : 'NOT CAUGHT';
    if (!options.json) console.log(`${verdict.padEnd(18)} ${name.padEnd(42)} ${first?.what ?? ''}`);
  }
  const caught = results.filter(({ caughtAfter }) => caughtAfter !== undefined).length;
  console.log(
    options.json
      ? JSON.stringify({ mutants: results.length, caught, results })
      : `\n${caught} of ${results.length} mutants caught`,
  );
  return caught === results.length ? 0 : 1;
}

async function printShrunk(seed: number): Promise<void> {
  console.log(`\nThe history of seed ${seed}, without the faults that it does not need:`);
  for (const step of await shrunkSteps(seed)) console.log(`  ${step}`);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      histories: text,
      seed: text,
      workers: text,
      replay: text,
      only: text,
      depth: text,
      exhaustive: flag,
      mutants: flag,
      'no-baselines': flag,
      json: flag,
      help: flag,
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const options: Options = {
    histories: wholeNumber('histories', values.histories ?? '20000'),
    seed: wholeNumber('seed', values.seed ?? '1'),
    workers: wholeNumber('workers', values.workers ?? String(availableParallelism())),
    json: values.json,
  };
  if (values.replay !== undefined) {
    await printShrunk(
      values.replay.includes(':')
        ? historySeed(...pair('replay', values.replay, ':'))
        : wholeNumber('replay', values.replay),
    );
    return 0;
  }
  if (values.only !== undefined && !mutants.some(({ name }) => name === values.only))
    throw new TypeError(`--only: ${values.only} is none of the mutants, which --mutants lists`);
  if (values.depth !== undefined && !values.exhaustive) throw new TypeError('--depth goes with --exhaustive only');
  if (values.mutants) return catchMutants(options, values.only);
  if (!values.exhaustive) return compare(options, !values['no-baselines']);
  if (values.depth === undefined) return exhaustive(options, anyTwo);
  const [faults, preemptions] = pair('depth', values.depth, ',');
  return exhaustive(options, { faults, preemptions, together: faults + preemptions });
}

function wholeNumber(name: string, text: string): number {
  if (/^-?\d{1,10}$/.test(text)) return Number(text);
  throw new TypeError(`--${name}: ${text} is not a whole number`);
}

function pair(name: string, text: string, separator: string): [number, number] {
  const [first = '', second = ''] = text.split(separator);
  return [wholeNumber(name, first), wholeNumber(name, second)];
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // Wrong usage is told in one line, also when parseArgs finds it.
    const usage = error instanceof TypeError;
    console.error(usage ? `${error.message.split('. ')[0]}; see npm run simulate -- --help` : error);
    process.exitCode = usage ? 2 : 1;
  },
);
