import { describe, expect, test } from '@jest/globals';
import { createClockSkew } from '../../../functions/adapters/ack/clock-skew.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { sampleAt } from '../../support/samples.ts';

function measuring() {
  let time = sampleAt;
  const skew = createClockSkew(() => time);
  return {
    ...skew,
    pass(ms: number) {
      time += ms;
    },
  };
}

describe('the clock skew', () => {
  test('is not known before the first answer, nor once the last one is too long ago', () => {
    const skew = measuring();
    expect(skew.worstMs()).toBeUndefined();
    skew.measured('cn-beijing', 0);
    expect(skew.worstMs()).toBe(0);
    skew.pass(timings.clockSkewTtlMs + 1);
    expect(skew.worstMs()).toBeUndefined();
  });

  test('is the worst that any region has seen, whichever answered last', () => {
    const skew = measuring();
    skew.measured('cn-beijing', -90_000);
    skew.measured('cn-shanghai', 400);
    expect(skew.worstMs()).toBe(-90_000);
    skew.measured('cn-shanghai', 100_000);
    expect(skew.worstMs()).toBe(100_000);
  });

  test('is mended for a region by its own next answer', () => {
    const skew = measuring();
    skew.measured('cn-beijing', -90_000);
    skew.measured('cn-beijing', 300);
    expect(skew.worstMs()).toBe(300);
  });

  test.each([1, -1])('of a region that is not asked any more counts for a while only (clock set by %i)', (sign) => {
    const skew = measuring();
    skew.measured('cn-beijing', 90_000);
    skew.pass(sign * timings.clockSkewTtlMs);
    skew.measured('cn-shanghai', 400);
    expect(skew.worstMs()).toBe(90_000);
    skew.pass(sign);
    expect(skew.worstMs()).toBe(400);
  });
});
