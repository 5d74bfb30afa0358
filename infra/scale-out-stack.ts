import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { checkedConfig } from '../functions/domain/config/schema.ts';
import type { Config, ConfigInput } from '../functions/domain/config/types.ts';
import { configWarnings } from '../functions/domain/config/warnings.ts';
import { timingProblems } from '../functions/domain/timings.ts';
import { AlarmRoutes } from './alarm-routes.ts';
import { AlertQueue } from './alert-queue.ts';
import { createAnnounceFunction } from './announce-function.ts';
import { createCustomerKey } from './customer-key.ts';
import { admitOnly } from './enqueue-policy.ts';
import { createReceiveAlertFunction, createReconcileFunction, createScaleOutFunction } from './functions.ts';
import { createLedgerTable, restoredLedgerTable } from './ledger-table.ts';
import { createNotesTable } from './notes-table.ts';
import { observe } from './observability.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { admitPublishers, createAlarmTopic, createEventTopic } from './topics.ts';

export interface ScaleOutStackProps extends StackProps {
  readonly config: ConfigInput;
  /** ARN of the stream of a restored table. */
  readonly restoredLedger?: string;
  /** Epoch milliseconds. */
  readonly now?: number;
}

export class ScaleOutStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { config: input, restoredLedger, now = Date.now(), ...props }: ScaleOutStackProps,
  ) {
    super(scope, id, { description: 'Buys nodes for ACK@Edge clusters when alerts ask for them', ...props });
    const config = soundConfig(input);
    for (const [i, warning] of configWarnings(config, now).entries())
      Annotations.of(this).addWarningV2(`edge-scale-out:config${i}`, `functions/config.ts: ${warning}`);

    const key = createCustomerKey(this, 'CustomerKey', config.stack);
    const alerts = new AlertQueue(this, 'AlertQueue', key);
    const ledger =
      restoredLedger === undefined
        ? createLedgerTable(this, 'Ledger', key)
        : restoredLedgerTable(this, 'RestoredLedger', restoredLedger, key);
    const notes = createNotesTable(this, 'Notes', key);
    const secrets = new Secrets(this, 'Secrets', config.stack, key);
    const operations = createAlarmTopic(this, 'Operations', key);
    const events = createEventTopic(this, 'Events', key);

    const scaleOut = createScaleOutFunction(this, { alerts, ledger, notes, secrets, key });
    const reconcile = createReconcileFunction(this, config, { alerts, ledger, notes, secrets, key });
    const { webhookTokens: tokens } = secrets;
    const webhook =
      tokens === undefined ? undefined : createReceiveAlertFunction(this, config.stack, { alerts, tokens, key });
    const receiveAlert = webhook?.lambda;
    const announce = createAnnounceFunction(this, { ledger, events, undelivered: alerts.undeliveredQueue, key });

    const routes = new AlarmRoutes(this, 'AlarmRoutes', config, { alerts, key });
    const schedules = new Schedules(this, 'Schedules', config, { alerts, key });
    const rolesOf = (...senders: readonly ({ readonly role?: IRole | undefined } | undefined)[]) =>
      senders.flatMap((sender) => sender?.role ?? []);
    admitOnly(alerts.queue, rolesOf(scaleOut, reconcile, receiveAlert, schedules), config.stack.enqueuers);
    // A redriven message buys, too.
    admitOnly(alerts.deadLetterQueue, rolesOf(scaleOut), []);
    admitOnly(alerts.undeliveredQueue, rolesOf(announce, schedules), []);

    // A forged event or alarm could hide a purchase.
    admitPublishers(events, rolesOf(announce));
    admitPublishers(operations, []);
    secrets.refuseOthers(config.stack.operators);

    const functions = { scaleOut, reconcile, receiveAlert, announce };
    const dashboard = observe(this, { alerts, functions, operations });

    this.output('QueueUrl', alerts.queue.queueUrl, 'The alert queue');
    this.output('DeadLetterQueueUrl', alerts.deadLetterQueue.queueUrl, 'Alerts that were refused or kept failing');
    this.output(
      'UndeliveredQueueUrl',
      alerts.undeliveredQueue.queueUrl,
      'Alerts that could not be delivered to the queue',
    );
    this.output('TableName', ledger.tableName, 'The ledger of purchases');
    this.output('NotesTableName', notes.tableName, 'Notes on jobs that wait and on alerts that ended');
    this.output('AlarmTopicArn', routes.topic.topicArn, 'Use it as an action of alarms that ask for nodes');
    this.output('EventTopicArn', events.topicArn, 'Subscribe to it for the events of jobs');
    this.output('OperationsTopicArn', operations.topicArn, 'Subscribe to it for alarms of this system');
    this.output('DashboardName', dashboard.dashboardName, 'The CloudWatch dashboard');
    this.output('AckSecretId', secrets.ackCredentials, 'For the RAM key that may buy');
    this.output('AckReadSecretId', secrets.ackReadCredentials, 'For the RAM key with Describe rights only');
    this.output('LoginSecretId', secrets.nodeLogin, 'For the login password of new nodes');
    this.output('ScaleOutFunctionName', scaleOut.functionName, 'Buys');
    this.output('ReconcileFunctionName', reconcile.functionName, 'Finishes unfinished purchases');
    this.output('AnnounceFunctionName', announce.functionName, 'Publishes events and metrics');
    if (!webhook || tokens === undefined) return;
    this.output('ReceiveAlertUrl', webhook.url.url, 'Senders post to alerts/{source}/{cluster} of it');
    this.output('WebhookSecretId', tokens, 'For the tokens of the webhook');
    this.output('ReceiveAlertFunctionName', webhook.lambda.functionName, 'Receives alerts from webhooks');
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}

/** @throws Error that lists every problem */
function soundConfig(input: ConfigInput): Config {
  const problems = timingProblems();
  if (problems.length > 0) throw new Error(`functions/domain/timings.ts:\n  ${problems.join('\n  ')}`);
  return checkedConfig(input);
}
