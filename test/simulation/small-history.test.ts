// A history that is left and gone on from must be the history that was never left: else the exhaustive mode would prove
// something about worlds that cannot be.
import { expect, test } from '@jest/globals';
import { createRandom } from './random.ts';
import { smallCases } from './small-cases.ts';
import { beginning, createSmallHistory, type SmallHistory } from './small-history.ts';
import { plain, type Way } from './ways.ts';

const budget = { faults: 3, preemptions: 3, together: 6 };

test.each(smallCases().map((one, index) => [index, one] as const))(
  'a history of case %i goes on from a moment as if it had not been left',
  async (index, one) => {
    const random = createRandom(index);
    for (let round = 0; round < 20; round += 1) {
      const taken: { readonly way: Way; readonly state: string }[] = [];
      const straight = createSmallHistory(one, beginning(budget));
      for (let ways = await straight.choice(); ways.length > 0; ways = await straight.choice()) {
        const way = random.chance(0.4) ? random.pick(ways) : plain;
        taken.push({ way, state: straight.state() });
        await straight.take(way);
      }
      let left: SmallHistory = createSmallHistory(one, beginning(budget));
      for (const { way, state } of taken) {
        await left.choice();
        const moment = left.moment();
        // What becomes of the history that is left must not show in the one that goes on.
        await left.take(random.pick(await left.choice()));
        await left.choice();
        left = createSmallHistory(one, moment);
        expect(left.state()).toBe(state);
        await left.take(way);
      }
      await left.choice();
      expect(left.trace()).toEqual(straight.trace());
      expect(left.violation()).toBeUndefined();
    }
  },
);
