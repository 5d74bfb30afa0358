import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import * as z from 'zod/mini';

jest.setTimeout(180_000);

function bench(...args: readonly string[]) {
  const file = join(import.meta.dirname, 'bench.ts');
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' });
}

const figure = z.number().check(z.positive());
const reportSchema = z.object({
  targets: z.array(z.object({ what: z.string(), limit: z.string(), figure: z.string(), reached: z.boolean() })),
  sizes: z.array(
    z.object({
      name: z.string(),
      bytes: figure,
      loaded: z.optional(z.object({ byImport: figure, bySkip: figure, byPurchase: figure })),
    }),
  ),
  'cold-start': z.array(
    z.object({ name: z.string(), importMs: figure, callMs: figure, wallMs: figure, cpuMs: figure }),
  ),
  throughput: z.array(z.object({ side: z.string(), kind: z.string(), alertsPerSecond: figure, cpuMs: figure })),
  parsing: z.array(z.object({ alerts: figure, bytes: figure, jsonMs: figure, parseMs: figure, ratio: figure })),
  calls: z.array(
    z.object({ side: z.string(), name: z.string(), alerts: figure, calls: z.record(z.string(), z.number()) }),
  ),
  memory: z.array(z.object({ alerts: figure, heapBytes: figure, rssBytes: figure })),
  growth: z.array(
    z.object({ name: z.string(), along: z.string(), points: z.array(z.object({ x: z.number(), y: figure })) }),
  ),
  simulate: z.object({ histories: z.number(), historiesPerSecond: figure }),
  backtest: z.array(
    z.object({ name: z.string(), skippingMs: figure, everyMinuteMs: figure, allMs: figure, heapBytes: figure }),
  ),
});

test('measures all parts, in which everybody buys as often as they should', () => {
  const { status, stdout, stderr } = bench('--quick', '--json');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const report = reportSchema.parse(JSON.parse(stdout));

  const [scaleOut] = report.sizes;
  expect(scaleOut?.loaded?.byImport).toBeLessThan(scaleOut?.bytes ?? 0);
  // The HTTP client is loaded while the function starts, so a purchase loads no more than a skip.
  expect(scaleOut?.loaded?.bySkip).toBe(scaleOut?.loaded?.byPurchase);
  expect(report['cold-start'].map(({ name }) => name)).toEqual(
    'scale-out floor reference bare reconcile receive-alert announce'.split(' '),
  );
  expect(report.throughput.map(({ side, kind }) => `${side} ${kind}`)).toEqual([
    'ours buy',
    'ours replay',
    'ours skip',
    'ours look',
    'ours poison',
    'reference buy',
    'reference replay',
  ]);
  for (const { name, calls } of report.calls.filter((one) => one.name.includes('buy') && one.alerts === 1))
    expect(calls['ACK.ScaleOutCluster'] ?? 0).toBe(name.startsWith('replay') ? 0 : 1);
  // One write claims the key, one completes it, and a replay needs the first alone: it comes back with the old item.
  const ofReference = report.calls.filter(({ side }) => side === 'reference');
  expect(ofReference.find(({ name }) => name === 'buy')?.calls).toEqual({
    'DynamoDB.PutItem': 1,
    'DynamoDB.UpdateItem': 1,
    'ACK.ScaleOutCluster': 1,
  });
  expect(ofReference.find(({ name }) => name === 'replay of a buy')?.calls).toEqual({ 'DynamoDB.PutItem': 1 });
  expect(report.memory.map(({ alerts }) => alerts)).toEqual([10, 50, 100]);
  expect(new Set(report.growth.map(({ along }) => along))).toEqual(new Set(['alerts', 'clusters', 'entries']));
  expect(report.growth.filter(({ points }) => points.length < 2)).toEqual([]);
  expect(report.simulate.histories).toBe(10);
  expect(report.targets.length).toBeGreaterThan(20);
});
