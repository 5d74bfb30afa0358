import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, type MetricOptions, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { CreateAlarm } from './alarm.ts';

export interface StackFunctions {
  readonly scaleOut: IFunction;
  readonly reconcile: IFunction;
  /** Absent without a webhook. */
  readonly receiveAlert?: IFunction | undefined;
  readonly announce: IFunction;
}

const sum: MetricOptions = { period: Duration.minutes(5), statistic: 'Sum' };

/** A single failure is retried, within the visibility timeout at the latest. */
const moreThanOnce = { evaluationPeriods: 3, datapointsToAlarm: 2 };

/** Events normally follow in seconds: ten minutes mean that a batch fails repeatedly. */
const latestEvent = Duration.minutes(10);

/** Alarms on the functions; purchase-alarms.ts has those on purchases. */
export function watchFunctions(createAlarm: CreateAlarm, functions: StackFunctions): Alarm[] {
  const { scaleOut, reconcile, receiveAlert, announce } = functions;
  const errors = (id: string, name: string, lambda: IFunction) =>
    createAlarm(id, {
      says: `Invocations of ${name} fail repeatedly.`,
      see: 'A function fails',
      metric: lambda.metricErrors(sum),
      threshold: 1,
      ...moreThanOnce,
    });
  const throttles = (id: string, name: string, lambda: IFunction) =>
    createAlarm(id, {
      says: `Lambda repeatedly refuses to run ${name}: the concurrency of the account is used up.`,
      see: 'A function is throttled',
      metric: lambda.metricThrottles(sum),
      threshold: 1,
      ...moreThanOnce,
    });
  return [
    errors('ScaleOutErrors', 'scale-out', scaleOut),
    ...(receiveAlert ? [errors('ReceiveAlertErrors', 'receive-alert', receiveAlert)] : []),
    errors('AnnounceErrors', 'announce', announce),
    throttles('ScaleOutThrottles', 'scale-out', scaleOut),
    throttles('ReconcileThrottles', 'reconcile', reconcile),
    ...(receiveAlert ? [throttles('ReceiveAlertThrottles', 'receive-alert', receiveAlert)] : []),
    throttles('AnnounceThrottles', 'announce', announce),
    ...watchReconciler(createAlarm, reconcile),
    ...watchEnds(createAlarm, functions),
  ];
}

/** Without the reconciler, doubts stay open and block their clusters. */
function watchReconciler(createAlarm: CreateAlarm, reconcile: IFunction): Alarm[] {
  return [
    createAlarm('ReconcileHeartbeat', {
      says: 'The reconciler has not run for five minutes: purchases in doubt stay open.',
      see: 'The reconciler is silent',
      metric: reconcile.metricInvocations(sum),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      // A function that is not invoked has no data.
      treatMissingData: TreatMissingData.BREACHING,
    }),
    createAlarm('ReconcileErrors', {
      says: 'The reconciler has failed repeatedly for 15 minutes.',
      see: 'The reconciler fails',
      metric: reconcile.metricErrors(sum),
      // The next run, a minute later, repeats a failed one; one of its parts runs every five minutes only.
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
    }),
  ];
}

/** The webhook and the events. */
function watchEnds(createAlarm: CreateAlarm, { receiveAlert, announce }: StackFunctions): Alarm[] {
  return [
    ...(receiveAlert
      ? [
          createAlarm('WebhookFailures', {
            says: 'The webhook has answered a sender with 5xx.',
            see: 'The webhook fails',
            metric: receiveAlert.metric('Url5xxCount', sum),
            // Not every sender repeats an alert.
            threshold: 1,
          }),
        ]
      : []),
    createAlarm('EventsLate', {
      says: `Events are more than ${latestEvent.toMinutes()} minutes late.`,
      see: 'Events are late',
      metric: announce.metric('IteratorAge', { ...sum, statistic: 'Maximum' }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: latestEvent.toMilliseconds(),
    }),
  ];
}
