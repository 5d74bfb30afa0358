import { describe, expect, test } from '@jest/globals';
import { renderBacktestPage } from '../../../functions/backtest/page/backtest-page.ts';
import { shortagesOf } from '../../../functions/backtest/page/shortages.ts';
import type { BacktestResult, DecisionMade } from '../../../functions/backtest/result.ts';
import { hostile, sampleResult } from './sample-result.ts';

const month = sampleResult({ days: 31 });
const [policy] = month.runs;

/** A month in which every minute's demand is another, and an alert buys, is cut or waits every quarter of an hour. */
function busyMonth(): BacktestResult {
  const decisions = Array.from(
    { length: 31 * 96 },
    (_, n): DecisionMade => ({
      minute: n * 15,
      outcome: (['bought', 'skipped', 'waited'] as const)[n % 3] ?? 'bought',
      count: n % 3 === 0 ? 1 : 0,
      says: `edge-beijing-cpu-${n} is beyond its threshold by ${n % 40}: add 3 (${n % 20} in the cluster, 2 on their way); buy 1 for 180 CNY`,
      key: `cloudwatch/edge-beijing/edge-beijing-cpu/${n}`,
    }),
  );
  const ready = Array.from({ length: 31 * 24 }, (_, hour) => [hour * 60, 3 + ((hour * 7) % 30)] as const);
  return {
    ...month,
    input: { ...month.input, demand: month.input.demand.map((_, minute) => ((minute * 7919) % 30_011) / 1000) },
    runs: month.runs.map((run) => ({ ...run, decisions, ready, paid: ready })),
  };
}

describe('the page of a backtest', () => {
  test('is the same bytes for the same result', () => {
    expect(renderBacktestPage(sampleResult({ days: 3 }))).toBe(renderBacktestPage(sampleResult({ days: 3 })));
  });

  test('is below 400 KB for a month of minutes, also for a busy one', () => {
    expect(Buffer.byteLength(renderBacktestPage(month))).toBeLessThan(150_000);
    expect(Buffer.byteLength(renderBacktestPage(busyMonth()))).toBeLessThan(400_000);
  });

  test('is below 400 KB for a year of minutes', () => {
    const { input, ...rest } = busyMonth();
    const minutes = 365 * 1440;
    const demand = Array.from({ length: minutes }, (_, minute) => input.demand[minute % input.minutes] ?? null);
    expect(Buffer.byteLength(renderBacktestPage({ ...rest, input: { ...input, minutes, demand } }))).toBeLessThan(
      400_000,
    );
  });

  test('escapes what others named', () => {
    const page = renderBacktestPage(month);
    expect(page).not.toContain(hostile);
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  test('leaves out decisions that bought nothing before others, and says how many', () => {
    const page = renderBacktestPage(busyMonth());
    const rows = page.match(/<tbody>.*<\/tbody>/s)?.[0] ?? '';
    expect(rows).toContain('edge-beijing-cpu-0 ');
    expect(page).toMatch(/2,\d\d\d more decisions/);
  });

  test('is made without a rival, an optimum, a price, a purchase or a suggestion', () => {
    const { currency: _, suggestions: __, ...rest } = sampleResult({ days: 1, against: false });
    const runs = rest.runs
      .filter(({ kind }) => kind === 'policy')
      .map((run) => ({
        ...run,
        months: [],
        purchases: [],
        decisions: [],
        ready: [[0, 3] as const],
        paid: [[0, 3] as const],
        limits: {},
      }));
    const page = renderBacktestPage({ ...rest, runs, assumptions: [], input: { ...rest.input, problems: [] } });
    expect(page).toContain('Nothing was decided');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('is no page without a policy', () => {
    expect(() => renderBacktestPage({ ...month, runs: [] })).toThrow('no run of a policy');
  });
});

test('finds every spell of shortage, with the minutes and node-minutes of the figures', () => {
  if (!policy) throw new Error('the sample has no policy');
  const shortages = shortagesOf(month.input, policy);
  const sum = (of: (one: (typeof shortages)[number]) => number) => shortages.reduce((total, one) => total + of(one), 0);
  expect({
    spells: shortages.length,
    minutes: sum(({ from, to }) => to - from),
    nodeMinutes: sum(({ nodeMinutes }) => nodeMinutes),
    most: Math.max(...shortages.map(({ most }) => most)),
  }).toEqual({
    spells: policy.figures.spellsShort,
    minutes: policy.figures.minutesShort,
    nodeMinutes: policy.figures.nodeMinutesShort,
    most: policy.figures.mostShort,
  });
});
