// A backtest of five minutes, computed by hand: four nodes of 100 each, used to 70 % at most. 300 needs five of them, and is 75 % of four.
import { describe, expect, test } from '@jest/globals';
import type { Transition } from '../../functions/backtest/load-alarm.ts';
import { perMinute, type Run, type RunKind } from '../../functions/backtest/result.ts';
import { minute, sampleAt } from '../support/samples.ts';
import { aWorld, backtestLoads, playLoads, pricedPolicy, steady } from './play-loads.ts';

const quick = { taskMinutes: 1, joinMinutes: 1 };
const of = (runs: readonly Run[], kind: RunKind): Run => {
  const found = runs.find((run) => run.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found;
};

test('comes out to the minute and the cent', async () => {
  const { runs, input } = await backtestLoads(steady(300, 5), { world: aWorld(quick) });
  expect(input.demand).toEqual(steady(4.2857, 5));
  // The alarm goes off with the third minute; the node is bought in it, boots in the next and is Ready in the one after that.
  const policy = of(runs, 'policy');
  expect(policy.purchases).toEqual([{ minute: 2, count: 1, got: 1, cents: 18_000, readyMinute: 4 }]);
  expect(perMinute(policy.ready, 5)).toEqual([4, 4, 4, 4, 5]);
  expect(perMinute(policy.paid, 5)).toEqual([4, 4, 5, 5, 5]);
  expect(policy.months).toEqual([{ month: '2026-11', nodes: 1, cents: 18_000 }]);
  expect(policy.figures).toEqual({
    ...{ nodesBought: 1, purchases: 1, renewals: 0, cents: 18_000, regretCents: 0 },
    ...{
      minutesShort: 4,
      spellsShort: 1,
      nodeMinutesShort: 4,
      mostShort: 1,
      mostNodes: 5,
      nodeHours: 0,
      idleNodeHours: 0,
    },
    minutesShortBy: { beforeAlarm: 2, onTheirWay: 2, otherwise: 0 },
    breachToReady: { median: 4, p95: 4 },
    // One of five nodes is missing in four of five minutes.
    elasticity: { underAccuracy: 16, overAccuracy: 0, underTimeshare: 80, overTimeshare: 0 },
    heldBackBy: { 'max-nodes': 0, 'max-per-day': 0, 'max-per-purchase': 0, budget: 0 },
    waited: {},
  });
  expect(policy.decisions).toEqual([
    {
      ...{ minute: 2, outcome: 'bought', count: 1 },
      says: 'edge-load is beyond its threshold by 5: add 1 (4 in the cluster, 0 on their way); buy 1 for 180 CNY',
      key: 'cloudwatch/edge/arn:aws:cloudwatch:eu-central-1:123456789012:alarm:edge-load/2026-11-11T08:02:00.000Z',
    },
  ]);
  for (const kind of ['fixed-fleet', 'optimum'] as const)
    expect(of(runs, kind)).toMatchObject({
      figures: { nodesBought: 1, cents: 18_000, minutesShort: 0, regretCents: 0 },
      ready: [[0, 5]],
    });
});

test('a limit holds back, and the rest of the time is short for it', async () => {
  const policy = pricedPolicy({ limits: { maxNodes: 5 } });
  // 420 needs six nodes, and is 35 beyond the threshold: the step asks for three.
  const { runs } = await backtestLoads(steady(420, 8), { policy, world: aWorld(quick) });
  expect(of(runs, 'policy').figures).toMatchObject({
    ...{ nodesBought: 1, minutesShort: 8, nodeMinutesShort: 2 * 4 + 1 * 4, mostShort: 2 },
    minutesShortBy: { beforeAlarm: 2, onTheirWay: 2, otherwise: 4 },
    heldBackBy: { 'max-nodes': 1 },
    regretCents: 18_000 - 36_000,
  });
  expect(of(runs, 'policy').decisions).toMatchObject([{ outcome: 'bought', count: 1, limit: 'max-nodes' }]);
});

test('nodes of the start that are not needed are idle', async () => {
  const { runs } = await backtestLoads([...steady(70, 60), ...steady(300, 5)]);
  // One of four is needed for an hour.
  expect(of(runs, 'policy').figures).toMatchObject({ idleNodeHours: 3, elasticity: { overTimeshare: 92.308 } });
});

describe('a lease that ends', () => {
  const loads = [...steady(300, 10), ...steady(100, 31 * 24 * 60)];
  // Bought in the minute 2 of 11 November; the node boots a minute later.
  const endsAt = 3 + 30 * 24 * 60;

  test('takes its node with it', async () => {
    const { runs } = await backtestLoads(loads, { world: aWorld({ ...quick, renew: false }) });
    const { ready, paid, figures } = of(runs, 'policy');
    expect(ready).toEqual([[0, 4], [4, 5], [endsAt, 4]]); // biome-ignore format: one line
    expect(paid).toEqual([[0, 4], [2, 5], [endsAt, 4]]); // biome-ignore format: one line
    expect(figures).toMatchObject({ renewals: 0, cents: 18_000 });
  });

  test('is paid for again where it is renewed', async () => {
    const { runs } = await backtestLoads(loads, { world: aWorld(quick) });
    const { ready, figures, months } = of(runs, 'policy');
    expect(ready).toEqual([[0, 4], [4, 5]]); // biome-ignore format: one line
    expect(figures).toMatchObject({ nodesBought: 1, renewals: 1, cents: 36_000 });
    expect(months).toEqual([
      { month: '2026-11', nodes: 1, cents: 18_000 },
      { month: '2026-12', nodes: 0, cents: 18_000 },
    ]);
  });
});

describe('the world', () => {
  test('refuses purchases for lack of stock, the same ones in every run', async () => {
    const again = { afterMinutes: 1, times: 100 };
    const policy = pricedPolicy({
      cooldownMinutes: 0,
      limits: { maxNodes: 900, maxPerDay: 900 },
      alarms: [{ name: 'edge-*', steps: [{ lowerBound: 0, add: 1 }], again }],
    });
    const world = aWorld({ ...quick, failPercent: 50 });
    const [{ decisions }, again2] = [
      await playLoads(steady(4000, 80), { policy, world }),
      await playLoads(steady(4000, 80), { policy, world }),
    ];
    const [refused, bought] = ['rejected', 'bought'].map((outcome) =>
      decisions.filter((one) => one.outcome === outcome),
    );
    expect(refused?.length).toBeGreaterThan(3);
    expect(bought?.length).toBeGreaterThan(3);
    expect(again2.decisions).toEqual(decisions);
  });

  test('lets schedules buy at their time', async () => {
    const policy = pricedPolicy({ schedules: [{ name: 'peak', at: 'cron(5 8 * * ? *)', reach: 6 }] });
    const { purchases, decisions } = await playLoads(steady(100, 20), { policy });
    expect(purchases).toMatchObject([{ minute: 5, count: 2 }]);
    expect(decisions).toMatchObject([{ key: 'schedule/edge/peak/2026-11-11T08:05:00.000Z', outcome: 'bought' }]);
  });

  test('plays the transitions of an alarm history as they were, whatever is bought', async () => {
    const reason = 'Threshold Crossed: 1 datapoint [75.0 (11/11/26 08:02:00)] was greater than the threshold (70.0).';
    const at = (minutes: number) => sampleAt + minutes * minute;
    const transitions: readonly Transition[] = [
      { at: at(2), alarm: 'edge-cpu', state: 'ALARM', reason },
      { at: at(40), alarm: 'edge-cpu', state: 'OK', reason: 'Threshold no longer crossed' },
    ];
    const again = { afterMinutes: 5, times: 5 };
    const policy = pricedPolicy({
      cooldownMinutes: 0,
      alarms: [{ name: 'edge-*', steps: [{ lowerBound: 0, add: 1 }], again }],
    });
    const { purchases, decisions } = await playLoads(steady(100, 60), {
      policy,
      world: aWorld({ alarm: { kind: 'recorded', transitions } }),
    });
    // Each time five minutes after the last node came, seven minutes after its purchase.
    expect(purchases.map((one) => one.minute)).toEqual([2, 14, 26, 38]);
    expect(decisions[1]?.says).toContain('(as it went off: it is no alarm on one metric with a fixed threshold)');
  });

  test('keeps the state of an alarm while few data are missing, and ends it when all are', async () => {
    const missing = (minutes: number) => Array.from({ length: minutes }, () => null);
    const alarmsOf = async (loads: readonly (number | null)[]) =>
      (await playLoads(loads, { policy: pricedPolicy({ cooldownMinutes: 0 }) })).decisions.map((one) => one.minute);
    // All of its window that is there is above the threshold, and the first of it is as old as the window.
    expect(await alarmsOf([300, null, 300, null, 300, 300])).toEqual([2]);
    // A single value, until it is so old.
    expect(await alarmsOf([...steady(200, 3), ...missing(6), 300, null, null])).toEqual([11]);
    // It goes off, and is not told anew after a gap of four; after one of six, it is.
    expect(await alarmsOf([...steady(300, 3), ...missing(4), ...steady(400, 3)])).toEqual([2]);
    expect(await alarmsOf([...steady(300, 3), ...missing(6), ...steady(400, 3)])).toEqual([2, 11]);
  });
});

test('an old trace is played later, and shown as it was recorded', async () => {
  const startAt = Date.parse('1998-06-12T08:00:00Z');
  const result = await backtestLoads(steady(300, 10), { startAt });
  expect(result.input.startAt).toBe(startAt);
  const text = JSON.stringify(result);
  expect(text).toContain('1998-06-12T08:02:00.000Z');
  expect(text).not.toContain('2026-');
  expect(of(result.runs, 'policy').months.map(({ month }) => month)).toEqual(['1998-06']);
});

test('the same request gives the same bytes', async () => {
  const loads = Array.from({ length: 400 }, (_, i) => 250 + 200 * Math.sin(i / 90));
  const ask = async () =>
    JSON.stringify(await backtestLoads(loads, { suggest: true, world: aWorld({ failPercent: 10 }) }));
  expect(await ask()).toBe(await ask());
});

test('shows two policies, and what differs', async () => {
  const against = { name: 'other.ts', policy: pricedPolicy({ cooldownMinutes: 3, limits: { maxNodes: 9 } }) };
  const { runs, differences } = await backtestLoads(steady(300, 5), { against });
  expect(runs.map(({ kind, name }) => [kind, name])).toEqual([
    ['policy', 'functions/config.ts'],
    ['against', 'other.ts'],
    ['once-per-alarm', 'buys once per alarm'],
    ['fixed-fleet', 'a fixed fleet'],
    ['optimum', 'knows the future'],
  ]);
  expect(differences).toEqual([
    { setting: 'limits.maxNodes', policy: '20', against: '9' },
    { setting: 'cooldownMinutes', policy: '10', against: '3' },
  ]);
});

test('suggests only what is short for less time than anything cheaper, within the limits', async () => {
  // A peak of twelve nodes, twice.
  const loads = [...steady(200, 60), ...steady(800, 120), ...steady(200, 60), ...steady(800, 120)];
  const { suggestions = [] } = await backtestLoads(loads, { suggest: true });
  expect(suggestions.length).toBeGreaterThan(2);
  expect(suggestions.filter(({ isToday }) => isToday)).toHaveLength(1);
  const front = suggestions.filter(({ isToday }, i) => !isToday || suggestions[i]?.changes.length === 0);
  for (const { nodesBought, cents } of front) {
    expect(cents).toBe(nodesBought * 18_000);
    expect(nodesBought).toBeLessThanOrEqual(10);
  }
  const other = front.filter(({ isToday }) => !isToday);
  expect(other.map(({ minutesShort }) => minutesShort)).toEqual(
    other.map(({ minutesShort }) => minutesShort).toSorted((a, b) => b - a),
  );
});
