import { describe, expect, test } from '@jest/globals';
import type { ClusterConfig } from '../../../functions/domain/config/types.ts';
import { budgetUsed, withinLimits } from '../../../functions/domain/decision/limits.ts';
import { aPolicy } from '../../support/samples.ts';

const priced = (budgetPerMonth: number, perNodeMonth = 100): ClusterConfig =>
  aPolicy({ limits: { budgetPerMonth }, price: { perNodeMonth, currency: 'CNY' } });
const nothing = { nodes: 0, pending: 0, used: 0, spent: 0 };

describe('the budget that is used', () => {
  test.each([
    [1000, 0, 0],
    [1000, 800, 80],
    [1000, 900, 90],
    [1000, 901, 100],
    [1000, 1000, 100],
    [1000, 1100, 110],
    [300, 100, 33.333],
  ])('of %d with %d spent is %d percent', (budget, spent, percent) => {
    expect(budgetUsed(priced(budget), spent)).toBeCloseTo(percent, 3);
  });

  test('is told for clusters with a budget only', () => {
    expect(budgetUsed(aPolicy({ price: { perNodeMonth: 100, currency: 'CNY' } }), 500)).toBeUndefined();
  });
});

describe('within limits', () => {
  test('is all that is wanted, without a word about limits, where each has room for it', () => {
    expect(withinLimits(5, aPolicy(), nothing)).toEqual({ count: 5 });
  });

  test.each([
    ['max-nodes', { ...nothing, nodes: 15, pending: 3 }, 2],
    ['max-per-day', { ...nothing, used: 7 }, 3],
    ['budget', { ...nothing, spent: 600 }, 4],
    ['max-per-purchase', nothing, 5],
  ])('is what %s has room for, where that is the least', (name, taken, room) => {
    expect(withinLimits(9, priced(1000), taken)).toEqual({ count: room, limit: { name, room } });
  });

  test('is nothing where a limit has no room, however much it is passed already', () => {
    expect(withinLimits(9, priced(1000), { ...nothing, used: 12 })).toEqual({
      count: 0,
      limit: { name: 'max-per-day', room: -2 },
    });
  });
});
