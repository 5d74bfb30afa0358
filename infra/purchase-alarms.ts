import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { DeferralReason } from '../functions/domain/job/decision.ts';
import type { MetricName } from '../functions/domain/metrics.ts';
import { timings } from '../functions/domain/timings.ts';
import type { CreateAlarm } from './alarm.ts';
import { ownMetric } from './own-metrics.ts';

/** Five runs of the reconciler: one of them may be late or fail. */
const period = Duration.minutes(5);

/** A listed task ends a doubt within minutes; otherwise it takes the fence (37 minutes) or a person. */
const longestDoubt = Duration.minutes(10);

/** For levels that every run of the reconciler writes, zeros included: missing runs do not end an alarm. */
const keptWithoutData = { treatMissingData: TreatMissingData.IGNORE };

/** Each alarm is on the cluster with the highest value; the dashboard and the events name it. */
export function watchPurchases(scope: Construct, createAlarm: CreateAlarm): Alarm[] {
  const highest = (name: MetricName) => ownMetric(scope, name, { statistic: 'Maximum', period });
  const total = (name: MetricName) => ownMetric(scope, name, { statistic: 'Sum', period });
  // A job is tried at least every nine minutes: twice in twenty minutes.
  const deferrals = (reason: DeferralReason) =>
    ownMetric(scope, 'Deferrals', { statistic: 'Sum', period: Duration.minutes(20), of: { reason } });
  return [
    createAlarm('PurchaseInDoubt', {
      says: `It has not been known for more than ${longestDoubt.toMinutes()} minutes whether a purchase was executed. Nothing else is bought in its cluster.`,
      see: 'A purchase is in doubt',
      metric: highest('DoubtAge'),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: longestDoubt.toSeconds(),
      ...keptWithoutData,
    }),
    createAlarm('PurchaseParked', {
      says: 'A person must settle a purchase. Nothing else is bought in its cluster.',
      see: 'A purchase is parked',
      metric: highest('ParkedSlots'),
      threshold: 1,
      ...keptWithoutData,
    }),
    createAlarm('PurchaseRefused', {
      says: 'ACK has refused a purchase. Its job has ended, and nothing was bought for it.',
      see: 'A purchase was refused',
      metric: total('Rejections'),
      threshold: 1,
    }),
    createAlarm('NothingSent', {
      says: 'Purchases are decided, but their requests cannot be sent. The jobs wait until they are stale.',
      see: 'Requests do not leave',
      metric: deferrals('not-sent'),
      // The next attempt repairs a single failure.
      threshold: 2,
    }),
    createAlarm('ClusterNotRunning', {
      says: 'A cluster is in a state that allows no scale-out. Its jobs wait until they are stale.',
      see: 'A cluster takes no nodes',
      metric: deferrals('not-running'),
      threshold: 2,
    }),
    createAlarm('NodesNotReady', {
      says: 'Too many nodes of a cluster are not Ready, so no more are bought. Its jobs wait until they are stale.',
      see: 'A cluster takes no nodes',
      metric: deferrals('nodes-not-ready'),
      threshold: 2,
    }),
    createAlarm('TaskFailed', {
      says: 'A task of ACK has failed, or delivered fewer nodes than requested.',
      see: 'A task failed',
      metric: total('TasksFailed'),
      threshold: 1,
    }),
    createAlarm('NodesOverdue', {
      says: 'Paid nodes are not Ready in time.',
      see: 'Nodes are overdue',
      metric: total('NodesOverdue'),
      threshold: 1,
    }),
    createAlarm('StillShort', {
      says: 'An alert has bought as often as its rule lets it, and stands. It buys nothing more.',
      see: 'Nodes are still missing',
      metric: total('StillShort'),
      threshold: 1,
    }),
    createAlarm('LeasesExpire', {
      says: 'Leases of nodes end within seven days, or within one, and auto-renewal is off.',
      see: 'Leases end',
      metric: total('LeasesExpiring'),
      threshold: 1,
    }),
    createAlarm('ClocksDiffer', {
      says: `The clocks of ACK and of the functions differ by more than ${timings.maxClockSkewMs / 1000} s. Nothing is bought.`,
      see: 'Clocks differ by more than 60 s',
      metric: highest('ClockSkew'),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: timings.maxClockSkewMs / 1000,
      // Measured with answers of ACK only.
      treatMissingData: TreatMissingData.IGNORE,
    }),
    ...watchSpending(scope, createAlarm),
  ];
}

function watchSpending(scope: Construct, createAlarm: CreateAlarm): Alarm[] {
  const hour = Duration.hours(1);
  const budget = (percent: number, says: string) =>
    createAlarm(`BudgetAt${percent}`, {
      says,
      see: 'The budget runs out',
      metric: ownMetric(scope, 'BudgetUsed', { statistic: 'Maximum', period }),
      threshold: percent,
      ...keptWithoutData,
    });
  return [
    budget(80, 'A cluster has used 80 % of its budget of this month.'),
    budget(100, 'A cluster has used up its budget of this month. Nothing more is bought in it.'),
    createAlarm('PurchaseRate', {
      says: 'More nodes were bought in an hour than is usual at this time of the week.',
      see: 'More nodes are bought than usual',
      metric: Metric.anomalyDetectionFor({
        metric: ownMetric(scope, 'NodesBought', { statistic: 'Sum', period: hour }),
        period: hour,
        // Purchases are rare and uneven: with two deviations every busy day would be an anomaly.
        stdDevs: 3,
      }),
      // Fewer than usual is no fault.
      comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
      threshold: Alarm.ANOMALY_DETECTION_NO_THRESHOLD,
    }),
  ];
}
