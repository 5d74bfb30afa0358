// How the cost of an alert grows with what there is: alerts, clusters in the config, entries on a cluster's item.
import { measureConfigSizes } from './growth-clusters.ts';
import { measureEntries } from './growth-entries.ts';
import { type Series, tablesOf, targetsOf } from './growth-report.ts';
import type { Part, Sample } from './part.ts';
import { sum } from './statistics.ts';

export const growth: Part = async (run) => {
  const data: readonly Series[] = [
    alongAlerts(await run.longRun()),
    ...(await measureConfigSizes(run)),
    ...(await measureEntries(run)),
  ];
  return {
    data,
    tables: tablesOf(data),
    targets: targetsOf(data),
    // Its library is large, and only this needs it.
    picture: async () => (await import('./growth-chart.ts')).drawGrowth(data),
  };
};

/** The cost per alert of the alerts since the point before, in powers of ten. */
function alongAlerts(samples: readonly Sample[]): Series {
  const most = samples.at(-1)?.alerts ?? 0;
  const ends = [0, 10, 100, 1000, 10_000, 100_000, 1_000_000].filter((alerts) => alerts <= most);
  const points = ends.slice(1).map((end, i) => {
    const since = samples.filter(({ alerts }) => alerts > (ends[i] ?? 0) && alerts <= end);
    return { x: end, y: sum(since.map(({ cpuMs }) => cpuMs)) / sum(since.map((sample) => sample.count)) };
  });
  return { name: 'alert, mixed', along: 'alerts', points };
}
