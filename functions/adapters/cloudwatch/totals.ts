// What the functions of a stack counted, for people. No decision reads it.
import type { CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { type MetricName, metricNamespace } from '../../domain/metrics.ts';

/** Seconds. */
const period = 300;

/**
 * Sums from an instant until now, in whole periods. Each metric that is asked for costs a hundred-thousandth of a dollar.
 * @param from epoch milliseconds @param now epoch milliseconds @throws what the call throws
 */
export type Totals = <Name extends MetricName>(
  names: readonly Name[],
  from: number,
  now: number,
) => Promise<Readonly<Record<Name, number>>>;

/** @param service the name of the stack */
export function createTotals(settings: CloudWatchClientConfig, service: string): Totals {
  let loaded: ReturnType<typeof load> | undefined;
  async function load() {
    const sdk = await import('./sdk.ts');
    return { sdk, client: new sdk.CloudWatchClient(settings) };
  }
  return async <Name extends MetricName>(names: readonly Name[], from: number, now: number) => {
    loaded ??= load();
    const { sdk, client } = await loaded;
    const Dimensions = [{ Name: 'service', Value: service }];
    const { MetricDataResults = [] } = await client.send(
      new sdk.GetMetricDataCommand({
        MetricDataQueries: names.map((MetricName) => ({
          Id: idOf(MetricName),
          MetricStat: {
            Metric: { Namespace: metricNamespace, MetricName, Dimensions },
            ...{ Period: period, Stat: 'Sum' },
          },
        })),
        StartTime: endOfPeriod(from),
        EndTime: endOfPeriod(now),
      }),
    );
    const sums = names.map((name) => {
      const series = MetricDataResults.find(({ Id }) => Id === idOf(name));
      const { StatusCode = 'Complete', Values = [] } = series ?? {};
      if (StatusCode !== 'Complete') throw new Error(`${name} was not read in full (${StatusCode})`);
      return [name, Values.reduce((all, value) => all + value, 0)] as const;
    });
    return Object.fromEntries(sums) as Record<Name, number>;
  };
}

const idOf = (name: MetricName): string => `m${name}`;

/** The running period is in: its values are those until now. */
function endOfPeriod(at: number): Date {
  const step = period * 1000;
  return new Date(Math.floor(at / step + 1) * step);
}
