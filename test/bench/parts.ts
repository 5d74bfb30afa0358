// All parts, one after the other, with one environment around them.
import { backtest } from './backtest.ts';
import { bundleSizes } from './bundle-sizes.ts';
import { calls } from './calls.ts';
import { coldStart } from './cold-start.ts';
import { startEnvironment } from './environment/environment.ts';
import { growth } from './growth.ts';
import { runLong } from './long-run.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { parsing } from './parsing.ts';
import type { Part, PartName, PartReport, Run, Sample } from './part.ts';
import type { Scale } from './scale.ts';
import { simulate } from './simulate.ts';
import { throughput } from './throughput.ts';
import { createWorlds, type Worlds } from './world.ts';

const parts: Readonly<Record<PartName, Part>> = {
  sizes: bundleSizes,
  'cold-start': coldStart,
  network,
  throughput,
  parsing,
  calls,
  memory,
  growth,
  simulate,
  backtest,
};

interface Listeners {
  readonly onProgress: (text: string) => void;
  readonly onReport: (report: PartReport) => void;
}

/** @throws what a part throws; then nothing is left running */
export async function runParts(
  names: readonly PartName[],
  scale: Scale,
  { before, onProgress, onReport }: Listeners & { readonly before?: string | undefined },
): Promise<ReadonlyMap<PartName, PartReport>> {
  const environment = await startEnvironment();
  const worlds = await createWorlds(environment, before);
  try {
    const run = openRun(scale, before, worlds, onProgress);
    const reports = new Map<PartName, PartReport>();
    for (const name of names) {
      const report = await parts[name](run);
      reports.set(name, report);
      onReport(report);
    }
    return reports;
  } finally {
    await worlds.close();
    await environment.stop();
  }
}

function openRun(
  scale: Scale,
  before: string | undefined,
  { of: worldOf }: Worlds,
  onProgress: Run['onProgress'],
): Run {
  let shared: Promise<readonly Sample[]> | undefined;
  const onSample = ({ alerts }: Sample) => onProgress(`${alerts} of ${scale.longRunAlerts} alerts`);
  return {
    scale,
    before,
    worldOf,
    onProgress,
    longRun: () => {
      shared ??= runLong({ scale, worldOf }, onSample);
      return shared;
    },
  };
}
