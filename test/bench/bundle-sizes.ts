// What is deployed, and how much of it an invocation has to load.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../../functions/config.ts';
import type { Bundle } from '../../infra/bundle/bundle.ts';
import { batchOf, buy, staleAlarm } from './alerts.ts';
import { kib } from './figures.ts';
import { expectAnswered } from './outcomes.ts';
import type { Part, Target } from './part.ts';
import { sum } from './statistics.ts';

const names = Object.keys(config.clusters);
const [cluster = ''] = names;

interface Sizes {
  readonly name: string;
  readonly bytes: number;
  /** Loaded by then, of the queue function. */
  readonly loaded?: { readonly byImport: number; readonly bySkip: number; readonly byPurchase: number };
}

export const bundleSizes: Part = async ({ worldOf, onProgress }) => {
  onProgress('bundle sizes');
  const { workshop, reset, inProcess } = worldOf(config);
  const bundle = workshop.contestant('ours');
  await reset(names);
  const loaded = await inProcess(
    bundle,
    async ({ invoke, files }) => {
      const byImport = sizeOf(bundle, files());
      expectAnswered((await invoke([batchOf([staleAlarm(cluster, 0, Date.now())])])).values);
      const bySkip = sizeOf(bundle, files());
      expectAnswered((await invoke([batchOf([buy(cluster, 'first')])])).values);
      return { byImport, bySkip, byPurchase: sizeOf(bundle, files()) };
    },
    { listsFiles: true },
  );
  const data: readonly Sizes[] = [
    { name: 'scale-out', bytes: bundle.bytes, loaded },
    { name: 'reconcile', bytes: workshop.function('reconcile').bytes },
    { name: 'receive-alert', bytes: workshop.function('receive-alert').bytes },
    { name: 'announce', bytes: workshop.function('announce').bytes },
  ];
  return { data, tables: [tableOf(data)], targets: targetsOf(data) };
};

const sizeOf = ({ directory }: Bundle, files: readonly string[]): number =>
  sum([...new Set(files)].map((file) => statSync(join(directory, file)).size));

const tableOf = (all: readonly Sizes[]) => ({
  title: 'Bundles, KiB',
  head: ['', 'all of it', 'loaded by the import', 'by a skip', 'by a purchase'],
  rows: all.map(({ name, bytes, loaded }) => [
    name,
    kib(bytes),
    ...(loaded ? [kib(loaded.byImport), kib(loaded.bySkip), kib(loaded.byPurchase)] : ['', '', '']),
  ]),
});

const obstacle =
  'got, four clients of AWS and what these have in common are three quarters of it, after what they carry for options that are ' +
  'off has been left out (infra/bundle/).';

function targetsOf(all: readonly Sizes[]): readonly Target[] {
  const atMost = (name: string, limit: number): Target => {
    const { bytes = Number.NaN, loaded } = all.find((one) => one.name === name) ?? {};
    return {
      what: `bundle of ${name}`,
      limit: `at most ${limit} KiB`,
      figure: `${kib(bytes)} KiB`,
      reached: bytes <= limit * 1024,
      ...(loaded && { obstacle: `${obstacle} A skip loads ${kib(loaded.bySkip)} KiB of it.` }),
    };
  };
  return [atMost('scale-out', 445), atMost('receive-alert', 250)];
}
