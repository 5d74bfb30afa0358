import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { overlapProblems, overlapWarnings } from '../../../functions/domain/config/alarm-overlaps.ts';
import { canBothMatch, isWithin, matches } from '../../../functions/domain/config/alarm-rules.ts';

/** One rule in each of two clusters. */
const placed = (...names: readonly string[]) => names.map((name, i) => ({ cluster: `c${i}`, name, place: `[${i}]` }));

describe('patterns of two clusters', () => {
  test.each<[string, string]>([
    ['edge-*', 'core-*'],
    ['edge-*-cpu', 'edge-*-gpu'],
    ['edge-*', 'edge-gpu-*'],
    ['edge-gpu-*', 'edge-*'],
    ['*', 'edge-*'],
    ['edge-*', 'edge-cpu'],
    ['edge-c*', 'edge-c'],
    ['edge-*', 'edge-*'], // The same name twice is refused by itself.
  ])('%s and %s are clear', (one, other) => {
    expect([...overlapProblems(placed(one, other)), ...overlapWarnings(placed(one, other))]).toEqual([]);
  });

  test.each<[string, string, string]>([
    [
      'edge-*',
      '*-node',
      '[1]: *-node and edge-* ([0]) both match edge--node, and are as long; let their beginnings differ',
    ],
    ['ab*', 'a*b', '[1]: a*b and ab* ([0]) both match abb, and are as long; let their beginnings differ'],
    [
      'edge-*',
      'edge-**',
      '[0]: edge-** ([1]) takes every alarm of edge-*; remove one of them, or let their beginnings differ',
    ],
    ['a*b*c', 'ab*c', '[1]: a*b*c ([0]) takes every alarm of ab*c; remove one of them, or let their beginnings differ'],
  ])('%s and %s are refused', (one, other, problem) => {
    expect(overlapProblems(placed(one, other))).toEqual([problem]);
    expect(overlapWarnings(placed(one, other))).toEqual([]);
  });

  test('that each match alarms of their own are warned of where the longer one wins', () => {
    const both = placed('edge-*', '*-gpu');
    expect(overlapProblems(both)).toEqual([]);
    expect(overlapWarnings(both)).toEqual([
      expect.stringMatching(/^\[1\]: of the alarms of \*-gpu, the longer edge-\* .*edge--gpu/),
    ]);
  });

  test('are compared, those of one cluster are not', () => {
    const one = placed('edge-*', '*-node').map((alarm) => ({ ...alarm, cluster: 'c' }));
    expect([...overlapProblems(one), ...overlapWarnings(one)]).toEqual([]);
  });
});

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 6 });
const names = fc.sample(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }), 300);

test('an example of an overlap is one, and without one no name matches both', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const example = canBothMatch(one, other);
      const found = example === undefined ? names : [example];
      expect(found.some((name) => matches(one, name) && matches(other, name))).toBe(example !== undefined);
    }),
  );
});

test('a pattern is within another one exactly where no name matches it alone', () => {
  fc.assert(
    fc.property(pattern, pattern, (inner, outer) => {
      // Stars filled with a letter that the patterns do not have.
      const alone = [...names, inner.replaceAll('*', 'c')].filter(
        (name) => matches(inner, name) && !matches(outer, name),
      );
      expect(alone.length === 0).toBe(isWithin(inner, outer));
    }),
  );
});
