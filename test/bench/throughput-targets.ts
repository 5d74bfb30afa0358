import { ratio } from './figures.ts';
import type { Target } from './part.ts';
import type { Cell, Kind } from './throughput-cells.ts';
import { against } from './throughput-tables.ts';

const skipObstacle =
  'A skip is recorded, with a write of its own; the replay that it is compared with is one write, too.';
const replayObstacle =
  'Over 10 clusters a batch reads as many cluster items, each with the verdicts of the purchases before it; over 1 cluster it ' +
  'reads one, and over 100 they hold few.';

/** Each is judged by the worst of its cells. Purchases have no goal here: the reference knows no limit and looks at nothing. */
export function targetsOf(cells: readonly Cell[]): readonly Target[] {
  const latencies = [...new Set(cells.map(({ latency }) => latency))];
  return [
    cpu(cells, 'replay', 0.5),
    cpu(cells, 'skip', 0.5),
    ...latencies.map((latency) => throughput(cells, latency)),
  ];
}

const cpuObstacles = { replay: replayObstacle, skip: skipObstacle } as const;

function cpu(cells: readonly Cell[], kind: keyof typeof cpuObstacles, limit: number): Target {
  const ours = oursOf(cells, kind);
  const ratios = ours.map((cell) => against(cells, cell).cpu);
  return {
    what: `CPU of a ${kind}, against the reference${kind === 'skip' ? "'s replay" : ''}`,
    limit: `at most ${ratio(limit)}`,
    figure: range(ratios),
    reached: ratios.every((one) => one <= limit),
    obstacle: cpuObstacles[kind],
  };
}

function throughput(cells: readonly Cell[], latency: number): Target {
  const limit = 1.5;
  const ours = oursOf(cells, 'replay').filter((cell) => cell.latency === latency);
  const told = ours.map((cell) => `${ratio(against(cells, cell).throughput)} over ${cell.spread}`);
  return {
    what: `throughput of replays at ${latency} ms, against the reference`,
    limit: `at least ${ratio(limit)}`,
    figure: `${told.join(', ')} clusters`,
    reached: ours.every((cell) => against(cells, cell).throughput >= limit),
  };
}

const oursOf = (cells: readonly Cell[], kind: Kind): readonly Cell[] =>
  cells.filter((cell) => cell.side === 'ours' && cell.kind === kind);

function range(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return least === most ? ratio(most) : `${ratio(least)} to ${ratio(most)}`;
}
