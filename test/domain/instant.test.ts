import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAckInstant, readHttpDate, readInstant } from '../../functions/domain/instant.ts';

test.each([
  ['2020-08-21T10:09:51.489+0000', '2020-08-21T10:09:51.489Z'],
  ['2022-03-22T18:59:43Z', '2022-03-22T18:59:43.000Z'],
  ['2021-10-12T09:51:03.157076+02:00', '2021-10-12T07:51:03.157Z'],
  ['2021-02-22T07:18:15.578000000Z', '2021-02-22T07:18:15.578Z'],
  ['1999-12-31T23:59:59.9-00:01', '2000-01-01T00:00:59.900Z'],
  ['2026-03-01T00:30:00.05+14:00', '2026-02-28T10:30:00.050Z'],
  ['2026-03-01T00:30:00.5-0330', '2026-03-01T04:00:00.500Z'],
  ['2024-02-29T23:59:59.999999999Z', '2024-02-29T23:59:59.999Z'],
])('reads %s', (text, iso) => {
  expect(readInstant(text)).toBe(Date.parse(iso));
});

test.each([
  '2023-02-30T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2023-13-01T00:00:00Z',
  '2023-01-01T24:00:00Z',
  '2023-01-01T23:59:60Z',
  '2023-01-01T00:00:00+24:00',
  '0001-01-01T00:00:00Z',
  '1999-12-31T23:59:59Z',
  '0099-12-31T23:59:59-23:00',
  '2023-01-01T00:00:00',
  '2023-01-01T00:00Z',
  '2023-01-01 00:00:00Z',
  '2023-01-01',
  '2023-01-01T00:00:00.1234567890Z',
  '+002023-01-01T00:00:00Z',
  '1508136760',
  ' 2023-01-01T00:00:00Z',
  '2023-01-01T00:00:00Z\n',
  '',
])('refuses %j', (text) => {
  expect(readInstant(text)).toBeUndefined();
});

test('reads one instant from every offset that prints it', () => {
  const date = fc.date({ min: new Date('2001-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(date, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offset) => {
      const wall = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
      const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
      const zone = `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${String(minutes).padStart(2, '0')}`;
      expect(readInstant(`${wall}${zone}`)).toBe(at.getTime());
    }),
  );
});

test.each([
  ['2026-03-10T10:05+08:00', '2026-03-10T02:05:00.000Z'],
  ['2026-03-10T10:05Z', '2026-03-10T10:05:00.000Z'],
  ['2026-03-10T10:05:07+08:00', '2026-03-10T02:05:07.000Z'],
])('reads %s of ACK', (text, iso) => {
  expect(readAckInstant(text)).toBe(Date.parse(iso));
});

test.each([
  '2026-03-10T10:05',
  '2026-03-10T10:05:00',
  '2026-03-10 10:05:00',
  '2026-03-10',
  '2026-03-10Z',
  '2026-02-30T10:05Z',
  '2026-03-10T24:00Z',
  '0001-01-01T00:00Z',
  '0001-01-01T00:00:00Z',
  '1970-01-01T08:00:00+08:00',
  '1773108300',
  '',
])('refuses %j of ACK', (text) => {
  expect(readAckInstant(text)).toBeUndefined();
});

test('reads the date of an HTTP answer', () => {
  expect(readHttpDate('Wed, 11 Nov 2026 10:00:00 GMT')).toBe(Date.parse('2026-11-11T10:00:00Z'));
});

test.each([
  'Wednesday, 11-Nov-26 10:00:00 GMT',
  'Wed Nov 11 10:00:00 2026',
  'Wed, 11 Nov 2026 10:00:00',
  'Wed, 11 Nov 2026 10:00:00 +0800',
  'Tue, 11 Nov 2026 10:00:00 GMT',
  'Wed, 31 Nov 2026 10:00:00 GMT',
  'Wed, 11 Nov 2026',
  '2026-11-11T10:00:00Z',
  '2026',
  '0',
  'Invalid Date',
  '',
])('refuses the date %j of an HTTP answer', (text) => {
  expect(readHttpDate(text)).toBeUndefined();
});
