import { Duration, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { Config } from '../functions/domain/config-schema.ts';
import { timings } from '../functions/domain/timings.ts';
import type { AlertQueue } from './alert-queue.ts';
import { scheduleInput } from './schedule-input.ts';

/** The config's capacity bumps: each is a schedule that puts a message on the queue when its time comes. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, config: Config, { queue, undeliveredQueue }: AlertQueue) {
    super(scope, id);
    const schedules = Object.entries(config.clusters).flatMap(([cluster, of]) =>
      of.schedules.map((schedule) => ({ cluster, schedule })),
    );
    if (schedules.length === 0) return;

    // It has a name of its own making: one that outlived the stack would keep the next stack of that name from deploying.
    const group = new ScheduleGroup(this, 'Group', { removalPolicy: RemovalPolicy.DESTROY });
    const role = this.createRole(group);
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Schedules',
        principals: [new ArnPrincipal(role.roleArn)],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
      }),
    );
    for (const { cluster, schedule } of schedules) {
      const { name, at, timezone } = schedule;
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
  private createRole(group: ScheduleGroup): Role {
    return new Role(this, 'Role', {
      description: 'Lets the schedules send to the alert queue',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.scheduleGroupArn },
        },
      }),
    });
  }
}
