// The chart of a busy day stays a small part of a small page.
import { expect, test } from '@jest/globals';
import type { ClusterStatus } from '../../functions/cli/jobs/cluster-status.ts';
import type { Line } from '../../functions/cli/jobs/listing.ts';
import { lanes } from '../../functions/console/views/lanes.ts';
import { aPolicy, day, hour, minute, sampleAt } from '../support/samples.ts';

const view = { now: sampleAt, timeZone: 'UTC', mayAct: true, flags: '' };
const { limits } = aPolicy();
const status = (cluster: string): ClusterStatus => ({
  ...{ cluster, nodes: { total: 20, ready: 20 }, pending: 0, overdue: 0, limits },
  ...{ today: { used: 1, limit: 10 }, month: { spent: 0 } },
});
const line = (cluster: string, of: Partial<Line>): Line => ({
  ...{
    key: `manual/${cluster}/k`,
    cluster,
    state: 'completed',
    at: sampleAt,
    source: 'manual',
    count: 2,
    why: 'add 2',
  },
  ...of,
});
const chart = (names: readonly string[], lines: readonly Line[]): string =>
  lanes(names.map(status), lines, {}, view).toString();

test('ten thousand jobs in 24 clusters make a chart of less than 75 KB', () => {
  const names = Array.from({ length: 24 }, (_, i) => `edge-somewhere-${i}`);
  const lines = Array.from({ length: 10_000 }, (_, i): Line => {
    const cluster = names[i % names.length] ?? '';
    const at = sampleAt - (day * i) / 10_000;
    const bought = { at, came: { nodes: 2, at: Math.min(sampleAt, at + 7 * minute) } };
    return line(cluster, { key: `cloudwatch/${cluster}/${i}`, ...(i % 3 === 0 ? { state: 'skipped', at } : bought) });
  });
  expect(Buffer.byteLength(chart(names, lines))).toBeLessThan(75 * 1024);
});

test('purchases that are far enough apart have a label each, and lead to their jobs', () => {
  const page = chart(
    ['edge'],
    [line('edge', { key: 'a', at: sampleAt - hour }), line('edge', { key: 'b', at: sampleAt - 2 * hour, count: 3 })],
  );
  expect([...page.matchAll(/href="(job\?key=.)".*?>(\+\d)</g)].map(([, to, text]) => [to, text])).toEqual([
    ['job?key=b', '+3'],
    ['job?key=a', '+2'],
  ]);
});

test('what is on its way is drawn above the Ready nodes of its time, and above what was on its way before', () => {
  const page = chart(
    ['edge'],
    [
      line('edge', { state: 'accepted', key: 'a', at: sampleAt - 3 * hour }),
      line('edge', { state: 'accepted', key: 'b', at: sampleAt - 2 * hour, count: 3 }),
    ],
  );
  const boxes = [...page.matchAll(/<rect x="([\d.]+)%" width="([\d.]+)%" y="([\d.]+)" height="([\d.]+)"/g)];
  const [first = [], second = []] = boxes.map((box) => box.slice(1).map(Number));
  expect(boxes).toHaveLength(2);
  expect(first.slice(0, 2)).toEqual([87.5, 12.5]);
  expect(second.slice(0, 2)).toEqual([91.7, 8.3]);
  // The bottom of the second is the top of the first.
  expect((second[2] ?? 0) + (second[3] ?? 0)).toBeCloseTo(first[2] ?? 0, 0);
});
