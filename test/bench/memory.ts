// Whether one warm process keeps anything of the alerts that went through it.
import { mib, percent } from './figures.ts';
import type { Part, Sample, Table, Target } from './part.ts';
import { slope } from './statistics.ts';

export const memory: Part = async ({ longRun }) => {
  const data = await longRun();
  return { data, tables: [tableOf(data)], targets: targetsOf(data) };
};

const rowCount = 10;

function tableOf(samples: readonly Sample[]): Table {
  const step = Math.max(1, Math.floor(samples.length / rowCount));
  return {
    title: 'Memory of one warm process',
    head: ['after alerts', 'heap MiB', 'RSS MiB'],
    rows: samples
      .filter((_, i) => (i + 1) % step === 0)
      .map(({ alerts, heapBytes, rssBytes }) => [String(alerts), mib(heapBytes), mib(rssBytes)]),
    note: 'The heap is what is in use after a garbage collection.',
  };
}

/** The first half warms: code is compiled, pools fill. What grows in the second half would grow for ever. */
function targetsOf(samples: readonly Sample[]): readonly Target[] {
  const half = Math.floor(samples.length / 2);
  const [first, second] = [samples.slice(0, half), samples.slice(half)];
  const heap = slope(second.map(({ alerts, heapBytes }) => ({ x: alerts, y: heapBytes })));
  const peak = (of: readonly Sample[]) => Math.max(...of.map(({ rssBytes }) => rssBytes));
  const growth = peak(second) / peak(first) - 1;
  return [
    {
      what: 'heap in use over the second half of the alerts',
      limit: 'grows by at most 10 bytes per alert',
      figure: `${heap.toFixed(1)} bytes per alert`,
      reached: heap <= 10,
    },
    {
      what: 'peak RSS of the second half, against the first',
      limit: 'at most 5 % more',
      figure: `${percent(growth)} more`,
      reached: growth <= 0.05,
    },
  ];
}
