import { expect, test } from '@jest/globals';
import { readConfig } from '../../../functions/domain/config/schema.ts';
import type { Limits, Schedule } from '../../../functions/domain/config/types.ts';
import { aPolicy } from '../../support/samples.ts';

type Given = Pick<Schedule, 'at'> & Partial<Schedule>;

/** What is wrong with these schedules where 20 nodes, 10 per day and 5 per purchase are allowed, or other limits. */
function problemsWith(schedules: readonly Given[], limits: Partial<Limits> = {}): readonly string[] {
  const named = schedules.map((one, i) => ({ name: `s${i}`, ...one }));
  const price = { perNodeMonth: 180, currency: 'CNY' };
  const policy = { ...aPolicy({ limits, price, schedules: named }), alarms: [] };
  const read = readConfig({ clusters: { edge: policy } });
  return 'problems' in read ? read.problems.map((line) => line.replace('clusters.edge.', '')) : [];
}

const perDay = (nodes: number) =>
  `schedules: by themselves they can add ${nodes} nodes in one UTC day, and limits.maxPerDay is 10; let them ask for less or less often, or raise it`;
const perMonth = (money: number, budget: number) =>
  `schedules: by themselves they can spend ${money} in one UTC month, and limits.budgetPerMonth is ${budget}; let them ask for less or less often, or raise it`;
const eleventh = 'at(2026-11-11T00:00:00)';

test.each<[string, readonly Given[], Partial<Limits>, readonly string[]]>([
  ['every minute', [{ at: 'rate(1 minute)', add: 5 }], {}, [perDay(7200)]],
  ['every hour', [{ at: 'cron(0 * * * ? *)', add: 3 }], {}, [perDay(72)]],
  ['three times in one instant', [1, 2, 3].map(() => ({ at: eleventh, add: 5 })), {}, [perDay(15)]],
  [
    'on one UTC day, from two time zones',
    [
      { at: 'at(2026-11-11T23:00:00)', timezone: 'America/New_York', add: 5 },
      { at: 'at(2026-11-12T09:00:00)', timezone: 'Asia/Shanghai', add: 5 },
      { at: 'rate(1 day)', add: 1 },
    ],
    {},
    [perDay(11)],
  ],
  [
    'on the same day of the week',
    [
      { at: 'cron(0 7 ? * MON-FRI *)', add: 4 },
      { at: 'cron(0 9 ? * MON,FRI *)', add: 4 },
      { at: 'at(2026-11-13T00:00:00)', add: 3 }, // a Friday
    ],
    {},
    [perDay(11)],
  ],
  ['beyond the budget, every day', [{ at: 'rate(1 day)', add: 5 }], { budgetPerMonth: 6000 }, [perMonth(27_900, 6000)]],
  [
    'beyond the budget, once and every week',
    [
      { at: 'cron(0 7 ? * MON *)', add: 1 },
      { at: 'at(2026-11-11T00:00:00)', add: 1 },
      { at: 'at(2026-11-12T00:00:00)', add: 1 },
      { at: 'at(2026-12-12T00:00:00)', add: 1 },
    ],
    { budgetPerMonth: 6 * 180 },
    [perMonth(7 * 180, 6 * 180)],
  ],
  ['beyond both', [{ at: 'rate(1 hour)', add: 1 }], { budgetPerMonth: 180 }, [perDay(24), perMonth(744 * 180, 180)]],
  [
    'more at once than a purchase may have',
    [{ at: eleventh, add: 6 }],
    {},
    ['schedules[0].add: 6 is above limits.maxPerPurchase; use at most 5'],
  ],
  [
    'more at once than the cluster may hold',
    [{ at: eleventh, add: 5 }],
    { maxNodes: 3 },
    ['schedules[0].add: 5 is above limits.maxNodes; use at most 3'],
  ],
  [
    'more at once than the budget pays for',
    [{ at: eleventh, add: 5 }],
    { budgetPerMonth: 359 },
    ['schedules[0].add: 5 is above what limits.budgetPerMonth pays for; use at most 1', perMonth(900, 359)],
  ],
  [
    'what is wrong in several ways',
    [{ at: eleventh, add: 2, reach: 21 }],
    { maxNodes: 1 },
    [
      'schedules[0]: both add and reach; give one of them',
      'schedules[0].reach: 21 is above limits.maxNodes; use at most 1',
      'schedules[0].add: 2 is above limits.maxNodes; use at most 1',
    ],
  ],
])('schedules may not ask for nodes %s', (_, schedules, limits, expected) => {
  expect(problemsWith(schedules, limits)).toEqual(expected);
});

test.each<[string, readonly Given[], Partial<Limits>]>([
  ['a day used up', [1, 2].map(() => ({ at: 'rate(1 day)', add: 5 })), {}],
  ['a budget used up', [{ at: 'rate(1 day)', add: 1 }], { budgetPerMonth: 31 * 180 }],
  [
    'one-off events on days and in months of their own',
    ['11-10', '11-11', '12-01'].map((day) => ({ at: `at(2026-${day}T00:00:00)`, add: 10 })),
    { maxPerPurchase: 10, budgetPerMonth: 20 * 180 },
  ],
  ['days of the week of their own', ['MON', 'WED', 'FRI'].map((day) => ({ at: `cron(0 7 ? * ${day} *)`, add: 5 })), {}],
  ['targets, which limits may cut', [{ at: 'rate(1 minute)', reach: 20 }], { budgetPerMonth: 180 }],
  ['no schedule at all', [], {}],
])('schedules may ask for %s', (_, schedules, limits) => {
  expect(problemsWith(schedules, limits)).toEqual([]);
});
