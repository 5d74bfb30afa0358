// What the parts make of their figures. The figures are made up: they differ in what a verdict hangs on.
import { describe, expect, test } from '@jest/globals';
import { targetsOf as callTargets } from './calls-report.ts';
import { drawGrowth } from './growth-chart.ts';
import type { Series } from './growth-report.ts';
import { targetsOf as growthTargets } from './growth-report.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import { asMarkdown, asText } from './render.ts';
import { renderResults } from './results.ts';
import { exponent, median, slope, spread } from './statistics.ts';
import type { Cell } from './throughput-cells.ts';
import { targetsOf as throughputTargets } from './throughput-targets.ts';

describe('the statistics', () => {
  test('take the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test('tell how much samples differ, but for the outliers', () => {
    expect(spread([100, 100, 100, 100, 900])).toBe(0);
    expect(spread([90, 95, 100, 105, 110])).toBeCloseTo(0.05);
  });

  test('find the slope of a line and the power of a curve', () => {
    const line = [1, 2, 3, 4].map((x) => ({ x, y: 3 * x + 7 }));
    expect(slope(line)).toBeCloseTo(3);
    expect(exponent({ x: 10, y: 200 }, { x: 100, y: 20_000 })).toBeCloseTo(2);
    expect(exponent({ x: 10, y: 5 }, { x: 100, y: 5 })).toBe(0);
  });
});

describe('what was measured', () => {
  test('must not have failed', () => {
    expect(() => expectAnswered([{ batchItemFailures: [] }, { statusCode: 202 }, undefined])).not.toThrow();
    expect(() => expectAnswered([{ batchItemFailures: [{ itemIdentifier: 'm-1' }] }])).toThrow('m-1');
    expect(() => expectAnswered([{ statusCode: 401 }])).toThrow('401');
  });

  test.each([0, 2])('must have bought exactly what it should, not %d', (purchases) => {
    expect(() => expectBought({ calls: {}, purchases: 1 }, 1)).not.toThrow();
    expect(() => expectBought({ calls: {}, purchases }, 1)).toThrow(`${purchases} purchases instead of 1`);
  });
});

describe('a verdict', () => {
  const cell = (of: Partial<Cell>): Cell => ({
    side: 'ours',
    kind: 'buy',
    latency: 0,
    spread: 10,
    alertsPerSecond: 100,
    cpuMs: 2,
    ...of,
  });
  const reached = (all: readonly { readonly what: string; readonly reached: boolean }[], what: string) =>
    all.find((target) => target.what.startsWith(what))?.reached;

  test('on throughput and CPU follows the worst cell', () => {
    const kind = 'replay';
    const theirs = [10, 100].map((clusters) => cell({ kind, side: 'reference', spread: clusters, cpuMs: 2 }));
    const fast = cell({ kind, alertsPerSecond: 150, cpuMs: 1 });
    const slow = cell({ kind, alertsPerSecond: 149, spread: 100, cpuMs: 1.1 });
    expect(reached(throughputTargets([fast, ...theirs]), 'throughput of replays')).toBe(true);
    expect(reached(throughputTargets([fast, ...theirs]), 'CPU of a replay')).toBe(true);
    expect(reached(throughputTargets([fast, slow, ...theirs]), 'throughput of replays')).toBe(false);
    expect(reached(throughputTargets([fast, slow, ...theirs]), 'CPU of a replay')).toBe(false);
  });

  test('on a skip compares with the replay of the reference', () => {
    const theirs = cell({ side: 'reference', kind: 'replay', cpuMs: 2 });
    expect(reached(throughputTargets([cell({ kind: 'skip', cpuMs: 1 }), theirs]), 'CPU of a skip')).toBe(true);
    expect(reached(throughputTargets([cell({ kind: 'skip', cpuMs: 1.1 }), theirs]), 'CPU of a skip')).toBe(false);
  });

  test('on calls counts those of our side', () => {
    const buy = (calls: Readonly<Record<string, number>>) =>
      callTargets([
        { side: 'reference', name: 'buy', alerts: 1, calls: {} },
        { side: 'ours', name: 'buy', alerts: 1, calls },
      ]);
    const lean = { 'DynamoDB.GetItem': 1, 'DynamoDB.BatchGetItem': 1, 'DynamoDB.UpdateItem': 2, 'DynamoDB.PutItem': 1 };
    expect(reached(buy(lean), 'ledger calls of an accepted buy')).toBe(true);
    expect(reached(buy({ ...lean, 'DynamoDB.GetItem': 2 }), 'ledger calls of an accepted buy')).toBe(false);
    expect(reached(buy({ ...lean, 'DynamoDB.UpdateItem': 3 }), 'ledger calls of an accepted buy')).toBe(false);
    expect(reached(buy(lean), 'SQS calls')).toBe(true);
    expect(reached(buy({ ...lean, 'SQS.SendMessage': 1 }), 'SQS calls')).toBe(false);
  });

  test('on growth looks at the power between half of the way and the end', () => {
    const along = (ys: readonly number[]): Series[] => [
      { name: 'skip, done', along: 'entries', points: [0, 25, 50].map((x, i) => ({ x, y: ys[i] ?? 0 })) },
    ];
    expect(growthTargets(along([1, 2, 4]))[0]).toMatchObject({ reached: true, figure: 'grows with the power 1.00' });
    expect(growthTargets(along([1, 2, 8]))[0]).toMatchObject({ reached: false, figure: 'grows with the power 2.00' });
  });

  test('on growth with the alerts looks at the cost of all of them', () => {
    const along = (last: number): Series[] => [
      { name: 'alert', along: 'alerts', points: [10, 100, 1000].map((x) => ({ x, y: x === 1000 ? last : 1 })) },
    ];
    expect(growthTargets(along(1))[0]?.reached).toBe(true);
    expect(growthTargets(along(2))[0]?.reached).toBe(false);
  });
});

describe('the report', () => {
  const table = { title: 'Title', head: ['', 'ms'], rows: [['ours', '1.5']], note: 'A note.' };

  test('is a table in a terminal and in Markdown', () => {
    expect(asText(table)).toBe('Title\n\n       ms\nours  1.5\nA note.');
    expect(asMarkdown(table)).toBe('### Title\n\n|  | ms |\n|---|---:|\n| ours | 1.5 |\n\nA note.');
  });

  test('counts the targets that are reached, and names the machine', () => {
    const machine = { cores: 2, cpu: 'CPU', platform: 'linux', node: 'v24.0.0', load: 0.5, packages: { zod: '4.0.0' } };
    const target = (reached: boolean) => ({
      what: `target ${reached}`,
      limit: '1',
      figure: '2',
      reached,
      obstacle: 'A wall.',
    });
    const text = renderResults(machine, [{ data: {}, tables: [table], targets: [target(true), target(false)] }]);
    expect(text).toContain('1 of 2 targets are reached.');
    expect(text).toContain('| target false | NO | 1 | 2 |');
    expect(text).toContain('- target false: A wall.');
    expect(text).not.toContain('- target true: A wall.');
    expect(text).toContain('2 cores (CPU), linux, Node v24.0.0');
    expect(text).toContain('| ours | 1.5 |');
  });

  test('draws every series along its own axis', () => {
    const points = [1, 10].map((x) => ({ x, y: x }));
    const svg = drawGrowth([
      { name: 'alert, mixed', along: 'alerts', points },
      { name: 'import', along: 'clusters', points },
      { name: 'skip, done', along: 'entries', points },
    ]);
    expect(svg).toMatch(/^<svg .*<\/svg>$/s);
    for (const text of ['alert, mixed (alerts)', 'import (clusters)', 'skip, done (entries)'])
      expect(svg).toContain(text);
  });
});
