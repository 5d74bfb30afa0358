// Each figure can be computed by hand. A node takes 70 of load before it is short of help; the alarm goes off with the third minute above
// that, and a purchase brings its nodes over four minutes, each Ready two and a half minutes later.
import { expect, test } from '@jest/globals';
import { runOf } from '../../functions/backtest/figures.ts';
import { demandOf } from '../../functions/backtest/trace.ts';
import { aPolicy, sampleAt } from '../support/samples.ts';
import { aTrace, aWorld, playLoads, steady } from './play-loads.ts';

const again = { afterMinutes: 5, times: 5 };
const byOne = [{ lowerBound: 0, add: 1 }];
const bySize = [
  { lowerBound: 0, upperBound: 20, add: 1 },
  { lowerBound: 20, add: 3 },
];
const calm = (minutes: number) => steady(200, minutes);
/** 50 % at first, then what eight nodes take, from the tenth minute on, and 50 % in the end. */
const ramp = (minutes: number) => [...calm(10), ...steady(560, minutes), ...calm(60)];
/** A little too much for four nodes, and soon as much as eight take. */
const rise = [...calm(10), ...steady(300, 4), ...steady(560, 106)];

test.each<{
  readonly name: string;
  readonly loads?: readonly number[];
  readonly rule: Omit<ReturnType<typeof aPolicy>['alarms'][number], 'name'>;
  readonly limits?: { readonly maxNodes?: number; readonly maxPerDay?: number; readonly maxPerPurchase?: number };
  readonly lagMinutes?: number;
  /** Minutes of the purchases. */
  readonly at: readonly number[];
  readonly most: number;
  readonly short: readonly [minutes: number, nodeMinutes: number];
  /** Minutes until it goes off. */
  readonly beforeAlarm?: number;
}>([
  {
    ...{ name: 'one alert buys once, and the cluster is short until the load falls', rule: { steps: byOne } },
    ...{ at: [12], most: 5, short: [120, 4 * 9 + 3 * 111] },
  },
  {
    ...{
      name: 'an alert that stands asks five minutes after nodes came, until it recovers',
      rule: { steps: byOne, again },
    },
    ...{ at: [12, 24, 36, 48], most: 8, short: [45, 4 * 9 + (3 + 2 + 1) * 12] },
  },
  {
    ...{ name: 'no ask gets past maxNodes', rule: { steps: byOne, again }, limits: { maxNodes: 6 } },
    ...{ at: [12, 24], most: 6, short: [120, 4 * 9 + 3 * 12 + 2 * 99] },
  },
  {
    ...{
      name: 'no ask gets past maxPerDay',
      rule: { steps: byOne, again },
      limits: { maxPerDay: 3, maxPerPurchase: 3 },
    },
    ...{ at: [12, 24, 36], most: 7, short: [120, 4 * 9 + (3 + 2) * 12 + 87] },
  },
  {
    ...{ name: 'it asks as often as its rule says', rule: { steps: byOne, again: { ...again, times: 1 } } },
    ...{ at: [12, 24], most: 6, short: [120, 4 * 9 + 3 * 12 + 2 * 99] },
  },
  {
    ...{ name: 'it asks nothing after its recovery', rule: { steps: byOne, again }, loads: ramp(14) },
    ...{ at: [12], most: 5, short: [14, 4 * 9 + 3 * 5] },
  },
  {
    ...{ name: 'it asks by the value of now', rule: { steps: bySize, again }, loads: rise },
    ...{ at: [12, 24], most: 8, short: [21, 4 + 4 * 5 + 3 * 9 + 2 * 2 + 1] },
  },
  {
    ...{ name: 'values that come late delay its alarm', rule: { steps: byOne }, loads: ramp(30) },
    ...{ lagMinutes: 2, at: [14], most: 5, short: [30, 4 * 11 + 3 * 19], beforeAlarm: 4 },
  },
])('$name', async ({ loads = ramp(120), rule, limits, lagMinutes = 0, at, most, short, beforeAlarm = 2 }) => {
  const policy = aPolicy({
    ...{ exclusive: true, cooldownMinutes: 3, alarms: [{ name: 'edge-*', ...rule }] },
    ...(limits && { limits }),
  });
  const played = await playLoads(loads, { policy, world: aWorld({ lagMinutes }) });
  const setting = { policy, startAt: sampleAt, demand: demandOf(aTrace(loads), 70), renew: true };
  const { figures, purchases } = runOf('policy', '', played, setting);
  expect(purchases.map(({ minute }) => minute)).toEqual(at);
  expect([figures.minutesShort, figures.nodeMinutesShort]).toEqual(short);
  expect(figures).toMatchObject({ mostNodes: most, nodesBought: most - 4, purchases: at.length });
  const { onTheirWay, otherwise } = figures.minutesShortBy;
  expect([figures.minutesShortBy.beforeAlarm, onTheirWay + otherwise]).toEqual([beforeAlarm, short[0] - beforeAlarm]);
});
