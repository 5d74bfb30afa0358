// Very many alerts through one warm process, for a look at what it keeps and what an alert costs.
import { benchConfig, clusterNames } from './clusters.ts';
import type { MeasuredFunction } from './function/measured-function.ts';
import { mixOf } from './mix.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import type { Run, Sample } from './part.ts';

/** @param onSample is told of each sample as it comes */
export async function runLong(
  { scale, worldOf }: Pick<Run, 'scale' | 'worldOf'>,
  onSample: (sample: Sample) => void,
): Promise<readonly Sample[]> {
  const names = clusterNames(20);
  const { workshop, reset, take, inProcess } = worldOf(benchConfig(names.length));
  const samples: Sample[] = [];
  const work = async ({ invoke }: MeasuredFunction) => {
    for (const alerts of stopsOf(scale.longRunAlerts, scale.longRunStep)) {
      const count = alerts - (samples.at(-1)?.alerts ?? 0);
      // The services forget what was before, or they would be what slows down.
      await reset(names);
      const { events, purchases } = mixOf(names, count, alerts);
      const { values, ...costs } = await invoke(events);
      expectAnswered(values);
      expectBought(await take(), purchases);
      samples.push({ alerts, count, ...costs });
      onSample({ alerts, count, ...costs });
    }
  };
  await inProcess(workshop.contestant('ours'), work, { collectsGarbage: true });
  return samples;
}

/** Where a sample is taken: at the powers of ten, and then at even distances. */
function stopsOf(alerts: number, step: number): readonly number[] {
  const powers = [10, 100, 1000].filter((stop) => stop < step);
  return [...powers, ...Array.from({ length: Math.floor(alerts / step) }, (_, i) => (i + 1) * step)];
}
