// Configs of more and more clusters, only the last of which is alerted: whoever looks for it along a list finds it last.
import { benchConfig, clusterName } from './clusters.ts';
import type { MeasuredFunction } from './function/measured-function.ts';
import type { Series } from './growth-report.ts';
import { mixOf } from './mix.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import type { Run } from './part.ts';
import type { Scale } from './scale.ts';
import { median, sum } from './statistics.ts';
import type { World } from './world.ts';

interface Costs {
  /** Processor time, milliseconds. */
  readonly perAlert: number;
  readonly importing: number;
}

export async function measureConfigSizes(run: Run): Promise<readonly Series[]> {
  const { scale, onProgress } = run;
  const sizes: { readonly size: number; readonly costs: readonly Costs[] }[] = [];
  for (const size of scale.configSizes) {
    onProgress(`growth: ${size} clusters`);
    sizes.push({ size, costs: await measureSize(size, run) });
  }
  const medians = (of: keyof Costs) =>
    sizes.map(({ size, costs }) => ({ x: size, y: median(costs.map((cost) => cost[of])) }));
  return [
    { name: 'alert, mixed', along: 'clusters', points: medians('perAlert') },
    { name: 'import', along: 'clusters', points: medians('importing') },
  ];
}

async function measureSize(size: number, { scale, worldOf }: Run): Promise<readonly Costs[]> {
  const world = worldOf(benchConfig(size));
  const costs: Costs[] = [];
  for (let process = 1; process <= scale.processes; process += 1)
    costs.push(
      await world.inProcess(world.workshop.contestant('ours'), async (started) => ({
        perAlert: await costPerAlert(clusterName(size - 1), started, world, scale),
        importing: started.imported.cpuMs,
      })),
    );
  return costs;
}

async function costPerAlert(
  cluster: string,
  { invoke }: MeasuredFunction,
  { reset, take }: World,
  { alerts, warmUpAlerts }: Scale,
): Promise<number> {
  const perRound = Math.min(100, alerts);
  const costs: number[] = [];
  for (let done = -warmUpAlerts; done < alerts; done += perRound) {
    await reset([cluster]);
    const { events, purchases } = mixOf([cluster], perRound, done);
    const { values, cpuMs } = await invoke(events);
    expectAnswered(values);
    expectBought(await take(), purchases);
    if (done >= 0) costs.push(cpuMs);
  }
  return sum(costs) / costs.length / perRound;
}
