import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import * as z from 'zod/mini';

jest.setTimeout(180_000);

function crashTest(...args: readonly string[]) {
  const file = join(import.meta.dirname, 'crash-test.ts');
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' });
}

const bill = z.object({ purchases: z.number(), nodes: z.number() });
const reportSchema = z.object({
  kills: z.number(),
  killsByMoment: z.record(z.string(), z.number()),
  jobs: z.number(),
  endings: z.record(z.string(), z.number()),
  sold: bill,
  recorded: bill,
  violations: z.array(z.string()),
});
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, one) => total + one, 0);

test('functions that are killed at bad moments buy nothing twice and lose nothing', () => {
  const { status, stdout, stderr } = crashTest('--kills', '15', '--seed', '3', '--json');
  if (stdout === '') throw new Error(stderr);
  const report = reportSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  expect({ status, violations: report.violations }).toEqual({ status: 0, violations: [] });
  expect(report.kills).toBe(15);
  expect(sum(report.killsByMoment)).toBe(15);
  expect(sum(report.endings)).toBe(report.jobs);
  expect(report.recorded).toEqual(report.sold);
  // A test in which nothing was bought would prove nothing.
  expect(report.sold.purchases).toBeGreaterThan(0);
});
