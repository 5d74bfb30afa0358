import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

const window = Duration.minutes(5);

/** Without the reconciler, doubts stay open and block their clusters, and nothing else would tell. */
export function watchReconciler(scope: Construct, reconcile: IFunction, operations: ITopic): void {
  const heartbeat = new Alarm(scope, 'ReconcileHeartbeat', {
    alarmDescription:
      'The reconciler has not run for five minutes: purchases in doubt stay open. See "The reconciler is silent" in README.md.',
    metric: reconcile.metricInvocations({ period: window, statistic: 'Sum' }),
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 1,
    // A function that is not invoked reports nothing: no data is the fault itself.
    treatMissingData: TreatMissingData.BREACHING,
  });
  const errors = new Alarm(scope, 'ReconcileErrors', {
    alarmDescription: 'The reconciler has failed three times in five minutes. See "The reconciler fails" in README.md.',
    metric: reconcile.metricErrors({ period: window, statistic: 'Sum' }),
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // One failed run is made good by the next.
    threshold: 3,
    evaluationPeriods: 1,
    // Silence is the other alarm's business.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const action = new SnsAction(operations);
  for (const alarm of [heartbeat, errors]) {
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
