// Throws mutated alerts at parseAlert: every one must become jobs, be ignored or be poison with a reason, none may throw,
// and each must take less than 50 ms of CPU.
//   node test/fuzz/fuzz-alerts.ts --runs 1000000 --seed 1
import { parseArgs } from 'node:util';
import type { ParsedAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { parse } from '../fixtures/alerts/alert-fixtures.ts';
import { checkOutcome } from './check-outcome.ts';
import { payloadOfRun } from './fuzz.ts';

const help = `Usage: node test/fuzz/fuzz-alerts.ts [--runs N] [--seed S] [--first N] [--json]
  --runs N    how many payloads to try (100000)
  --seed S    which payloads: the same seed makes the same ones (1)
  --first N   number of the first run (0): with --runs 1 it repeats a single payload
  --json      print the report as JSON
Exit code 1 when a payload throws, has no sound outcome, or takes ${50} ms of CPU or more.`;

const maxCpuMs = 50;
const progressEveryMs = 5000;
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
  let shownAt = startedAt;
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
    const now = performance.now();
    if (now - shownAt < progressEveryMs) continue;
    shownAt = now;
    process.stderr.write(`${run - first + 1} of ${runs} runs, ${violations.length} violations\n`);
  }
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

/** @throws Error that names the option, for anything but a whole number from `min` up */
function wholeNumber(option: string, text: string, min: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= min) return number;
  throw new Error(`--${option}: ${text} is not allowed; use a whole number from ${min} up`);
}

function main(): void {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      first: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const [seed, first] = [wholeNumber('seed', values.seed, 0), wholeNumber('first', values.first, 0)];
  const report = fuzz(seed, first, wholeNumber('runs', values.runs, 1));
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else print(report);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
