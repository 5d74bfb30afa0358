// The short form of the proof. The long one is in test/RESULTS.md, and npm run simulate runs it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runHistory } from './history.ts';
import { editsOf, mutants, mutate } from './mutants.ts';

const longEnough = 20 * 60_000;

interface Printed {
  readonly code: number | null;
  readonly last: Record<string, unknown>;
}

/** As a process: under jest's module loader the same histories take far longer. */
function simulate(...args: readonly string[]): Promise<Printed> {
  const child = spawn(process.execPath, ['test/simulation/simulate.ts', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, last: JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown> });
    });
  });
}

const none = { doublePurchases: 0, lostJobs: 0, capBreaches: 0, stuckJobs: 0, otherViolations: 0, violations: [] };

test(
  'no invariant breaks in 20,000 random histories',
  async () => {
    const { code, last } = await simulate('--histories', '20000', '--seed', '20261123', '--no-baselines');
    expect(last).toMatchObject({ report: { ours: { histories: 20_000, ...none } } });
    expect(code).toBe(0);
  },
  longEnough,
);

test(
  'no invariant breaks however two faults or preemptions are placed in a small history',
  async () => {
    const { code, last } = await simulate('--exhaustive');
    expect(last).toMatchObject({ report: { exhaustive: none } });
    expect(code).toBe(0);
  },
  longEnough,
);

test(
  'each baseline buys twice in the histories in which ours does not',
  async () => {
    const { last } = await simulate('--histories', '1000', '--seed', '3');
    const { report } = last as { report: Record<string, { doublePurchases: number }> };
    const doubles = Object.fromEntries(
      Object.entries(report).map(([name, tally]) => [name, tally.doublePurchases > 0]),
    );
    expect(doubles).toEqual({ ours: false, 'naive retry': true, 'idempotency record': true, 'lease only': true });
  },
  longEnough,
);

describe('mutants', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('still fits the code: %s', (_, mutant) => {
    for (const edit of editsOf(mutant)) {
      const source = readFileSync(new URL(`../../functions/${edit.file}`, import.meta.url), 'utf8');
      expect(mutate(source, edit)).not.toBe(source);
    }
  });
});

test('a history repeats exactly', async () => {
  const traces = await Promise.all(
    [1, 2].map(async () => {
      const steps: string[] = [];
      await runHistory({ seed: 42, onStep: (line) => steps.push(line) });
      return steps;
    }),
  );
  expect(traces[0]).toEqual(traces[1]);
  expect(traces[0]?.length).toBeGreaterThan(10);
});
