// The metrics that the functions write (functions/domain/metrics.ts), as alarms and the dashboard read them.
import { type Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type MetricDimension, type MetricName, metricNamespace, metrics } from '../functions/domain/metrics.ts';

export interface Reading {
  readonly statistic: string;
  readonly period: Duration;
  readonly label?: string;
  /** One of the series that the metric is told apart by, instead of the whole stack's. */
  readonly of?: Readonly<Partial<Record<MetricDimension, string>>>;
}

/** Of the whole stack. For a level, such as the age of a doubt, the maximum is that of the worst cluster. */
export function ownMetric(scope: Construct, metricName: MetricName, { of = {}, ...reading }: Reading): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service: Stack.of(scope).stackName, ...of },
    ...reading,
  });
}

/** One line for each cluster, reason or whatever the metric is told apart by: those that there are when someone looks. */
export function ownMetricApart(scope: Construct, metricName: MetricName, reading: Reading): IMetric {
  const { statistic, period, label } = reading;
  const by: readonly MetricDimension[] = metrics[metricName].by;
  const series = `{${[metricNamespace, 'service', ...by].join()}}`;
  const search = `${series} MetricName="${metricName}" service="${Stack.of(scope).stackName}"`;
  return new MathExpression({
    expression: `SEARCH('${search}', '${statistic}', ${period.toSeconds()})`,
    label: [...(label ? [label] : []), ...by.map((dimension) => `\${PROP('Dim.${dimension}')}`)].join(' '),
    period,
  });
}
