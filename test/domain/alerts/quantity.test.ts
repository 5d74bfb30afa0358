import { expect, test } from '@jest/globals';
import { distanceBetween, distanceBeyond, readQuantity } from '../../../functions/domain/alerts/quantity.ts';

test.each([
  [97.39, 97.39],
  ['15.521240234375', 15.521240234375],
  [' 80 % ', 80],
  ['-1.5e3', -1500],
  ['+7.', 7],
])('reads %j', (given, number) => {
  expect(readQuantity(given)).toBe(number);
});

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  'NaN',
  '+Inf',
  '1e999',
  '',
  '1500Mi',
  '1,234',
  '0x10',
  '9'.repeat(81),
  null,
  undefined,
  {},
  [7],
])('refuses %p', (given) => {
  expect(readQuantity(given)).toBeUndefined();
});

test('a distance is the decimal that a person subtracts, so that it meets the step that begins there', () => {
  expect(0.3 - 0.1).not.toBe(0.2);
  expect(distanceBetween(0.3, 0.1)).toBe(0.2);
  expect(distanceBeyond(0.1, '<', 0.3)).toBe(0.2);
});

test('a value at its threshold is beyond it only where the comparison says so', () => {
  expect([distanceBeyond(5, '>', 5), distanceBeyond(5, '<', 5)]).toEqual([undefined, undefined]);
  expect([distanceBeyond(5, '>=', 5), distanceBeyond(5, '<=', 5)]).toEqual([0, 0]);
});
