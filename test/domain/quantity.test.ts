import { expect, test } from '@jest/globals';
import { distanceBetween, distanceBeyond, readQuantity } from '../../functions/domain/quantity.ts';

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

test('a distance that the ledger would not take is the largest, or none', () => {
  expect(distanceBetween(1e300, 1)).toBe(Number.MAX_SAFE_INTEGER);
  expect(distanceBetween(Number.MAX_SAFE_INTEGER, 0)).toBe(9_007_199_254_740_000);
  expect(distanceBetween(1e-140, 0)).toBe(0);
  expect(distanceBetween(1e-90, 0)).toBe(1e-90);
  expect(distanceBetween(1e308, -1e308)).toBeUndefined();
});

test('a value at its threshold is beyond it only where the comparison says so', () => {
  expect([distanceBeyond(5, '>', 5), distanceBeyond(5, '<', 5)]).toEqual([undefined, undefined]);
  expect([distanceBeyond(5, '>=', 5), distanceBeyond(5, '<=', 5)]).toEqual([0, 0]);
});
