import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches, ruleFor } from '../../../functions/domain/config/alarm-rules.ts';
import { testProperty } from '../../support/test-property.ts';

const rulesOf = (...names: readonly string[]) => names.map((name) => ({ name, steps: [{ lowerBound: 0, add: 1 }] }));
const winner = (names: readonly string[], alarm: string) => ruleFor(rulesOf(...names), alarm)?.name;

describe('matches', () => {
  test.each([
    ['edge-cpu', 'edge-cpu', true],
    ['edge-cpu', 'edge-cpu-2', false],
    ['edge-cpu', 'Edge-cpu', false],
    ['edge-*', 'edge-cpu', true],
    ['edge-*', 'edge-', true],
    ['edge-*', 'edge', false],
    ['*-cpu', 'edge-cpu', true],
    ['*-cpu', 'edge-cpu-high', false],
    ['edge-*-high', 'edge-cpu-high', true],
    ['edge-*-high', 'edge-high', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*ab*ab', 'ab', false],
    ['*', '', true],
    ['**', 'anything', true],
    ['', '', true],
    ['', 'a', false],
    ['cpu.high', 'cpu-high', false],
    ['[a-z]+', 'abc', false],
    ['高负载-*', '高负载-北京', true],
  ])('pattern %j and name %j: %j', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  test('agrees with a regular expression in which each star is any run of characters', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    fc.assert(
      fc.property(text, name, (pattern, alarm) => {
        const literal = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
        expect(matches(pattern, alarm)).toBe(new RegExp(`^${literal.join('.*')}$`).test(alarm));
      }),
    );
  });

  testProperty(
    'covers every name that fills the stars of a pattern',
    { of: [fc.array(fc.string(), { minLength: 1 }), fc.array(fc.string(), { minLength: 20, maxLength: 20 })] },
    (parts, fills) => {
      const name = parts.map((part, i) => (i === 0 ? part : `${fills[i] ?? ''}${part}`)).join('');
      expect(matches(parts.join('*'), name)).toBe(true);
    },
  );

  test('takes a pattern that is all stars, and a name made against it, in its stride', () => {
    expect(matches(`${'*a'.repeat(120)}*b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('ruleFor', () => {
  test.each([
    ['an exact name, whatever comes before it', ['edge-*', '*', 'edge-cpu'], 'edge-cpu', 'edge-cpu'],
    ['the longer of two patterns', ['edge-*', 'edge-beijing-*', '*'], 'edge-beijing-cpu', 'edge-beijing-*'],
    ['the first of two patterns of one length', ['edge-*', '*-edge'], 'edge-edge', 'edge-*'],
    ['a short exact name over a longer pattern', ['cpu****', 'cpu'], 'cpu', 'cpu'],
    ['a pattern by its own spelling', ['*', 'edge-*'], 'edge-*', 'edge-*'],
  ])('picks %s', (_what, names, alarm, expected) => {
    expect(winner(names, alarm)).toBe(expected);
  });

  test('finds nothing for an alarm that no rule names', () => {
    expect(ruleFor(rulesOf('edge-*'), 'billing')).toBeUndefined();
    expect(ruleFor([], 'edge-cpu')).toBeUndefined();
  });

  test('picks a rule that covers the alarm whenever one does', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 5 });
    const alarm = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(name), alarm, (names, asked) => {
        const covering = names.filter((one) => matches(one, asked));
        const found = winner(names, asked);
        if (covering.length === 0) return expect(found).toBeUndefined();
        const longest = Math.max(...covering.map((one) => one.length));
        return expect(found).toBe(covering.includes(asked) ? asked : covering.find((one) => one.length === longest));
      }),
    );
  });
});
