// Ready nodes of a day, rebuilt from what came.
import { expect, test } from '@jest/globals';
import type { Line } from '../../functions/cli/jobs/listing.ts';
import { nodeHistory } from '../../functions/console/reading/node-history.ts';
import { day, hour, sampleAt } from '../support/samples.ts';

const line = (of: Partial<Line>): Line => ({
  ...{ key: 'k', cluster: 'edge', state: 'completed', at: sampleAt, source: 'manual', count: 2, why: 'add 2' },
  ...of,
});
const came = (nodes: number, at: number) => line({ came: { nodes, at } });

test('goes back from the nodes of now over what came, in any order', () => {
  const from = sampleAt - day;
  const jobs = [came(2, sampleAt - hour), came(3, sampleAt - 5 * hour), line({ state: 'skipped' })];
  expect(nodeHistory(16, jobs, from)).toEqual([
    [from, 11],
    [sampleAt - 5 * hour, 14],
    [sampleAt - hour, 16],
  ]);
});

test('leaves out what came before, and never goes below nothing', () => {
  const from = sampleAt - day;
  expect(nodeHistory(1, [came(5, sampleAt - hour), came(9, from - 1)], from)).toEqual([
    [from, 0],
    [sampleAt - hour, 1],
  ]);
});
