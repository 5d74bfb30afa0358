// Calls to AWS and ACK, counted where they arrive. No clock is involved: every run gives the same numbers.
import { alarm, batchOf, buy, poison, reach, staleAlarm } from './alerts.ts';
import { type Counted, tablesOf, targetsOf } from './calls-report.ts';
import { benchConfig, clusterName } from './clusters.ts';
import type { MeasuredFunction } from './function/measured-function.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import type { Part } from './part.ts';
import type { World } from './world.ts';

/** What is counted, and what has happened before. Each starts from a ledger in which nothing was bought. */
interface Scenario {
  readonly name: string;
  readonly before?: readonly string[];
  readonly batch: readonly string[];
  /** In the batch that is counted. */
  readonly purchases: number;
}

/** As in functions/config.ts: after a purchase, alarms wait. */
const cooldownMinutes = 10;
const cluster = clusterName(0);
const ten = <T>(make: (n: number) => T): readonly T[] => Array.from({ length: 10 }, (_, n) => make(n));

const bought = [buy(cluster, 'job')];
/** Of a process: it reads the secrets. */
const first: Scenario = { name: 'first buy, secrets included', batch: bought, purchases: 1 };
const stormOfBuys = ten((n) => buy(cluster, `job-${n}`));

function scenariosOf(now: number): readonly Scenario[] {
  const alarms = ten((n) => alarm(cluster, n, now));
  const stale = ten((n) => staleAlarm(cluster, n, now));
  return [
    { name: 'buy', batch: bought, purchases: 1 },
    { name: 'buy with current nodes', batch: [reach(cluster, 'job', 4)], purchases: 1 },
    { name: 'skip', batch: stale.slice(0, 1), purchases: 0 },
    { name: 'skip after a look', batch: [reach(cluster, 'job', 1)], purchases: 0 },
    { name: 'replay of a buy', before: bought, batch: bought, purchases: 0 },
    { name: 'replay of a skip', before: stale.slice(0, 1), batch: stale.slice(0, 1), purchases: 0 },
    { name: 'deferral', before: bought, batch: alarms.slice(0, 1), purchases: 0 },
    { name: 'poison', batch: [poison(1)], purchases: 0 },
    { name: 'storm of 10 alarms', batch: alarms, purchases: 1 },
    { name: 'storm of 10 skips', batch: stale, purchases: 0 },
    { name: 'storm of 10 replays', before: stormOfBuys, batch: stormOfBuys, purchases: 0 },
  ];
}

const referenceScenarios: readonly Scenario[] = [
  { name: 'buy', batch: bought, purchases: 1 },
  { name: 'replay of a buy', before: bought, batch: bought, purchases: 0 },
  { name: 'storm of 10 replays', before: stormOfBuys, batch: stormOfBuys, purchases: 0 },
];

export const calls: Part = async ({ worldOf, onProgress }) => {
  const world = worldOf(benchConfig(1, cooldownMinutes));
  const data: Counted[] = [];
  for (const side of ['ours', 'reference'] as const) {
    onProgress(`calls: ${side}`);
    const scenarios = [first, ...(side === 'ours' ? scenariosOf(Date.now()) : referenceScenarios)];
    await world.inProcess(world.workshop.contestant(side), async (started) => {
      for (const scenario of scenarios) data.push({ side, ...(await count(scenario, started, world)) });
    });
  }
  return { data, tables: tablesOf(data), targets: targetsOf(data) };
};

async function count(
  { name, before, batch, purchases }: Scenario,
  started: MeasuredFunction,
  { reset, take }: World,
): Promise<Omit<Counted, 'side'>> {
  await reset([cluster]);
  if (before) expectAnswered((await started.invoke([batchOf(before)])).values);
  await take();
  expectAnswered((await started.invoke([batchOf(batch)])).values);
  const taken = await take();
  expectBought(taken, purchases);
  return { name, alerts: batch.length, calls: taken.calls };
}
