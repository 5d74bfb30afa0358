import { expect, test } from '@jest/globals';
import { readTrace } from './trace.ts';

test('a load holds until the next line', () => {
  expect(readTrace('timestamp,value\n2026-06-01T00:00:00Z,5\n2026-06-01T00:03:00Z,7.5\n')).toEqual({
    startAt: Date.parse('2026-06-01T00:00:00Z'),
    loads: [5, 5, 5, 7.5],
  });
});

test('a year before 2000 is the one 28 years later, with the same weekdays', () => {
  expect(readTrace('timestamp,value\n1998-06-01T00:00:00Z,5').startAt).toBe(Date.parse('2026-06-01T00:00:00Z'));
});

test.each([
  ['timestamp,value', /no lines/],
  ['timestamp,value\nyesterday,5', /^line 2: yesterday,5; use TIMESTAMP,LOAD/],
  ['timestamp,value\n2026-06-01T00:00:00Z', /^line 2/],
  ['timestamp,value\n2026-06-01T00:00:00Z,-1', /^line 2/],
  ['timestamp,value\n2026-06-01T00:00:00Z,1\n2026-06-01T00:00:00Z,2', /^line 3: it is not later/],
])('%j is refused', (text, says) => {
  expect(() => readTrace(text)).toThrow(says);
});
