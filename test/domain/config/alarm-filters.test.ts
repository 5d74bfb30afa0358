import { expect, test } from '@jest/globals';
import { type AlarmFilter, alarmFilters, filterProblems } from '../../../functions/domain/config/alarm-filters.ts';

const placed = (...names: readonly string[]) => names.map((name, i) => ({ cluster: 'edge', name, place: `[${i}]` }));

test.each<[string, AlarmFilter]>([
  ['edge-cpu', 'edge-cpu'],
  ['edge-*', { prefix: 'edge-' }],
  ['edge-**', { prefix: 'edge-' }],
  ['*-cpu', { suffix: '-cpu' }],
  ['edge-*-cpu', { prefix: 'edge-' }],
  ['e*-cpu', { suffix: '-cpu' }],
  ['edge-*-*-*-*-*-*-*-cpu', { prefix: 'edge-' }],
  ['*', { exists: true }],
  ['***', { exists: true }],
  ['*edge*', { wildcard: '*edge*' }],
  ['**a*edge*b**', { wildcard: '*edge*' }],
  ['*a\\b*', { wildcard: '*a\\\\b*' }],
  ['a\\b*', { prefix: 'a\\b' }],
])('selects %s by %j', (name, filter) => {
  expect(alarmFilters([name])).toEqual([filter]);
});

test('repeats no filter, and needs none beside one that selects all', () => {
  expect(alarmFilters(['edge-*', 'a', 'edge-*-cpu'])).toEqual([{ prefix: 'edge-' }, 'a']);
  expect(alarmFilters(['edge-*', '*', 'a'])).toEqual([{ exists: true }]);
});

test('takes three patterns that begin and end with a star, and names the fourth', () => {
  const three = placed('*a*', 'edge-*', '*b*', '*c*', '*-cpu', '**c*');
  expect(filterProblems(three)).toEqual([]);
  expect(filterProblems([...three, ...placed('*d*')])).toEqual([
    '[0]: *d* is number 4 of the patterns that begin and end with *, and EventBridge takes 3; give it a beginning or an end without *',
  ]);
  expect(filterProblems([...three, ...placed('*d*', '*')])).toEqual([]);
});

test('names the first alarm that does not fit into an event rule', () => {
  const names = Array.from({ length: 20 }, (_, i) => `${i}-${'x'.repeat(100)}`);
  expect(filterProblems(placed(...names.slice(0, 15)))).toEqual([]);
  expect(filterProblems(placed(...names))).toEqual([
    `[15]: 15-${'x'.repeat(100)} and the names before it take more than the 1600 characters that fit into an event rule; use fewer names, with * at their ends`,
  ]);
});
