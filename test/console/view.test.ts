import { expect, test } from '@jest/globals';
import { when } from '../../functions/console/views/view.ts';
import { day, hour, sampleAt } from '../support/samples.ts';

const view = { now: sampleAt, timeZone: 'UTC' } as Parameters<typeof when>[1];
const shown = (at: number) => />([^<]+)</.exec(String(when(at, view)))?.[1];
const utc = (at: number) => new Date(at);

test('a time has no more in it than tells it apart from others', () => {
  const clock = utc(sampleAt).toISOString().slice(11, 16);
  expect(shown(sampleAt)).toBe(clock);
  expect(shown(sampleAt - 3 * day)).toMatch(/^[A-Z][a-z]{2} \d\d:\d\d$/);
  expect(shown(sampleAt - 30 * day)).toMatch(/^\d{1,2} [A-Z][a-z]+ \d\d:\d\d$/);
  // A node's lease may end on this very day, a year on.
  expect(shown(sampleAt + 365 * day + hour)).toMatch(
    new RegExp(`^\\d{1,2} [A-Z][a-z]+ ${utc(sampleAt).getUTCFullYear() + 1}$`),
  );
});
