import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

type Optional = 'comparisonOperator' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData';

export interface Watch extends Pick<AlarmProps, 'metric' | 'threshold'>, Partial<Pick<AlarmProps, Optional>> {
  /** What has happened. */
  readonly says: string;
  /** The heading of its section in infra/RUNBOOK.md. */
  readonly see: string;
}

export interface CreateAlarm {
  (id: string, watch: Watch): Alarm;
  /** The sections of the runbook, in the order of the alarms. */
  readonly sections: ReadonlySet<string>;
}

/**
 * Alarms that notify at both changes of state. CloudFormation names them after the stack: alarm-routes.ts excludes these
 * names. By default one period at or above the threshold is enough, and missing data is not breaching.
 */
export function alarmsTo(operations: ITopic, scope: Construct): CreateAlarm {
  const action = new SnsAction(operations);
  const sections = new Set<string>();
  const createAlarm = (id: string, { says, see, ...props }: Watch): Alarm => {
    sections.add(see);
    const alarm = new Alarm(scope, id, {
      alarmDescription: `${says} See "${see}" in infra/RUNBOOK.md.`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  };
  return Object.assign(createAlarm, { sections });
}
