import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmsTo } from './alarm.ts';
import type { AlertQueue } from './alert-queue.ts';
import { createDashboard } from './dashboard.ts';
import { type StackFunctions, watchFunctions } from './function-alarms.ts';
import { watchPurchases } from './purchase-alarms.ts';
import { watchQueues } from './queue-alarms.ts';

interface Observed {
  readonly alerts: AlertQueue;
  readonly functions: StackFunctions;
  readonly operations: ITopic;
  /** URL. */
  readonly runbook?: string | undefined;
}

/** All alarms and the dashboard. */
export function observe(scope: Construct, { alerts, functions, operations, runbook }: Observed): Dashboard {
  const createAlarm = alarmsTo(operations, scope);
  const alarms = [
    ...watchPurchases(scope, createAlarm),
    ...watchQueues(scope, createAlarm, alerts),
    ...watchFunctions(createAlarm, functions),
  ];
  const help = runbook === undefined ? undefined : { runbook, sections: [...createAlarm.sections] };
  return createDashboard(scope, 'Dashboard', { alarms, alerts, functions, help });
}
