// The metrics of functions/domain/metrics.ts for alarms and the dashboard.
import { type Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type MetricDimension, type MetricName, metricNamespace, metrics } from '../functions/domain/metrics.ts';

interface Reading {
  readonly statistic: string;
  readonly period: Duration;
  readonly label?: string;
  /** One series, instead of the whole stack. */
  readonly of?: Readonly<Partial<Record<MetricDimension, string>>>;
}

/** Of the whole stack. The maximum of a level is that of the cluster with the highest value. */
export function ownMetric(scope: Construct, metricName: MetricName, { of = {}, ...reading }: Reading): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service: Stack.of(scope).stackName, ...of },
    ...reading,
  });
}

/** One line for each existing series, such as a cluster or a reason. */
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
