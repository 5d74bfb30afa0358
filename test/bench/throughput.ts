// Alerts through one warm process, invocation after invocation, as Lambda does it: how many a second, and what each costs.
import type { SQSEvent } from 'aws-lambda';
import { createRandom, type Random } from '../fuzz/random.ts';
import { batchesOf, buy, poison, reach, staleAlarm } from './alerts.ts';
import { benchConfig, clusterNames } from './clusters.ts';
import type { MeasuredFunction } from './function/measured-function.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import type { Part, Run } from './part.ts';
import { median } from './statistics.ts';
import { type Cell, type Kind, kinds, type Side } from './throughput-cells.ts';
import { tablesOf } from './throughput-tables.ts';
import { targetsOf } from './throughput-targets.ts';
import type { World } from './world.ts';

/** What the reference can do: it has no policy, and leaves poison to the queue. */
const kindsOf: Readonly<Record<Side, readonly Kind[]>> = { ours: kinds, reference: ['buy', 'replay'] };

export const throughput: Part = async (run) => {
  const world = run.worldOf(benchConfig(Math.max(...run.scale.spreads)));
  const data = await measure(world, run);
  await world.setLatency(0);
  return { data, tables: tablesOf(data), targets: targetsOf(data) };
};

type Rates = ReadonlyMap<Kind, { readonly alertsPerSecond: number; readonly cpuMs: number }>;

async function measure(world: World, run: Run): Promise<readonly Cell[]> {
  const { scale, onProgress } = run;
  const cells: Cell[] = [];
  for (const latency of scale.latencies) {
    await world.setLatency(latency);
    for (const spread of scale.spreads) {
      const rates: Record<Side, Rates[]> = { ours: [], reference: [] };
      for (let process = 1; process <= scale.processes; process += 1)
        for (const side of ['ours', 'reference'] as const) {
          onProgress(
            `throughput: ${side}, ${latency} ms, ${spread} clusters, process ${process} of ${scale.processes}`,
          );
          const bundle = world.workshop.contestant(side);
          rates[side].push(await world.inProcess(bundle, (started) => inOneProcess(side, spread, started, world, run)));
        }
      for (const side of ['ours', 'reference'] as const)
        for (const kind of kindsOf[side]) cells.push({ side, kind, latency, spread, ...medians(rates[side], kind) });
    }
  }
  return cells;
}

function medians(rates: readonly Rates[], kind: Kind): Pick<Cell, 'alertsPerSecond' | 'cpuMs'> {
  const of = rates.flatMap((rate) => rate.get(kind) ?? []);
  return {
    alertsPerSecond: median(of.map(({ alertsPerSecond }) => alertsPerSecond)),
    cpuMs: median(of.map(({ cpuMs }) => cpuMs)),
  };
}

async function inOneProcess(
  side: Side,
  spread: number,
  started: MeasuredFunction,
  world: World,
  { scale }: Run,
): Promise<Rates> {
  const totals = new Map(kindsOf[side].map((kind) => [kind, { alerts: 0, wallMs: 0, cpuMs: 0 }]));
  const random = createRandom(spread);
  // A new ledger for each round: a cluster buys a few times in the hour for which its verdicts stay on its item.
  const perRound = Math.min(10 * spread, 200, scale.alerts);
  // Where nodes are on their way, a look is not needed: it comes before the purchases.
  const inOrder = [...totals].toSorted(([a], [b]) => Number(b === 'look') - Number(a === 'look'));
  for (let done = -scale.warmUpAlerts; done < scale.alerts; done += perRound) {
    await world.reset(clusterNames(spread));
    const round = roundOf(clusterNames(spread), perRound, random);
    for (const [kind, total] of inOrder) {
      const { wallMs, cpuMs } = await expectedWork(kind, round[kind], perRound, started, world);
      if (done < 0) continue;
      total.alerts += perRound;
      total.wallMs += wallMs;
      total.cpuMs += cpuMs;
    }
  }
  return new Map(
    [...totals].map(([kind, { alerts, wallMs, cpuMs }]) => [
      kind,
      { alertsPerSecond: (1000 * alerts) / wallMs, cpuMs: cpuMs / alerts },
    ]),
  );
}

let lastRound = 0;

/** Clusters at random, as alerts come: the ten of a batch may share some. */
function roundOf(clusters: readonly string[], alerts: number, random: Random): Readonly<Record<Kind, SQSEvent[]>> {
  lastRound += 1;
  const [first = '', ...others] = clusters;
  const targets = Array.from({ length: alerts }, (_, n) => ({ n, cluster: random.pick([first, ...others]) }));
  const bodies = (write: (cluster: string, n: number) => string) =>
    batchesOf(targets.map(({ cluster, n }) => write(cluster, n)));
  const now = Date.now();
  const buys = (cluster: string, n: number) => buy(cluster, `${lastRound}-${n}`);
  return {
    buy: bodies(buys),
    replay: bodies(buys),
    skip: bodies((cluster, n) => staleAlarm(cluster, n, now)),
    look: bodies((cluster, n) => reach(cluster, `look-${lastRound}-${n}`, 1)),
    poison: bodies((_, n) => poison(n)),
  };
}

async function expectedWork(
  kind: Kind,
  events: readonly SQSEvent[],
  alerts: number,
  started: MeasuredFunction,
  { take }: World,
): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const work = await started.invoke(events);
  expectAnswered(work.values);
  const taken = await take();
  expectBought(taken, kind === 'buy' ? alerts : 0);
  if (kind === 'poison' && taken.calls['SQS.SendMessage'] !== alerts)
    throw new Error(`not every poison became a dead letter: ${JSON.stringify(taken.calls)}`);
  if (kind === 'look' && !taken.calls['ACK.DescribeClusterNodes'])
    throw new Error(`nobody looked at the cluster: ${JSON.stringify(taken.calls)}`);
  return work;
}
