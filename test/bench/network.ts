// What a user feels: from an alert to an accepted purchase, with a network between, TLS, and the share of a processor that a function
// has. All by turns in one run: only the ratios of one run can be compared.
import { batchOf, buy, staleAlarm } from './alerts.ts';
import { benchConfig, clusterName } from './clusters.ts';
import { decimals, percent, ratio } from './figures.ts';
import { canLimitCpu } from './function/limit-cpu.ts';
import type { MeasuredFunction } from './function/measured-function.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import type { Part, Run, Table, Target } from './part.ts';
import { median, quantile, spread, sum } from './statistics.ts';
import type { ContestantName } from './workshop.ts';
import type { World } from './world.ts';

/** Lambda gives one processor with so much memory. */
const megabytesPerProcessor = 1769;

const cluster = clusterName(0);

type Figure = 'coldMs' | 'coldSkipMs' | 'warmMs' | 'warmCpuMs' | 'skipsMs' | 'connections';

interface Felt {
  readonly side: ContestantName;
  readonly memory: number;
  readonly samples: Readonly<Record<Figure, readonly number[]>>;
}

export const network: Part = async (run) => {
  const world = run.worldOf(benchConfig(1));
  const data = await measure(world, run);
  return { data, tables: tablesOf(data, canLimitCpu()), targets: targetsOf(data) };
};

async function measure(world: World, { scale, before, onProgress }: Run): Promise<readonly Felt[]> {
  const sides: readonly ContestantName[] = ['ours', 'floor', 'reference', ...(before ? (['before'] as const) : [])];
  const limits = canLimitCpu();
  const all: Felt[] = [];
  for (const memory of scale.memories) {
    const samples = new Map(sides.map((side) => [side, noSamples()]));
    const how = { overNetwork: true, ...(limits && { cpuShare: memory / megabytesPerProcessor }) };
    for (let round = 1 - scale.warmUpStarts; round <= scale.networkRounds; round += 1)
      for (const side of sides) {
        onProgress(`network: ${side}, ${memory} MB, round ${round} of ${scale.networkRounds}`);
        const found = noSamples();
        const bundle = world.workshop.contestant(side);
        await world.reset([cluster]);
        await world.inProcess(bundle, (started) => buyOften(started, world, scale.warmBuys, found), how);
        if (side === 'ours' || side === 'before') {
          await world.reset([cluster]);
          await world.inProcess(bundle, (started) => skip(started, world, found), how);
          await world.reset([cluster]);
          await world.inProcess(bundle, (started) => skipTens(started, world, found), { overNetwork: true });
        }
        if (round > 0)
          for (const [figure, values] of Object.entries(found)) samples.get(side)?.[figure as Figure].push(...values);
      }
    for (const [side, found] of samples) all.push({ side, memory, samples: found });
  }
  return all;
}

const noSamples = (): Record<Figure, number[]> => ({
  coldMs: [],
  coldSkipMs: [],
  warmMs: [],
  warmCpuMs: [],
  skipsMs: [],
  connections: [],
});

async function buyOften(
  { imported, invoke }: MeasuredFunction,
  { take }: World,
  times: number,
  found: Record<Figure, number[]>,
) {
  for (let n = 0; n <= times; n += 1) {
    const { values, wallMs, cpuMs } = await invoke([batchOf([buy(cluster, `job-${n}`)])]);
    expectAnswered(values);
    const taken = await take();
    expectBought(taken, 1);
    if (n === 0) found.coldMs.push(imported.wallMs + wallMs);
    // Of the first one after it, all that is left to load.
    if (n <= 1) continue;
    found.warmMs.push(wallMs);
    found.warmCpuMs.push(cpuMs);
    found.connections.push(taken.connections);
  }
}

async function skip({ imported, invoke }: MeasuredFunction, { take }: World, found: Record<Figure, number[]>) {
  const now = Date.now();
  const first = await invoke([batchOf([staleAlarm(cluster, 0, now)])]);
  found.coldSkipMs.push(imported.wallMs + first.wallMs);
  expectAnswered(first.values);
  expectBought(await take(), 0);
}

/** With a whole processor: what is waited for is measured, not what is computed. */
async function skipTens({ invoke }: MeasuredFunction, { take }: World, found: Record<Figure, number[]>) {
  const now = Date.now();
  for (let n = 0; n < 8; n += 1) {
    const alarms = Array.from({ length: 10 }, (_, i) => staleAlarm(cluster, 10 * n + i, now));
    const { values, wallMs } = await invoke([batchOf(alarms)]);
    expectAnswered(values);
    if (n >= 3) found.skipsMs.push(wallMs);
  }
  expectBought(await take(), 0);
}

const told: readonly (readonly [string, (felt: Felt['samples']) => string])[] = [
  ['cold p50 ms', ({ coldMs }) => decimals(0)(median(coldMs))],
  ['cold p95 ms', ({ coldMs }) => decimals(0)(quantile(coldMs, 0.95))],
  ['±', ({ coldMs }) => percent(spread(coldMs))],
  ['warm p50 ms', ({ warmMs }) => decimals(0)(median(warmMs))],
  ['warm p95 ms', ({ warmMs }) => decimals(0)(quantile(warmMs, 0.95))],
  ['warm CPU ms', ({ warmCpuMs }) => decimals(2)(median(warmCpuMs))],
  ['connections to ACK', ({ connections }) => decimals(1)(sum(connections) / connections.length)],
  ['cold skip ms', ({ coldSkipMs }) => decimals(0)(median(coldSkipMs))],
  ['10 skips ms', ({ skipsMs }) => decimals(0)(median(skipsMs))],
];

function tablesOf(all: readonly Felt[], limited: boolean): readonly Table[] {
  return [
    {
      title: 'From an alert to an accepted purchase, with a network and TLS',
      head: ['', ...told.map(([head]) => head)],
      rows: all.map(({ side, memory, samples }) => [`${side}, ${memory} MB`, ...told.map(([, tell]) => tell(samples))]),
      note:
        'A round trip to ACK takes 40 ms, and a connection with TLS 80 ms; DynamoDB answers in 3 ms, Secrets Manager in 30 ms. cold: import ' +
        'and first invocation of a fresh process. The reference looks at no cluster, has no limit and no policy, and buys again what it ' +
        `forgot. ${limited ? 'An invocation has the share of a processor that Lambda gives with so much memory, an import a whole one.' : 'This machine let no process be limited: each has a whole processor.'}`,
    },
  ];
}

const obstacles: Readonly<Partial<Record<Figure, string>>> = {
  coldMs:
    'The reference makes two calls to the ledger and one to ACK, over a connection that it keeps; a purchase here has five and three, and what a ' +
    'purchase waits for is two round trips to ACK and one connection. Against the floor, which makes the same calls, it takes less.',
  warmCpuMs: 'The checks, the decision with its two log lines, and got are the rest; the handshakes are the same.',
  coldSkipMs: 'With more of a processor an import that also loads the HTTP client is a larger share of it.',
  skipsMs:
    'Ten decisions, twenty log lines and ten signed writes take their processor time one after the other; they wait once.',
};

function targetsOf(all: readonly Felt[]): readonly Target[] {
  const of = (side: ContestantName, memory: number, figure: Figure) =>
    median(all.find((felt) => felt.side === side && felt.memory === memory)?.samples[figure] ?? []);
  const measured = [...new Set(all.map(({ memory }) => memory))];
  const against = (what: string, figure: Figure, side: ContestantName, limit: number): readonly Target[] => {
    const ratios = measured.map((memory) => of('ours', memory, figure) / of(side, memory, figure));
    if (!ratios.every(Number.isFinite)) return [];
    return [
      {
        what: `${what}, against ${side === 'before' ? 'that of before' : `the ${side}`}`,
        limit: `at most ${ratio(limit)}`,
        figure: measured.map((memory, i) => `${ratio(ratios[i] ?? Number.NaN)} with ${memory} MB`).join(', '),
        reached: ratios.every((one) => one <= limit),
        ...(obstacles[figure] && { obstacle: obstacles[figure] }),
      },
    ];
  };
  const atMost = (what: string, figure: Figure, limit: number, unit: string): Target => {
    const values = measured.map((memory) => of('ours', memory, figure));
    return {
      what,
      limit: `at most ${limit}${unit}`,
      figure: measured
        .map((memory, i) => `${decimals(0)(values[i] ?? Number.NaN)}${unit} with ${memory} MB`)
        .join(', '),
      reached: values.every((value) => value <= limit),
      ...(obstacles[figure] && { obstacle: obstacles[figure] }),
    };
  };
  return [
    ...against('cold purchase with a network', 'coldMs', 'reference', 0.95),
    ...against('cold purchase with a network', 'coldMs', 'floor', 1.2),
    ...against('cold purchase with a network', 'coldMs', 'before', 1),
    ...against('warm purchase with a network', 'warmMs', 'before', 0.62),
    ...against('CPU of a warm purchase with a network', 'warmCpuMs', 'floor', 1.25),
    ...against('CPU of a warm purchase with a network', 'warmCpuMs', 'before', 1),
    ...against('cold skip with a network', 'coldSkipMs', 'before', 0.7),
    atMost('10 skips of one cluster in one batch, with a network', 'skipsMs', 20, ' ms'),
    atMost('new connections to ACK of a warm purchase', 'connections', 1, ''),
  ];
}
