import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Buy } from '../../../functions/domain/job/decision.ts';
import { claim, cooldownEnd, newPurchase, release, verdictOf } from '../../../functions/domain/job/purchase.ts';
import { timings } from '../../../functions/domain/timings.ts';
import {
  aBasis,
  aCluster,
  aJob,
  anAlarm,
  aPolicy,
  aPurchase,
  aWorker,
  minute,
  sampleAt,
} from '../../support/samples.ts';
import { testProperty } from '../../support/test-property.ts';

const buy: Buy = { kind: 'buy', count: 3, cost: 540, why: 'add 3; buy 3 for 540 CNY', basis: aBasis() };

describe('newPurchase', () => {
  test('is a first attempt, being sent, with a lease and the story of its job', () => {
    expect(newPurchase(aJob(), buy, aPolicy(), 'nonce-1', sampleAt)).toEqual({
      key: 'manual/edge/sale-1',
      payload: 'add 3',
      count: 3,
      cost: 540,
      nonce: 'nonce-1',
      signedAt: sampleAt,
      attempt: 1,
      phase: 'sending',
      leaseUntil: sampleAt + 2 * minute,
      clusterId: aPolicy().id,
      region: aPolicy().region,
      exclusive: aPolicy().exclusive,
      request: aWorker(),
      story: {
        source: 'manual',
        intent: { kind: 'add', nodes: 3 },
        reason: 'the sale starts',
        occurredAt: sampleAt,
        decidedAt: sampleAt,
        decision: 'add 3; buy 3 for 540 CNY',
        basis: aBasis(),
      },
    });
  });

  test('holds nothing undefined, which DynamoDB would refuse', () => {
    const purchase = newPurchase(anAlarm(), buy, aPolicy(), 'nonce-1', sampleAt);
    expect(JSON.parse(JSON.stringify(purchase))).toStrictEqual(purchase);
  });
});

describe('claim', () => {
  test('gives the purchase whose ARM was applied', () => {
    expect(claim(aPurchase(), 'applied')).toEqual(aPurchase());
  });

  test('gives the purchase whose nonce is found in the slot', () => {
    expect(claim(aPurchase(), aCluster({ purchase: aPurchase({ phase: 'unknown' }) }))).toEqual(aPurchase());
  });

  test.each([
    ['an empty slot', aCluster()],
    ['a slot of the same key with another nonce', aCluster({ purchase: aPurchase({ nonce: 'nonce-2' }) })],
  ])('gives nothing for %s', (_what, cluster) => {
    expect(claim(aPurchase(), cluster)).toBeUndefined();
  });
});

describe('release', () => {
  const armed = () => {
    const mine = claim(aPurchase(), 'applied');
    if (!mine) throw new Error('an applied ARM is a claim');
    return mine;
  };

  test.each([
    [0, true],
    [timings.sendWithinMs - 1, true],
    [timings.sendWithinMs, false],
    [timings.sendWithinMs + 1, false],
  ])('%d ms after the signature lets the request go: %j', (age, goes) => {
    expect(release(armed(), sampleAt + age)).toEqual(goes ? aPurchase() : undefined);
  });
});

describe('verdictOf', () => {
  test('carries over what the record needs, and not what only the slot needs', () => {
    const resolution = { by: 'Li Wei', reason: 'the order book shows it' };
    expect(verdictOf(aPurchase(), sampleAt + 1, { outcome: 'accepted', taskId: 'T-9', resolution })).toEqual({
      outcome: 'accepted',
      taskId: 'T-9',
      resolution,
      count: 3,
      cost: 0,
      nonce: 'nonce-1',
      payload: 'add 3',
      clusterId: aPurchase().clusterId,
      region: aPurchase().region,
      story: aPurchase().story,
      at: sampleAt + 1,
    });
  });
});

describe('cooldownEnd', () => {
  test.each([
    [10, 0, 10],
    [10, 1, 20],
    [10, 2, 40],
    [10, 4, 160],
    [10, 5, 180],
    [180, 0, 180],
    [180, 7, 180],
    [0, 0, 0],
    [0, 1, 2],
    [0, 3, 8],
    [0, 9, 180],
  ])('a cooldown of %d min after %d failed tasks takes %d min', (cooldown, failures, expected) => {
    expect(cooldownEnd(cooldown, failures, sampleAt)).toBe(sampleAt + expected * minute);
  });

  testProperty(
    'never ends before a shorter row of failures would, nor after three hours',
    { of: [fc.integer({ min: 0, max: 180 }), fc.nat({ max: 1000 })] },
    (cooldown, failures) => {
      const end = cooldownEnd(cooldown, failures, sampleAt);
      expect(end).toBeLessThanOrEqual(cooldownEnd(cooldown, failures + 1, sampleAt));
      expect(end).toBeLessThanOrEqual(sampleAt + timings.maxCooldownMs);
      expect(end).toBeGreaterThanOrEqual(sampleAt + cooldown * minute);
    },
  );
});
