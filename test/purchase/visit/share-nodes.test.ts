import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { AckNode } from '../../../functions/adapters/ack/answers.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { type NodeClaim, shareNodes } from '../../../functions/purchase/visit/share-nodes.ts';
import { minute, sampleAt } from '../../support/samples.ts';

const second = 1000;

const node = (instanceId: string, createdAt?: number): AckNode => ({ instanceId, status: 'Ready', createdAt });
const shared = (claims: readonly NodeClaim[], nodes: readonly AckNode[]) =>
  Object.fromEntries([...shareNodes(claims, nodes)].map(([key, its]) => [key, its.map((one) => one.instanceId)]));

describe('the nodes of a cluster', () => {
  test('go to the task that names them, whatever their age', () => {
    const named = { key: 'a', since: 50, count: 2, named: ['i-1', 'i-9'] };
    expect(shared([named], [node('i-1', 10), node('i-2', 60), node('i-9')])).toEqual({ a: ['i-9', 'i-1'] });
  });

  test('stand for the older of two purchases that name none, and for one of them only', () => {
    const claims = [
      { key: 'later', since: 5, count: 3 },
      { key: 'earlier', since: 0, count: 3 },
    ];
    const nodes = [node('i-3', 8), node('i-1', 6), node('i-2', 7)];
    expect(shared(claims, nodes)).toEqual({ earlier: ['i-1', 'i-2', 'i-3'], later: [] });
    expect(shared(claims, [...nodes, node('i-4', 9)])).toEqual({ earlier: ['i-1', 'i-2', 'i-3'], later: ['i-4'] });
  });

  test('that are named by one are not those of another that is older', () => {
    const claims = [
      { key: 'unnamed', since: 0, count: 1 },
      { key: 'named', since: 9, count: 1, named: ['i-1'] },
    ];
    expect(shared(claims, [node('i-1', 1), node('i-2', 2)])).toEqual({ named: ['i-1'], unnamed: ['i-2'] });
  });

  test('that are older than a purchase, or do not tell their age, are not its', () => {
    const oldest = sampleAt - timings.evidenceSlackMs;
    const nodes = [node('old', oldest - 1), node('i-1', oldest), node('unknown')];
    expect(shared([{ key: 'a', since: sampleAt, count: 3 }], nodes)).toEqual({ a: ['i-1'] });
  });

  test('may be dated before their purchase, by a time that is cut to the minute', () => {
    const bought = sampleAt + 40 * second;
    expect(shared([{ key: 'a', since: bought, count: 1 }], [node('i-1', sampleAt)])).toEqual({ a: ['i-1'] });
  });

  test('are never given twice, nor more of them than a purchase brings', () => {
    const time = fc.nat(20).map((minutes) => sampleAt + minutes * minute);
    const ids = fc.integer({ min: 0, max: 9 }).map((n) => `i-${n}`);
    const claim = fc.record(
      { since: time, count: fc.nat(5), named: fc.uniqueArray(ids, { maxLength: 4 }) },
      { requiredKeys: ['since', 'count'] },
    );
    const nodes = fc.uniqueArray(fc.record({ instanceId: ids, createdAt: fc.option(time, { nil: undefined }) }), {
      selector: ({ instanceId }) => instanceId,
    });
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 6 }), nodes, (claims, its) => {
        const keyed = claims.map((one, n) => ({ ...one, key: `k${n}` }));
        const shares = shareNodes(
          keyed,
          its.map(({ instanceId, createdAt }) => node(instanceId, createdAt)),
        );
        const given = [...shares.values()].flat();
        expect(new Set(given).size).toBe(given.length);
        for (const { key, since, count, named } of keyed) {
          const share = shares.get(key) ?? [];
          if (named) expect(named).toEqual(expect.arrayContaining(share.map(({ instanceId }) => instanceId)));
          else expect(share.length).toBeLessThanOrEqual(count);
          if (!named)
            for (const { createdAt } of share)
              expect(createdAt ?? 0).toBeGreaterThanOrEqual(since - timings.evidenceSlackMs);
        }
      }),
    );
  });
});
