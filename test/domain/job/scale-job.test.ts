import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Intent, isSource, payloadOf, sources } from '../../../functions/domain/job/scale-job.ts';
import { testProperty } from '../../support/test-property.ts';

test('a source is one of those that can ask, and nothing that an object has by itself', () => {
  expect(sources.every(isSource)).toBe(true);
  for (const other of ['', 'pager', 'Manual', 'constructor', '0']) expect(isSource(other)).toBe(false);
});

describe('payloadOf', () => {
  test.each<[Intent, boolean | undefined, string]>([
    [{ kind: 'add', nodes: 3 }, undefined, 'add 3'],
    [{ kind: 'reach', nodes: 8 }, false, 'reach 8'],
    [{ kind: 'add', nodes: 3 }, true, 'add 3 (dry run)'],
    [{ kind: 'breach', alarm: 'edge-cpu', by: 12.5 }, undefined, 'breach'],
    [{ kind: 'breach', alarm: 'edge-cpu' }, true, 'breach (dry run)'],
  ])('writes %j, dry run %j, as its canonical text', (intent, dryRun, expected) => {
    expect(payloadOf(intent, dryRun)).toBe(expected);
  });

  testProperty(
    'is one text for a breach that two envelopes round differently',
    { of: [fc.double({ min: 0 }), fc.double({ min: 0 })] },
    (a, b) => {
      const breach = (by: number): Intent => ({ kind: 'breach', alarm: 'edge-cpu', by });
      expect(payloadOf(breach(a))).toBe(payloadOf(breach(b)));
    },
  );

  test('differs for whatever else a person could ask for', () => {
    const asked = fc.record({
      kind: fc.constantFrom('add' as const, 'reach' as const),
      nodes: fc.integer({ min: 1, max: 1000 }),
      dryRun: fc.boolean(),
    });
    fc.assert(
      fc.property(asked, asked, ({ dryRun: dryA, ...a }, { dryRun: dryB, ...b }) => {
        const same = a.kind === b.kind && a.nodes === b.nodes && dryA === dryB;
        expect(payloadOf(a, dryA) === payloadOf(b, dryB)).toBe(same);
      }),
    );
  });
});
