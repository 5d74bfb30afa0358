import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Config, type ConfigInput, checkedConfig } from '../functions/domain/config-schema.ts';
import { timingProblems } from '../functions/domain/timings.ts';
import { AlarmRoutes } from './alarm-routes.ts';
import { AlertQueue } from './alert-queue.ts';
import { createReceiveAlertFunction, createReconcileFunction, createScaleOutFunction } from './functions.ts';
import { createLedgerTable } from './ledger-table.ts';
import { watchReconciler } from './reconcile-alarms.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { createAlarmTopic } from './topics.ts';

export interface ScaleOutStackProps extends StackProps {
  readonly config: ConfigInput;
}

/** Alerts in, at most one purchase each out: everything that runs in the AWS account. */
export class ScaleOutStack extends Stack {
  constructor(scope: Construct, id: string, { config: input, ...props }: ScaleOutStackProps) {
    super(scope, id, { description: 'Buys nodes for ACK@Edge clusters when alerts ask for them', ...props });
    const config = soundConfig(input);

    const alerts = new AlertQueue(this, 'AlertQueue');
    const ledger = createLedgerTable(this, 'Ledger');
    const secrets = new Secrets(this, 'Secrets');
    const operations = createAlarmTopic(this, 'Operations');

    const scaleOut = createScaleOutFunction(this, { alerts, ledger, secrets });
    const reconcile = createReconcileFunction(this, config, { alerts, ledger, secrets });
    watchReconciler(this, reconcile, operations);
    const receiveAlert = createReceiveAlertFunction(this, { alerts, secrets });

    const routes = new AlarmRoutes(this, 'AlarmRoutes', config, alerts);
    new Schedules(this, 'Schedules', config, alerts);

    this.output('QueueUrl', alerts.queue.queueUrl, 'Alerts go here');
    this.output('DeadLetterQueueUrl', alerts.deadLetterQueue.queueUrl, 'Alerts that were refused or kept failing');
    this.output('UndeliveredQueueUrl', alerts.undeliveredQueue.queueUrl, 'Alerts that did not get onto the queue');
    this.output('TableName', ledger.tableName, 'The ledger of purchases');
    this.output('AlarmTopicArn', routes.topic.topicArn, 'Name it as an action of alarms that ask for capacity');
    this.output('ReceiveAlertUrl', receiveAlert.url.url, 'Senders post to alerts/{source}/{cluster} below it');
    this.output('OperationsTopicArn', operations.topicArn, 'Subscribe to it to hear when this system needs a person');
    this.output('AckSecretId', secrets.ackCredentials, 'Put the RAM key that may buy into it');
    this.output('AckReadSecretId', secrets.ackReadCredentials, 'Put the RAM key with Describe rights only into it');
    this.output('LoginSecretId', secrets.nodeLogin, 'Put the login password of new nodes into it');
    this.output('WebhookSecretId', secrets.webhookTokens, 'Put the tokens of the webhook into it');
    this.output('ScaleOutFunctionName', scaleOut.functionName, 'Buys');
    this.output('ReconcileFunctionName', reconcile.functionName, 'Finishes what is unfinished');
    this.output('ReceiveAlertFunctionName', receiveAlert.lambda.functionName, 'Takes alerts from webhooks');
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}

/** Nothing is synthesized from a config or from durations that break a rule. @throws Error that lists every problem. */
function soundConfig(input: ConfigInput): Config {
  const problems = timingProblems();
  if (problems.length > 0) throw new Error(`functions/domain/timings.ts:\n  ${problems.join('\n  ')}`);
  return checkedConfig(input);
}
