import { expect, test } from '@jest/globals';
import { count, money, percent, signed, time } from '../../functions/pages/figures.ts';

test.each([
  [15_755.4, '15,755'],
  [9.96, '10'],
  [1.64, '1.6'],
  [0, '0'],
])('shows %d as %s', (value, shown) => expect(count(value)).toBe(shown));

test('shows money with its currency, and hundredths where there are any', () => {
  expect([money(612_000, 'CNY'), money(612_050, undefined)]).toEqual(['6,120\u00a0CNY', '6,120.50']);
});

test.each([
  [0, '0\u00a0%'],
  [0.104, '0.10\u00a0%'],
  [6.25, '6.3\u00a0%'],
  [55.4, '55\u00a0%'],
])('shows %d percent as %s', (value, shown) => expect(percent(value)).toBe(shown));

test('signs differences, and no zero', () => {
  expect([signed(1080), signed(-20), signed(0)]).toEqual(['+1,080', '\u221220', '0']);
});

test('shows local time, with UTC for programs and on hover', () => {
  expect(time(Date.parse('2026-09-05T10:50:30Z'), 'Asia/Shanghai').toString()).toBe(
    '<time datetime="2026-09-05T10:50Z" title="2026-09-05 10:50 UTC">Sat 5 Sep 18:50</time>',
  );
});
