import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

type Optional = 'comparisonOperator' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData';

export interface Watch extends Pick<AlarmProps, 'metric' | 'threshold'>, Partial<Pick<AlarmProps, Optional>> {
  /** What has happened, for the person who is called. */
  readonly says: string;
  /** The heading in README.md under which it is written what to do. */
  readonly see: string;
}

export type CreateAlarm = (id: string, watch: Watch) => Alarm;

/**
 * Makes alarms that call a person as they go off, and tell when it is over. They get no name from us: CloudFormation
 * begins it with the stack's, by which alarm-routes.ts knows that they must not buy nodes.
 *
 * Unless told otherwise, one period at or above the threshold is enough, and silence is good: most metrics exist only
 * while something happens.
 */
export function alarmsTo(operations: ITopic, scope: Construct): CreateAlarm {
  const action = new SnsAction(operations);
  return (id, { says, see, ...props }) => {
    const alarm = new Alarm(scope, id, {
      alarmDescription: `${says} See "${see}" in README.md.`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  };
}
