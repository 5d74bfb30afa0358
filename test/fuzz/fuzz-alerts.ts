// Throws mutated alerts at parseAlert: every one must become jobs, be ignored or be poison with a reason, none may throw,
// and each must take less than 50 ms of CPU.
import { wholeNumber } from '../../functions/cli/target/command-line.ts';
import type { ParsedAlert } from '../../functions/domain/alerts/dialect.ts';
import { parse } from '../fixtures/alerts/alert-fixtures.ts';
import { createCommand, endProgress, runCommand, showProgress } from '../support/command.ts';
import { checkOutcome } from './check-outcome.ts';
import { payloadOfRun } from './fuzz.ts';

const maxCpuMs = 50;
const maxViolations = 10;

interface Violation {
  readonly run: number;
  readonly fixture: string;
  readonly problems: readonly string[];
  readonly payload: string;
}
interface Slowest {
  readonly run: number;
  readonly fixture: string;
  readonly bytes: number;
  readonly ms: number;
}
interface Report {
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  readonly runsPerSecond: number;
  /** By dialect, outcome and number of runs; poison with its reason. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly slowest: Slowest;
  readonly violations: readonly Violation[];
}

function fuzz(seed: number, first: number, runs: number): Report {
  const outcomes: Record<string, Record<string, number>> = {};
  const violations: Violation[] = [];
  let slowest: Slowest = { run: -1, fixture: 'none', bytes: 0, ms: 0 };
  const startedAt = performance.now();
  let run = first;
  for (; run < first + runs && violations.length < maxViolations; run++) {
    const { name, body } = payloadOfRun(seed, run);
    const problems = checkOutcome(body);
    if (problems.length === 0) {
      const { outcome, ms } = timed(body);
      if (ms >= maxCpuMs) problems.push(`takes ${ms.toFixed(1)} ms of CPU, allowed are less than ${maxCpuMs}`);
      if (ms > slowest.ms) slowest = { run, fixture: name, bytes: Buffer.byteLength(body), ms };
      count(outcomes, name, outcome);
    }
    if (problems.length > 0) violations.push({ run, fixture: name, problems, payload: body });
    showProgress(`${run - first + 1} of ${runs} runs, ${violations.length} violations`);
  }
  endProgress();
  const seconds = (performance.now() - startedAt) / 1000;
  const done = run - first;
  return { seed, runs: done, seconds, runsPerSecond: done / seconds, outcomes, slowest, violations };
}

/** One call by the wall clock; what looks slow gets a second look by CPU time, which other processes cannot spoil. */
function timed(body: string): { readonly outcome: ParsedAlert; readonly ms: number } {
  const startedAt = performance.now();
  const outcome = parse(body);
  const ms = performance.now() - startedAt;
  if (ms < maxCpuMs / 2) return { outcome, ms };
  const looks = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    parse(body);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return { outcome, ms: Math.min(...looks) };
}

function count(outcomes: Record<string, Record<string, number>>, name: string, outcome: ParsedAlert): void {
  const [dialect = name] = name.split('/');
  const kind = outcome.kind === 'poison' ? `poison ${outcome.reason}` : outcome.kind;
  const counts = outcomes[dialect] ?? {};
  outcomes[dialect] = counts;
  counts[kind] = (counts[kind] ?? 0) + 1;
}

function print(report: Report): void {
  const { runs, seed, seconds, runsPerSecond, outcomes, slowest, violations } = report;
  console.log(`${runs} runs with seed ${seed} in ${seconds.toFixed(1)} s: ${Math.round(runsPerSecond)} runs/s`);
  for (const [dialect, counts] of Object.entries(outcomes).toSorted(([a], [b]) => a.localeCompare(b)))
    for (const [kind, times] of Object.entries(counts).toSorted(([, a], [, b]) => b - a))
      console.log(`  ${dialect.padEnd(14)}${kind.padEnd(26)}${String(times).padStart(9)}`);
  console.log(`slowest: ${slowest.ms.toFixed(2)} ms (run ${slowest.run}, ${slowest.fixture}, ${slowest.bytes} bytes)`);
  for (const { run, fixture, problems, payload } of violations) {
    console.log(
      `VIOLATION in run ${run} of seed ${seed} (${fixture}); repeat it with --seed ${seed} --first ${run} --runs 1`,
    );
    for (const problem of problems) console.log(`  ${problem}`);
    console.log(`  payload: ${JSON.stringify(payload)}`);
  }
  console.log(violations.length === 0 ? 'every payload has a sound outcome' : `${violations.length} violations`);
}

const command = createCommand(
  'fuzz',
  'Throws mutated alerts of every dialect at the parser.',
  ['--runs 1000000 --seed 2', '--first 4711 --runs 1'],
  '0 when every payload has a sound outcome, 1 when one throws, has none, or takes too long',
)
  .option('--runs <n>', 'how many payloads', wholeNumber(1, 1e9), 100_000)
  .option('--seed <s>', 'which payloads: the same seed makes the same ones', wholeNumber(0, 2 ** 31), 1)
  .option('--first <n>', 'number of the first run: with --runs 1 it repeats a single payload', wholeNumber(0, 1e9), 0)
  .option('--json', 'print the report as JSON');

await runCommand(command, () => {
  const { seed, first, runs, json } = command.opts<{
    readonly seed: number;
    readonly first: number;
    readonly runs: number;
    readonly json?: true;
  }>();
  const report = fuzz(seed, first, runs);
  if (json) console.log(JSON.stringify(report, null, 2));
  else print(report);
  return report.violations.length === 0 ? 0 : 1;
});
