// How a number came about, from the stored numbers of a decision.
import { expect, test } from '@jest/globals';
import { calculation } from '../../functions/console/reading/arithmetic.ts';
import { aBasis, aFleet } from '../support/samples.ts';

const limits = { maxNodes: 12, maxPerPurchase: 5, maxPerDay: 6, budgetPerMonth: 1800 };
const bought = { count: 2, cost: 360, currency: 'CNY' };
const shown = (...of: Parameters<typeof calculation>) =>
  calculation(...of).map(({ name, value }) => `${name}: ${value}`);

test('an alarm: its step, what is on its way, what every limit leaves, and the price', () => {
  const basis = aBasis({
    rule: { kind: 'alarm', name: 'edge-*', step: { lowerBound: 30, add: 4 } },
    ...{ fleet: aFleet({ nodes: 8 }), pending: 2, wanted: 2, limits },
    ...{ used: { before: 2, after: 4 }, spent: { before: 1260, after: 1620 } },
  });
  expect(shown(basis, bought)).toEqual([
    'Step of edge-*: from 30 on: add 4',
    'On their way: − 2',
    'Missing: 2',
    'Most per purchase: 5: enough',
    'Left of the day: 6 − 2 = 4: enough',
    'Room in the cluster: 12 − 8 − 2 = 2: enough',
    'Left of the month: 1800 − 1260 = 540 CNY: enough',
    'Buy 2 × 180 CNY: 360 CNY',
  ]);
});

test('a limit that cuts says for how many it has room', () => {
  const basis = aBasis({ wanted: 3, limits, limit: { name: 'max-per-day', room: 1 }, used: { before: 5, after: 6 } });
  expect(shown(basis, { count: 1, cost: 180, currency: 'CNY' })).toContain('Left of the day: 6 − 5 = 1: room for 1');
});

test('nodes beyond a limit leave room for none', () => {
  const basis = aBasis({ fleet: aFleet({ nodes: 14 }), wanted: 3, limits, used: { before: 0, after: 0 } });
  expect(shown(basis, undefined)).toContain('Room in the cluster: 12 − 14 = -2: room for 0');
});

test('a decision of an earlier version, which has no limits, shows the one that cut', () => {
  const { limits: _limits, ...basis } = aBasis({ wanted: 3, limit: { name: 'max-nodes', room: 1 } });
  expect(shown(basis, { count: 1, cost: 0, currency: undefined })).toEqual([
    'Asked to add: 3 nodes',
    'Missing: 3',
    'Limit max-nodes: room for 1',
    'Buy: 1 node',
  ]);
});

test('a decision that needed no numbers has no sum', () => {
  expect(calculation({}, undefined)).toEqual([]);
});
