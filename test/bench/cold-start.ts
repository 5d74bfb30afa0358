// The first invocation after a quiet night: a fresh process imports the bundle and does its work once.
import { config } from '../../functions/config.ts';
import type { Bundle } from '../../infra/bundle/bundle.ts';
import { recordsOfAPurchase } from '../announce/records.ts';
import { batchOf, buy, webhookRequest } from './alerts.ts';
import { decimals, kib, percent, ratio } from './figures.ts';
import { expectAnswered, expectBought } from './outcomes.ts';
import type { Part, Run, Table } from './part.ts';
import { median, spread } from './statistics.ts';
import type { Workshop } from './workshop.ts';
import type { World } from './world.ts';

interface Starter {
  readonly name: string;
  readonly bundle: Bundle;
  readonly event: () => unknown;
  /** That the first invocation makes. */
  readonly purchases: number;
}

interface Start {
  readonly importMs: number;
  readonly callMs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Medians, each by itself. */
interface ColdStart extends Start {
  readonly name: string;
  readonly bytes: number;
  readonly spread: number;
}

// The clusters as deployed.
const names = Object.keys(config.clusters);
const [cluster = ''] = names;

export const coldStart: Part = async (run) => {
  const world = run.worldOf(config);
  const data = await measure(startersOf(world.workshop), world, run);
  return { data, tables: tablesOf(data), targets: [] };
};

function startersOf(workshop: Workshop): readonly Starter[] {
  const alert = () => batchOf([buy(cluster, 'first')]);
  const buyer = (name: 'ours' | 'floor' | 'reference', as = name as string): Starter => {
    return { name: as, bundle: workshop.contestant(name), event: alert, purchases: 1 };
  };
  return [
    buyer('ours', 'scale-out'),
    buyer('floor'),
    buyer('reference'),
    { name: 'bare', bundle: workshop.contestant('bare'), event: alert, purchases: 0 },
    { name: 'reconcile', bundle: workshop.function('reconcile'), event: () => ({}), purchases: 0 },
    {
      name: 'receive-alert',
      bundle: workshop.function('receive-alert'),
      event: () => webhookRequest(cluster),
      purchases: 0,
    },
    {
      name: 'announce',
      bundle: workshop.function('announce'),
      event: () => ({ Records: recordsOfAPurchase(`manual/${cluster}/first`, 1) }),
      purchases: 0,
    },
  ];
}

/** All by turns, so that a busy minute of the machine is everybody's. */
async function measure(
  starters: readonly Starter[],
  world: World,
  { scale, onProgress }: Run,
): Promise<readonly ColdStart[]> {
  const samples = new Map<string, Start[]>(starters.map(({ name }) => [name, []]));
  for (let round = 1 - scale.warmUpStarts; round <= scale.coldStarts; round += 1) {
    onProgress(`cold start ${round} of ${scale.coldStarts}`);
    for (const starter of starters) {
      const sample = await startOnce(starter, world);
      if (round > 0) samples.get(starter.name)?.push(sample);
    }
  }
  return starters.map(({ name, bundle }) => {
    const of = (figure: keyof Start) => (samples.get(name) ?? []).map((sample) => sample[figure]);
    return {
      name,
      bytes: bundle.bytes,
      importMs: median(of('importMs')),
      callMs: median(of('callMs')),
      wallMs: median(of('wallMs')),
      cpuMs: median(of('cpuMs')),
      spread: spread(of('wallMs')),
    };
  });
}

async function startOnce({ bundle, event, purchases }: Starter, { reset, take, inProcess }: World): Promise<Start> {
  await reset(names);
  return inProcess(bundle, async ({ imported, invoke }) => {
    const first = await invoke([event()]);
    expectAnswered(first.values);
    expectBought(await take(), purchases);
    return {
      importMs: imported.wallMs,
      callMs: first.wallMs,
      wallMs: imported.wallMs + first.wallMs,
      cpuMs: imported.cpuMs + first.cpuMs,
    };
  });
}

function tablesOf(starts: readonly ColdStart[]): readonly Table[] {
  const of = (name: string) => starts.find((start) => start.name === name);
  const against = (name: string, figure: 'wallMs' | 'cpuMs') => (start: ColdStart) =>
    ratio(start[figure] / (of(name)?.[figure] ?? Number.NaN));
  return [
    {
      title: 'Cold start: import and first invocation of a fresh process',
      head: [
        '',
        '÷ floor',
        '÷ reference',
        'CPU ÷ floor',
        'CPU ÷ reference',
        'ms',
        'CPU ms',
        'import ms',
        'call ms',
        '±',
        'KiB',
      ],
      rows: starts.map((start) => [
        start.name,
        against('floor', 'wallMs')(start),
        against('reference', 'wallMs')(start),
        against('floor', 'cpuMs')(start),
        against('reference', 'cpuMs')(start),
        ...[start.wallMs, start.cpuMs, start.importMs, start.callMs].map(decimals(1)),
        percent(start.spread),
        kib(start.bytes),
      ]),
      note:
        'scale-out, floor and reference buy: secrets, ledger and ACK included. reconcile visits a quiet cluster, ' +
        'receive-alert takes an alert to the queue, announce tells of a purchase. ± is half the distance between the quartiles. ' +
        'On Lambda the call weighs more than here: an import has a processor of its own, an invocation at 512 MB less than a third.',
    },
  ];
}
