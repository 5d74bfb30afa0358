import { Duration, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { scheduleInput } from '../functions/domain/config/schedule-input.ts';
import type { Config } from '../functions/domain/config/types.ts';
import { timings } from '../functions/domain/timings.ts';
import { acknowledge } from './acknowledge.ts';
import type { AlertQueue } from './alert-queue.ts';
import { messageKeyActions } from './customer-key.ts';

interface ScheduleParts {
  readonly alerts: AlertQueue;
  readonly key: IKey | undefined;
}

/** The schedules of the config. Each puts messages on the alert queue. */
export class Schedules extends Construct {
  /** Absent without schedules. */
  readonly role?: Role;

  constructor(scope: Construct, id: string, config: Config, { alerts, key }: ScheduleParts) {
    super(scope, id);
    const { queue, undeliveredQueue } = alerts;
    const schedules = Object.entries(config.clusters).flatMap(([cluster, of]) =>
      of.schedules.map((schedule) => ({ cluster, schedule })),
    );
    if (schedules.length === 0) return;

    // No fixed name: a group that outlives the stack would block the next deployment.
    const group = new ScheduleGroup(this, 'Group', { removalPolicy: RemovalPolicy.DESTROY });
    const role = this.createRole(group, key);
    this.role = role;
    for (const { cluster, schedule } of schedules) {
      const { name, at, timezone } = schedule;
      // The prefix avoids the ids Group and Role.
      new Schedule(this, `At-${name}`, {
        scheduleName: name,
        scheduleGroup: group,
        description: `Capacity bump of the cluster ${cluster}`,
        schedule: ScheduleExpression.expression(at, TimeZone.of(timezone ?? 'Etc/UTC')),
        target: new SqsSendMessage(queue, {
          role,
          deadLetterQueue: undeliveredQueue,
          // An older job is stale.
          maxEventAge: Duration.millis(timings.jobExpiryMs),
          input: ScheduleTargetInput.fromObject(scheduleInput(cluster, schedule, ContextAttribute.scheduledTime)),
        }),
      });
    }
  }

  /** The target adds the right to send to the two queues. Only schedules of this group may assume the role. */
  private createRole(group: ScheduleGroup, key: IKey | undefined): Role {
    const role = new Role(this, 'Role', {
      description: 'Lets the schedules send to the alert queue',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.scheduleGroupArn },
        },
      }),
    });
    if (key) role.addToPolicy(new PolicyStatement({ actions: messageKeyActions, resources: [key.keyArn] }));
    acknowledge(role, {
      'NIST.800.53.R5-IAMNoInlinePolicy': 'The policy belongs to this role only and is deleted with it.',
    });
    return role;
  }
}
