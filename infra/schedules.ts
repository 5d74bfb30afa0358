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
import type { Config } from '../functions/domain/config/types.ts';
import { timings } from '../functions/domain/timings.ts';
import { acknowledge } from './acknowledge.ts';
import type { AlertQueue } from './alert-queue.ts';
import { messageKeyActions } from './customer-key.ts';
import { scheduleInput } from './schedule-input.ts';

export interface ScheduleParts {
  readonly alerts: AlertQueue;
  readonly key: IKey | undefined;
}

/** The config's capacity bumps: each is a schedule that puts a message on the queue when its time comes. */
export class Schedules extends Construct {
  /** Whoever sends for the schedules; absent when there are none. */
  readonly role?: Role;

  constructor(scope: Construct, id: string, config: Config, { alerts, key }: ScheduleParts) {
    super(scope, id);
    const { queue, undeliveredQueue } = alerts;
    const schedules = Object.entries(config.clusters).flatMap(([cluster, of]) =>
      of.schedules.map((schedule) => ({ cluster, schedule })),
    );
    if (schedules.length === 0) return;

    // It has a name of its own making: one that outlived the stack would keep the next stack of that name from deploying.
    const group = new ScheduleGroup(this, 'Group', { removalPolicy: RemovalPolicy.DESTROY });
    const role = this.createRole(group, key);
    this.role = role;
    for (const { cluster, schedule } of schedules) {
      const { name, at, timezone } = schedule;
      // Apart from the group and the role, whatever name a schedule has.
      new Schedule(this, `At-${name}`, {
        scheduleName: name,
        scheduleGroup: group,
        description: `Capacity bump of the cluster ${cluster}`,
        schedule: ScheduleExpression.expression(at, TimeZone.of(timezone ?? 'Etc/UTC')),
        target: new SqsSendMessage(queue, {
          role,
          deadLetterQueue: undeliveredQueue,
          // A job that is older than this is skipped as stale.
          maxEventAge: Duration.millis(timings.jobExpiryMs),
          input: ScheduleTargetInput.fromObject(scheduleInput(cluster, schedule, ContextAttribute.scheduledTime)),
        }),
      });
    }
  }

  /** The target adds to it what it needs: sending to the two queues. Only schedules of this group may take the role. */
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
      'NIST.800.53.R5-IAMNoInlinePolicy':
        'The policy belongs to this one role and is deleted with it; nobody can attach it elsewhere.',
    });
    return role;
  }
}
