// npm run simulate: the proof, run for as long as you like.

import { availableParallelism, cpus } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../functions/cli/target/command-line.ts';
import { createCommand, endProgress, runCommand, showProgress } from '../support/command.ts';
import { figureLines } from '../support/figure-lines.ts';
import { mutants } from './mutants.ts';
import { type Report, runWorkers } from './run-workers.ts';
import { shrunkSteps } from './shrink.ts';
import type { Tally, Violation } from './tally.ts';
import type { Budget } from './ways.ts';
import { type HandlerName, handlers, historySeed } from './worker.ts';

interface Options {
  readonly histories: number;
  readonly seed: number;
  readonly workers: number;
  readonly baselines: boolean;
  readonly replay?: number;
  readonly exhaustive?: true;
  readonly depth?: readonly [faults: number, preemptions: number];
  readonly mutants?: true;
  readonly only?: string;
  readonly json?: true;
}

const seedNumber = wholeNumber(-(2 ** 31), 2 ** 32);

const command = createCommand(
  'simulate',
  'The purchase protocol, as shipped, in a deterministic world in which anything may fail at any step.',
  [
    '--histories 100000 --seed 7',
    '--exhaustive --depth 2,1',
    '--mutants --only "ARM without version"',
    '--replay -1640531397',
  ],
  '0 when no invariant broke (with --mutants: when every mutant was caught), 1 otherwise',
)
  .option('--histories <n>', 'random histories, and a tenth of them for each baseline', wholeNumber(1, 1e9), 20_000)
  .option('--seed <s>', 'the same seed gives the same histories', seedNumber, 1)
  .option('--workers <w>', 'processes; one per core, if not given', wholeNumber(1, 256), availableParallelism())
  .option('--no-baselines', 'ours only')
  .option('--exhaustive', 'small histories, with every placement of faults and preemptions')
  .option(
    '--depth <f,p>',
    'with --exhaustive: up to F faults and P preemptions, instead of any two deviations',
    (text) => {
      if (!/^\d,\d$/.test(text)) throw new InvalidArgumentError('Use two numbers from 0 to 9, such as 2,1.');
      return text.split(',').map(Number);
    },
  )
  .addOption(new Option('--mutants', 'seeded mistakes in the protocol: each must be caught').conflicts('exhaustive'))
  .option('--only <name>', 'with --mutants: one of them')
  .addOption(
    new Option('--replay <s>', 'the history of a seed, or of SEED:NUMBER, step by step, shrunk when it fails')
      .argParser((text) => {
        const [first = '', number] = text.split(':');
        return number === undefined ? seedNumber(first) : historySeed(seedNumber(first), wholeNumber(0, 1e9)(number));
      })
      .conflicts(['exhaustive', 'mutants']),
  )
  .option('--json', 'one JSON object as the last line');

/** Every placement of two deviations from the plain course. */
const anyTwo: Budget = { faults: 2, preemptions: 2, together: 2 };

async function compare(options: Options): Promise<number> {
  const { histories, seed, workers, baselines } = options;
  const report: Record<string, Report> = {};
  for (const handler of Object.keys(handlers) as HandlerName[]) {
    if (handler !== 'ours' && !baselines) continue;
    const share = handler === 'ours' ? histories : Math.ceil(histories / 10);
    const onProgress = (tally: Tally) => showProgress(`${handler}: ${tally.histories} of ${share}`);
    report[handler] = await runWorkers({ handler, seed, histories: share, workers, onProgress });
  }
  endProgress();
  return conclude(report, options);
}

async function exhaustive(options: Options, budget: Budget): Promise<number> {
  const report = await runWorkers({
    ...options,
    handler: 'ours',
    budget,
    onProgress: ({ histories }) => showProgress(`${histories} histories`),
  });
  endProgress();
  return conclude({ exhaustive: report }, options);
}

async function conclude(
  report: Readonly<Record<string, Report>>,
  { histories, seed, workers, json }: Options,
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

const titles = {
  histories: 'histories',
  steps: 'steps',
  jobs: 'jobs',
  purchases: 'purchases',
  doublePurchases: 'double',
  lostJobs: 'lost',
  capBreaches: 'over cap',
  stuckJobs: 'stuck',
  otherViolations: 'other',
} as const satisfies Partial<Record<keyof Tally, string>>;

function table(report: Readonly<Record<string, Report>>): string {
  const rows = Object.entries(report).map(([name, tally]) => [
    name,
    ...(Object.keys(titles) as (keyof typeof titles)[]).map((column) => String(tally[column])),
    String(Math.round(tally.histories / tally.seconds)),
  ]);
  return figureLines(['', ...Object.values(titles), 'histories/s'], rows).join('\n');
}

/** Random histories first; a mistake that needs a rare meeting of events is left to the exhaustive mode. */
async function catchMutants(options: Options): Promise<number> {
  const chosen = mutants.filter(({ name }) => options.only === undefined || name === options.only);
  if (chosen.length === 0)
    command.error(`error: --only: ${options.only} is none of the mutants of test/simulation/mutants.ts`);
  const results: { mutant: string; caughtAfter: number | undefined; by: string; what: string }[] = [];
  for (const [at, { name }] of chosen.entries()) {
    showProgress(`${at + 1} of ${chosen.length} mutants: ${name}`);
    const common = { ...options, handler: 'ours', mutant: name, stopAtViolation: true } as const;
    let [by, tally]: [string, Tally] = ['random', await runWorkers(common)];
    if (tally.violations.length === 0) [by, tally] = ['exhaustive', await runWorkers({ ...common, budget: anyTwo })];
    endProgress();
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

await runCommand(command, async () => {
  const options = command.opts<Options>();
  const { replay, exhaustive: isExhaustive, depth, only } = options;
  if (only !== undefined && !options.mutants) command.error('error: --only goes with --mutants only');
  if (depth && !isExhaustive) command.error('error: --depth goes with --exhaustive only');
  if (replay !== undefined) {
    await printShrunk(replay);
    return 0;
  }
  if (options.mutants) return catchMutants(options);
  if (!isExhaustive) return compare(options);
  if (!depth) return exhaustive(options, anyTwo);
  const [faults, preemptions] = depth;
  return exhaustive(options, { faults, preemptions, together: faults + preemptions });
});
