// What an alarm evaluates, as GetMetricData takes it, and what that answers.
import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricAlarm,
  MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { FixedThreshold } from '../../domain/alerts/cloudwatch-breach.ts';

/** An alarm on one metric, or on the result of metric math. */
export interface Evaluation extends FixedThreshold {
  /** One of them returns data. */
  readonly queries: readonly MetricDataQuery[];
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
}

/** The values in the window that an alarm evaluates, newest first and at least one; or in words why they cannot be told. */
export type Reading = { readonly values: readonly number[] } | { readonly problem: string };

/** Undefined for what has no fixed threshold (an anomaly band), no such metric (PromQL), or no sliding window. */
export function evaluationOf(alarm: MetricAlarm): Evaluation | undefined {
  const { ComparisonOperator: operator, Threshold: threshold, EvaluationPeriods: evaluationPeriods = 1 } = alarm;
  if (operator === undefined || threshold === undefined || alarm.EvaluationWindow?.WallClockWindow) return undefined;
  const queries = queriesOf(alarm);
  const periods = queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 0);
  const period = alarm.Period ?? Math.max(...periods);
  if (!(period > 0)) return undefined;
  const { DatapointsToAlarm: datapointsToAlarm = evaluationPeriods } = alarm;
  return { queries, period, evaluationPeriods, operator, threshold, datapointsToAlarm };
}

function queriesOf({ Metrics = [], ...alarm }: MetricAlarm): readonly MetricDataQuery[] {
  const { Namespace, MetricName, Dimensions, Period, Unit, Statistic, ExtendedStatistic } = alarm;
  if (MetricName === undefined) return Metrics;
  const Metric = { Namespace, MetricName, ...(Dimensions && { Dimensions }) };
  // With a unit that the metric does not have, there is no data.
  const MetricStat = { Metric, Period, Stat: Statistic ?? ExtendedStatistic, ...(Unit !== undefined && { Unit }) };
  return [{ Id: 'value', MetricStat, ReturnData: true }];
}

/** The window slides with each minute, and the newest period may not be over yet. @param now epoch milliseconds */
export function requestOf({ queries, period, evaluationPeriods }: Evaluation, now: number): GetMetricDataCommandInput {
  const end = now - (now % 60_000);
  return {
    MetricDataQueries: [...queries],
    StartTime: new Date(end - evaluationPeriods * period * 1000),
    EndTime: new Date(end),
    ScanBy: 'TimestampDescending',
  };
}

export function readingOf(
  { MetricDataResults: [series, another] = [] }: GetMetricDataCommandOutput,
  { evaluationPeriods }: Evaluation,
): Reading {
  if (another) return { problem: 'its metric has several series' };
  const { StatusCode = 'Complete', Values = [] } = series ?? {};
  if (StatusCode !== 'Complete') return { problem: `its metric was not read in full (${StatusCode})` };
  // A missing datapoint is absent.
  return Values.length === 0 ? { problem: 'its metric has no data' } : { values: Values.slice(0, evaluationPeriods) };
}
