import { describe, expect, test } from '@jest/globals';
import { checkClock } from '../../../functions/cli/jobs/clock.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { sampleAt } from '../../support/samples.ts';

describe('the clock of the machine on which a person settles', () => {
  test.each([0, timings.maxClockSkewMs + 1000, -timings.maxClockSkewMs - 1000])('may be %i ms off', (ms) => {
    expect(() => checkClock(sampleAt + ms, sampleAt)).not.toThrow();
  });

  test.each([
    [timings.maxClockSkewMs + 1001, '61 s ahead of that of AWS'],
    [-timings.maxClockSkewMs - 1001, '61 s behind that of AWS'],
  ])('is refused when it is %i ms off', (ms, expected) => {
    expect(() => checkClock(sampleAt + ms, sampleAt)).toThrow(expected);
  });

  test('is refused where no answer tells the time to compare it with', () => {
    expect(() => checkClock(sampleAt, undefined)).toThrow('the clock of this machine cannot be checked');
  });
});
