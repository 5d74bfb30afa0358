import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { DeferralReason } from '../functions/domain/job/decision.ts';
import type { MetricName } from '../functions/domain/metrics.ts';
import { timings } from '../functions/domain/timings.ts';
import type { CreateAlarm } from './alarm.ts';
import { ownMetric } from './own-metrics.ts';

/** Five visits of the reconciler, so that one that is late or fails changes nothing. */
const period = Duration.minutes(5);

/** What the task list shows ends a doubt within minutes. What it does not show takes the fence's 37 minutes, or a person. */
const longestDoubt = Duration.minutes(10);

/**
 * For what every visit of the reconciler tells, zeros included: it begins and ends by a number. Without visits nothing of it
 * is over, so a purchase in doubt stays one in doubt; that they fail to come has an alarm of its own (ReconcileHeartbeat).
 */
const toldAtEveryVisit = { treatMissingData: TreatMissingData.IGNORE };

/** What became of purchases. Each alarm is on the highest of all clusters; the dashboard and the events tell which it is. */
export function watchPurchases(scope: Construct, createAlarm: CreateAlarm): Alarm[] {
  const highest = (name: MetricName) => ownMetric(scope, name, { statistic: 'Maximum', period });
  const total = (name: MetricName) => ownMetric(scope, name, { statistic: 'Sum', period });
  // The tries of one job come up to nine minutes apart: any twenty minutes have two of them.
  const deferrals = (reason: DeferralReason) =>
    ownMetric(scope, 'Deferrals', { statistic: 'Sum', period: Duration.minutes(20), of: { reason } });
  return [
    createAlarm('PurchaseInDoubt', {
      says: `For more than ${longestDoubt.toMinutes()} minutes nobody has known whether a purchase happened. Nothing else is bought in its cluster.`,
      see: 'A purchase is in doubt',
      metric: highest('DoubtAge'),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: longestDoubt.toSeconds(),
      ...toldAtEveryVisit,
    }),
    createAlarm('PurchaseParked', {
      says: 'A purchase waits for the word of a person. Nothing else is bought in its cluster.',
      see: 'A purchase is parked',
      metric: highest('ParkedSlots'),
      threshold: 1,
      ...toldAtEveryVisit,
    }),
    createAlarm('PurchaseRefused', {
      says: 'ACK has refused a purchase. Its job has ended, and nothing was bought for it.',
      see: 'A purchase was refused',
      metric: total('Rejections'),
      threshold: 1,
    }),
    createAlarm('NothingSent', {
      says: 'Purchases are decided, and their requests do not leave. Their jobs wait until they are stale.',
      see: 'Requests do not leave',
      metric: deferrals('not-sent'),
      // One refused connection, or one throttling, is made good by the next try.
      threshold: 2,
    }),
    createAlarm('ClusterNotRunning', {
      says: 'A cluster is in a state in which it takes no nodes. Jobs for it wait until they are stale.',
      see: 'A cluster takes no nodes',
      metric: deferrals('not-running'),
      threshold: 2,
    }),
    createAlarm('NodesNotReady', {
      says: 'So many nodes of a cluster are not Ready that no more are bought. Jobs for it wait until they are stale.',
      see: 'A cluster takes no nodes',
      metric: deferrals('nodes-not-ready'),
      threshold: 2,
    }),
    createAlarm('TaskFailed', {
      says: 'A task of ACK has failed, or brought fewer nodes than were asked for.',
      see: 'A task failed',
      metric: total('TasksFailed'),
      threshold: 1,
    }),
    createAlarm('NodesOverdue', {
      says: 'Nodes that were paid for have not joined their cluster in time.',
      see: 'Nodes are overdue',
      metric: total('NodesOverdue'),
      threshold: 1,
    }),
    createAlarm('ClocksDiffer', {
      says: `The clocks of ACK and of the functions differ by more than ${timings.maxClockSkewMs / 1000} s. Nothing is bought.`,
      see: 'Clocks differ by more than 60 s',
      metric: highest('ClockSkew'),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: timings.maxClockSkewMs / 1000,
      // Measured with answers of ACK only; until the next one says otherwise, nothing has changed.
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
      ...toldAtEveryVisit,
    });
  return [
    budget(80, 'A cluster has used 80 % of its budget of this month.'),
    budget(100, 'A cluster has used up its budget of this month: nothing more is bought there.'),
    createAlarm('PurchaseRate', {
      says: 'More nodes were bought in an hour than is usual at this time of the week.',
      see: 'More nodes are bought than usual',
      metric: Metric.anomalyDetectionFor({
        metric: ownMetric(scope, 'NodesBought', { statistic: 'Sum', period: hour }),
        period: hour,
        // Purchases are few and uneven; with the customary two deviations every busy day would be an anomaly.
        stdDevs: 3,
      }),
      // Fewer than usual is no fault: what does not get through has alarms of its own.
      comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
      threshold: Alarm.ANOMALY_DETECTION_NO_THRESHOLD,
    }),
  ];
}
