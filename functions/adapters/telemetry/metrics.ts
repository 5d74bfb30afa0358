// Metrics in CloudWatch's embedded metric format: log lines, without a call.
import { type MetricDimension, type MetricName, metricNamespace, metrics } from '../../domain/metrics.ts';

export type MetricDimensions = Readonly<Partial<Record<MetricDimension, string>>>;

export interface Metrics {
  /** Never throws. Ignores NaN and Infinity. */
  add(name: MetricName, value: number, dimensions?: MetricDimensions): void;
  /** Writes a line per combination of dimensions. Call it at the end of an invocation. */
  publish(): void;
}

interface Series {
  readonly dimensions: MetricDimensions;
  readonly values: Map<MetricName, readonly number[]>;
}

/** CloudWatch drops further values of a metric on one line. */
const maxValues = 100;

/** @param serviceName the stack's name: stacks in one account have separate series */
export function createMetrics(serviceName: string, now: () => number = Date.now): Metrics {
  let series = new Map<string, Series>();
  return {
    add(name, value, dimensions = {}) {
      if (!Number.isFinite(value)) return;
      const { unit, by } = metrics[name];
      const used = Object.fromEntries(
        by.flatMap((dimension) => (dimensions[dimension] === undefined ? [] : [[dimension, dimensions[dimension]]])),
      );
      const id = JSON.stringify(used);
      const one: Series = series.get(id) ?? { dimensions: used, values: new Map() };
      series.set(id, one);
      const earlier = one.values.get(name) ?? [];
      // Counts are summed up; other values are kept.
      one.values.set(name, unit === 'Count' ? [(earlier[0] ?? 0) + value] : [...earlier, value]);
    },
    publish() {
      const timestamp = now();
      for (const one of series.values())
        for (const line of linesOf(one, serviceName, timestamp)) process.stdout.write(`${line}\n`);
      series = new Map();
    },
  };
}

/** The first line has all metrics, the next ones have further values. */
function linesOf({ dimensions, values }: Series, service: string, timestamp: number): string[] {
  const lines: string[] = [];
  for (let from = 0; ; from += maxValues) {
    const here = [...values].flatMap(([name, all]) => {
      const [first, ...more] = all.slice(from, from + maxValues);
      return first === undefined ? [] : [[name, more.length > 0 ? [first, ...more] : first] as const];
    });
    if (here.length === 0) return lines;
    lines.push(JSON.stringify(embedded(here, { service, ...dimensions }, timestamp)));
  }
}

/** AWS, "Embedded metric format". Each value counts for the whole stack and for its dimensions. */
function embedded(
  values: readonly (readonly [MetricName, number | readonly number[]])[],
  dimensions: Readonly<Record<string, string>>,
  timestamp: number,
) {
  const names = Object.keys(dimensions);
  return {
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: names.length > 1 ? [['service'], names] : [names],
          Metrics: values.map(([Name]) => ({ Name, Unit: metrics[Name].unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(values),
  };
}
