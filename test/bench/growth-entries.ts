// Cluster items with more and more entries: verdicts that the reconciler has not dropped, nodes that are on their way.
import { batchesOf, buy, staleAlarm } from './alerts.ts';
import { benchConfig, clusterNames } from './clusters.ts';
import type { MeasuredFunction } from './function/measured-function.ts';
import type { Series } from './growth-report.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import type { Run } from './part.ts';
import { median } from './statistics.ts';
import type { World } from './world.ts';

const lists = ['done', 'pending'] as const;
const kinds = ['buy', 'skip'] as const;
type List = (typeof lists)[number];
type Kind = (typeof kinds)[number];

interface Measured {
  readonly list: List;
  readonly kind: Kind;
  readonly entries: number;
  /** Processor time per alert, milliseconds. */
  readonly cpuMs: number;
}

export async function measureEntries(run: Run): Promise<readonly Series[]> {
  const { scale } = run;
  // One alert per cluster and kind, so that each meets as many entries as it should.
  const names = clusterNames(Math.min(100, scale.alerts));
  const world = run.worldOf(benchConfig(names.length));
  const measured: Measured[] = [];
  for (let process = 1; process <= scale.processes; process += 1) {
    run.onProgress(`growth: entries, process ${process} of ${scale.processes}`);
    const bundle = world.workshop.contestant('ours');
    measured.push(...(await world.inProcess(bundle, (started) => inOneProcess(names, started, world, run))));
  }
  return lists.flatMap((list) =>
    kinds.map(
      (kind): Series => ({
        name: `${kind}, ${list}`,
        along: 'entries',
        points: scale.entries.map((entries) => {
          const same = measured.filter((one) => one.list === list && one.kind === kind && one.entries === entries);
          return { x: entries, y: median(same.map(({ cpuMs }) => cpuMs)) };
        }),
      }),
    ),
  );
}

async function inOneProcess(
  names: readonly string[],
  started: MeasuredFunction,
  world: World,
  { scale }: Run,
): Promise<readonly Measured[]> {
  const rounds = Math.ceil(scale.warmUpAlerts / names.length);
  for (let round = 0; round < rounds; round += 1) await measureOne(names, { done: 0, pending: 0 }, started, world);
  const measured: Measured[] = [];
  for (const entries of scale.entries)
    for (const list of lists) {
      const costs = await measureOne(names, { done: 0, pending: 0, [list]: entries }, started, world);
      for (const kind of kinds) measured.push({ list, kind, entries, cpuMs: costs[kind] });
    }
  return measured;
}

async function measureOne(
  names: readonly string[],
  entries: Readonly<Record<List, number>>,
  { invoke }: MeasuredFunction,
  { reset, take }: World,
): Promise<Readonly<Record<Kind, number>>> {
  await reset(names, entries);
  const now = Date.now();
  const skips = await invoke(batchesOf(names.map((name, n) => staleAlarm(name, n, now))));
  const buys = await invoke(batchesOf(names.map((name) => buy(name, 'job'))));
  expectAnswered([...skips.values, ...buys.values]);
  expectBought(await take(), names.length);
  return { buy: buys.cpuMs / names.length, skip: skips.cpuMs / names.length };
}
