import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, type MetricOptions, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { CreateAlarm } from './alarm.ts';

export interface StackFunctions {
  readonly scaleOut: IFunction;
  readonly reconcile: IFunction;
  readonly receiveAlert: IFunction;
  readonly announce: IFunction;
}

const sum: MetricOptions = { period: Duration.minutes(5), statistic: 'Sum' };

/** What failed once comes back by itself, within the visibility timeout at the latest; a person is for what stays. */
const moreThanOnce = { evaluationPeriods: 3, datapointsToAlarm: 2 };

/** Events are told seconds after the change; ten minutes behind, a batch is failing again and again. */
const latestEvent = Duration.minutes(10);

/** The functions themselves: what a purchase or a job came to is the matter of purchase-alarms.ts. */
export function watchFunctions(createAlarm: CreateAlarm, functions: StackFunctions): Alarm[] {
  const { scaleOut, reconcile, receiveAlert, announce } = functions;
  const errors = (id: string, name: string, lambda: IFunction) =>
    createAlarm(id, {
      says: `Invocations of ${name} keep failing.`,
      see: 'A function fails',
      metric: lambda.metricErrors(sum),
      threshold: 1,
      ...moreThanOnce,
    });
  const throttles = (id: string, name: string, lambda: IFunction) =>
    createAlarm(id, {
      says: `Lambda keeps refusing to run ${name}: the account has no more executions at once.`,
      see: 'A function is throttled',
      metric: lambda.metricThrottles(sum),
      threshold: 1,
      ...moreThanOnce,
    });
  return [
    errors('ScaleOutErrors', 'scale-out', scaleOut),
    errors('ReceiveAlertErrors', 'receive-alert', receiveAlert),
    errors('AnnounceErrors', 'announce', announce),
    throttles('ScaleOutThrottles', 'scale-out', scaleOut),
    throttles('ReconcileThrottles', 'reconcile', reconcile),
    throttles('ReceiveAlertThrottles', 'receive-alert', receiveAlert),
    throttles('AnnounceThrottles', 'announce', announce),
    ...watchReconciler(createAlarm, reconcile),
    ...watchEnds(createAlarm, functions),
  ];
}

/** Without the reconciler, doubts stay open and block their clusters, and nothing else would tell. */
function watchReconciler(createAlarm: CreateAlarm, reconcile: IFunction): Alarm[] {
  return [
    createAlarm('ReconcileHeartbeat', {
      says: 'The reconciler has not run for five minutes: purchases in doubt stay open.',
      see: 'The reconciler is silent',
      metric: reconcile.metricInvocations(sum),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      // A function that is not invoked reports nothing: no data is the fault itself.
      treatMissingData: TreatMissingData.BREACHING,
    }),
    createAlarm('ReconcileErrors', {
      says: 'The reconciler has kept failing for a quarter of an hour.',
      see: 'The reconciler fails',
      metric: reconcile.metricErrors(sum),
      // One failed run is made good by the next, a minute later. But one of its parts is due every five minutes only.
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
    }),
  ];
}

/** The two that others wait for: whoever sends an alert, and whoever wants to hear what became of it. */
function watchEnds(createAlarm: CreateAlarm, { receiveAlert, announce }: StackFunctions): Alarm[] {
  return [
    createAlarm('WebhookFailures', {
      says: 'The webhook has answered a sender with an error of ours (5xx).',
      see: 'The webhook fails',
      metric: receiveAlert.metric('Url5xxCount', sum),
      // Not every sender tries again: each of them may be an alert that is lost.
      threshold: 1,
    }),
    createAlarm('EventsLate', {
      says: `Events are more than ${latestEvent.toMinutes()} minutes late.`,
      see: 'Events are late',
      metric: announce.metric('IteratorAge', { ...sum, statistic: 'Maximum' }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: latestEvent.toMilliseconds(),
    }),
  ];
}
