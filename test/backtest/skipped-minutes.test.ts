// A minute is skipped only where nothing can happen in it: with and without skipping, everything comes out alike.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aWorld, playLoads, pricedPolicy, steady } from './play-loads.ts';

const minutes = fc.integer({ min: 1, max: 180 });
const load = fc.oneof(fc.integer({ min: 0, max: 1600 }), fc.constant(null));
const stretch = fc.tuple(load, minutes).map(([value, length]) => Array.from({ length }, () => value));
const policy = fc.record({
  cooldownMinutes: fc.constantFrom(0, 3, 30, 120),
  maxNodes: fc.constantFrom(5, 8, 20),
  maxPerDay: fc.constantFrom(2, 10),
  again: fc.constantFrom(undefined, { afterMinutes: 1, times: 2 }, { afterMinutes: 5, times: 20 }),
  add: fc.constantFrom(1, 3),
  failPercent: fc.constantFrom(0, 30),
});

test('skipping minutes changes nothing', async () => {
  const alike = fc.asyncProperty(
    fc.array(stretch, { minLength: 2, maxLength: 8 }),
    policy,
    async (stretches, given) => {
      const { cooldownMinutes, maxNodes, maxPerDay, again, add, failPercent } = given;
      const alarms = [
        {
          name: 'edge-*',
          steps: [
            { lowerBound: 0, upperBound: 30, add },
            { lowerBound: 30, add: 3 },
          ],
          ...(again && { again }),
        },
      ];
      const setting = {
        policy: pricedPolicy({
          cooldownMinutes,
          alarms,
          limits: { maxNodes, maxPerDay },
          schedules: [{ name: 'daily', at: 'cron(0 12 * * ? *)', reach: 6 }],
        }),
        world: aWorld({ failPercent }),
      };
      const loads = [...steady(200, 5), ...stretches.flat()];
      expect(await playLoads(loads, setting)).toEqual(await playLoads(loads, { ...setting, everyMinute: true }));
    },
  );
  await fc.assert(alike, { numRuns: 25 });
});
