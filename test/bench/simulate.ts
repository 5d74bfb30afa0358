// How many histories of the simulation a second: the proof is as good as what it can look at in an evening.
import { availableParallelism } from 'node:os';
import { runWorkers } from '../simulation/run-workers.ts';
import { decimals } from './figures.ts';
import type { Part } from './part.ts';

export const simulate: Part = async ({ scale, onProgress }) => {
  // A process takes a second to start.
  const workers = Math.min(availableParallelism(), Math.ceil(scale.histories / 250));
  const { histories, steps, seconds, violations } = await runWorkers({
    handler: 'ours',
    seed: 1,
    histories: scale.histories,
    workers,
    onProgress: (tally) => onProgress(`simulate: ${tally.histories} of ${scale.histories} histories`),
  });
  if (violations.length > 0) throw new Error(`the simulation found ${JSON.stringify(violations[0])}`);
  const data = { workers, histories, steps, seconds, historiesPerSecond: histories / seconds };
  const rounded = decimals(0);
  return {
    data,
    tables: [
      {
        title: 'Simulation of the purchase protocol',
        head: ['', 'histories/s', 'steps/s', 'histories', 'seconds'],
        rows: [
          [
            `${workers} at once`,
            rounded(data.historiesPerSecond),
            rounded(steps / seconds),
            String(histories),
            decimals(1)(seconds),
          ],
        ],
      },
    ],
    targets: [],
  };
};
