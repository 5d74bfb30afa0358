import { expect, test } from '@jest/globals';
import { formatInstant, formatLocal } from '../../../functions/cli/terminal/instants.ts';

const at = Date.parse('2026-11-23T14:05:01.999Z');

test.each([
  ['the UTC time after the local one', 'Asia/Shanghai', '2026-11-23 22:05:01 +08:00 (14:05:01 UTC)'],
  ['offsets that are no whole hours', 'Asia/Kolkata', '2026-11-23 19:35:01 +05:30 (14:05:01 UTC)'],
  ['the UTC date where it is another one', 'Pacific/Auckland', '2026-11-24 03:05:01 +13:00 (2026-11-23 14:05:01 UTC)'],
  ['one time where local time is UTC', 'UTC', '2026-11-23 14:05:01 UTC'],
  ['one time where the zone keeps UTC in winter', 'Europe/London', '2026-11-23 14:05:01 UTC'],
])('shows %s', (_what, timeZone, expected) => {
  expect(formatInstant(at, timeZone)).toBe(expected);
});

test.each([
  ['Asia/Shanghai', '2026-11-23 22:05:01 +08:00'],
  ['UTC', '2026-11-23 14:05:01 UTC'],
])('shows the time of %s alone in columns', (timeZone, expected) => {
  expect(formatLocal(at, timeZone)).toBe(expected);
});

test('shows midnight as hour 00', () => {
  expect(formatInstant(Date.parse('2026-11-23T00:00:00Z'), 'UTC')).toBe('2026-11-23 00:00:00 UTC');
});

test('takes the zone of the process when none is given', () => {
  expect(formatInstant(at)).toBe(formatInstant(at, Intl.DateTimeFormat().resolvedOptions().timeZone));
});
