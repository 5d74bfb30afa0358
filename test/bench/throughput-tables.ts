import { decimals, ratio } from './figures.ts';
import type { Table } from './part.ts';
import type { Cell, Kind, Side } from './throughput-cells.ts';

/** What the reference does for an alert of each kind that it knows: it decides nothing, so a replay is all that buys nothing. */
const counterpart: Readonly<Partial<Record<Kind, Kind>>> = {
  buy: 'buy',
  replay: 'replay',
  skip: 'replay',
  look: 'replay',
};

/** Of one cell of ours to the reference's cell that it is compared with; NaN where there is none. */
export function against(cells: readonly Cell[], ours: Cell): { readonly throughput: number; readonly cpu: number } {
  const theirs = find(cells, { ...ours, side: 'reference', kind: counterpart[ours.kind] });
  return {
    throughput: ours.alertsPerSecond / (theirs?.alertsPerSecond ?? Number.NaN),
    cpu: ours.cpuMs / (theirs?.cpuMs ?? Number.NaN),
  };
}

interface Place {
  readonly side: Side;
  readonly kind: Kind | undefined;
  readonly latency: number;
  readonly spread: number;
}

const find = (cells: readonly Cell[], at: Place): Cell | undefined =>
  cells.find(
    ({ side, kind, latency, spread }) =>
      side === at.side && kind === at.kind && latency === at.latency && spread === at.spread,
  );

export function tablesOf(cells: readonly Cell[]): readonly Table[] {
  const latencies = [...new Set(cells.map(({ latency }) => latency))];
  return latencies.map((latency) => ({
    title: `Throughput in one warm process, ACK answers after ${latency} ms more`,
    head: ['', 'throughput ÷ reference', 'CPU ÷ reference', 'alerts/s', 'reference', 'CPU ms per alert', 'reference'],
    rows: cells
      .filter((cell) => cell.side === 'ours' && cell.latency === latency)
      .map((cell) => {
        const theirs = find(cells, { ...cell, side: 'reference' });
        const { throughput, cpu } = against(cells, cell);
        return [
          `${cell.kind}, ${cell.spread} ${cell.spread === 1 ? 'cluster' : 'clusters'}`,
          ratio(throughput),
          ratio(cpu),
          decimals(0)(cell.alertsPerSecond),
          decimals(0)(theirs?.alertsPerSecond ?? Number.NaN),
          decimals(2)(cell.cpuMs),
          decimals(2)(theirs?.cpuMs ?? Number.NaN),
        ];
      }),
    note:
      'Batches of 10, each alert for a cluster at random. skip: too old; look: nothing is missing, which takes a look at the ' +
      'cluster; both are compared with a replay of the reference, which decides nothing. One cluster buys one at a time.',
  }));
}
