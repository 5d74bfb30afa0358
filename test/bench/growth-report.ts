import { decimals } from './figures.ts';
import { mixNote } from './mix.ts';
import type { Table, Target } from './part.ts';
import { exponent, type Point } from './statistics.ts';

/** One line of the chart. */
export interface Series {
  readonly name: string;
  /** What is counted along it. */
  readonly along: 'alerts' | 'clusters' | 'entries';
  /** Milliseconds of processor time: per alert, or of an import. */
  readonly points: readonly Point[];
}

const titles: Readonly<Record<Series['along'], string>> = {
  alerts: 'Growth with the alerts through one process',
  clusters: 'Growth with the clusters in the config',
  entries: 'Growth with the entries on a cluster',
};

const notes: Readonly<Record<Series['along'], string>> = {
  alerts: `CPU ms per alert, of those since the row before. ${mixNote}`,
  clusters: 'CPU ms per alert, and of the import of the bundle. All alerts are for the last cluster of the config.',
  entries: 'CPU ms per alert, ten clusters in each batch. done: verdicts on the item; pending: nodes on their way.',
};

export function tablesOf(all: readonly Series[]): readonly Table[] {
  return (['alerts', 'clusters', 'entries'] as const).map((along) => {
    const its = all.filter((series) => series.along === along);
    return {
      title: titles[along],
      head: [along, ...its.map(({ name }) => name)],
      rows: (its[0]?.points ?? []).map(({ x }, i) => [
        String(x),
        ...its.map(({ points }) => decimals(2)(points[i]?.y ?? Number.NaN)),
      ]),
      note: notes[along],
    };
  });
}

/** Room for noise: cost that grows with the power 1.1 is called linear. */
const maxExponent = 1.1;

export function targetsOf(all: readonly Series[]): readonly Target[] {
  return all.map((series) => {
    const power = powerOf(series);
    return {
      what: `cost of ${series.name}, along the ${series.along}`,
      limit: 'linear or better',
      figure: `grows with the power ${power.toFixed(2)}`,
      reached: power <= maxExponent,
    };
  });
}

/** From half of the way or before to the end, where a power shows if there is one. With the alerts, all of their cost grows. */
function powerOf({ along, points }: Series): number {
  const costs = along === 'alerts' ? totals(points) : points;
  const last = costs.at(-1);
  const before = last && costs.findLast(({ x }) => x <= last.x / 2);
  return before && last ? exponent(before, last) : Number.NaN;
}

function totals(points: readonly Point[]): readonly Point[] {
  let total = 0;
  return points.map(({ x, y }, i) => {
    total += y * (x - (points[i - 1]?.x ?? 0));
    return { x, y: total };
  });
}
