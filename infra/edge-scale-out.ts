import { Annotations, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import type { AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IGrantable, IRole } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { configText } from '../functions/domain/config/config-text.ts';
import { ConfigError, checkedConfig } from '../functions/domain/config/schema.ts';
import type { AlibabaRoles, Config, ConfigInput } from '../functions/domain/config/types.ts';
import { configWarnings } from '../functions/domain/config/warnings.ts';
import { timingProblems } from '../functions/domain/timings.ts';
import { alarmProblem } from './alarm-action.ts';
import { AlarmRoutes } from './alarm-routes.ts';
import { AlertQueue } from './alert-queue.ts';
import { createAnnounceFunction } from './announce-function.ts';
import { allowKeyUse, createCustomerKey } from './customer-key.ts';
import { type Admission, admitOnly, arnOf } from './enqueue-policy.ts';
import type { StackFunctions } from './function-alarms.ts';
import { createReceiveAlertFunction, createReconcileFunction, createScaleOutFunction } from './functions.ts';
import { createLedgerTable, type LedgerTable, restoredLedgerTable } from './ledger-table.ts';
import { createNotesTable } from './notes-table.ts';
import { observe } from './observability.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { admitPublishers, createAlarmTopic, createEventTopic } from './topics.ts';

/** The config: clusters, labels and stack. All of it is checked when the construct is created. */
export interface EdgeScaleOutProps extends ConfigInput {
  /** For a restored ledger in the place of the own one: the ARN of the stream of its table (README.md, "Restore the ledger"). */
  readonly restoredLedger?: string;
  /** What messages call the config. @default the path of the construct */
  readonly configName?: string;
  /** Epoch milliseconds, by which a schedule is over. @default the time of the synthesis */
  readonly now?: number;
}

/** The key in the metadata of the resource that the output ConfigResource names. */
export const configMetadataKey = 'EdgeScaleOutConfig';

/**
 * Turns load alerts into purchases of nodes for ACK@Edge clusters, and never buys twice. At most one in a stack: its queues,
 * topics, alarms and metrics have the name of the stack, and commands find it by that (`--stack`).
 *
 * Its path is part of the logical id of the ledger. Under another path the ledger is a new, empty table, which buys everything
 * again: do not move or rename it.
 */
export class EdgeScaleOut extends Construct {
  /** Of all alerts. Messages come from `grantEnqueue` and the routes of this construct only. */
  readonly queue: IQueue;
  /** For alarm actions of CloudWatch alarms that ask for nodes: `addAlarm`. Only CloudWatch publishes to it. */
  readonly alarmTopic: ITopic;
  /** Has a message for each change of the state of a job. */
  readonly eventTopic: ITopic;
  /** Has the alarms of this system itself, for the people who operate it. */
  readonly operationsTopic: ITopic;

  private readonly config: Config;
  private readonly key: Key | undefined;
  private readonly admission: Admission;

  /** @throws ConfigError that lists every problem of the config */
  constructor(
    scope: Construct,
    id: string,
    { restoredLedger, configName, now = Date.now(), ...input }: EdgeScaleOutProps,
  ) {
    super(scope, id);
    refuseSecond(this);
    const name = configName ?? this.node.path;
    const config = soundConfig(input, name);
    this.config = config;
    for (const [i, warning] of configWarnings(config, now).entries())
      Annotations.of(this).addWarningV2(`edge-scale-out:config${i}`, `${name}: ${warning}`);

    const key = createCustomerKey(this, 'CustomerKey', config.stack);
    this.key = key;
    const alerts = new AlertQueue(this, 'AlertQueue', key);
    this.queue = alerts.queue;
    const ledger =
      restoredLedger === undefined
        ? createLedgerTable(this, 'Ledger', key)
        : restoredLedgerTable(this, 'RestoredLedger', restoredLedger, key);
    const notes = createNotesTable(this, 'Notes', key);
    const secrets = new Secrets(this, 'Secrets', config.stack, key);
    const operations = createAlarmTopic(this, 'Operations', key);
    this.operationsTopic = operations;
    const events = createEventTopic(this, 'Events', key);
    this.eventTopic = events;

    const scaleOut = createScaleOutFunction(this, { config, alerts, ledger, notes, secrets, key });
    const reconcile = createReconcileFunction(this, { config, alerts, ledger, notes, secrets, key });
    const { webhookTokens: tokens } = secrets;
    const webhook =
      tokens === undefined ? undefined : createReceiveAlertFunction(this, { config, alerts, tokens, key });
    const receiveAlert = webhook?.lambda;
    const undelivered = alerts.undeliveredQueue;
    const announce = createAnnounceFunction(this, { config, ledger, events, undelivered, key });

    const routes = new AlarmRoutes(this, 'AlarmRoutes', config, { alerts, key });
    this.alarmTopic = routes.topic;
    const schedules = new Schedules(this, 'Schedules', config, { alerts, key });
    this.admission = admitOnly(
      alerts.queue,
      rolesOf(scaleOut, reconcile, receiveAlert, schedules),
      config.stack.enqueuers,
    );
    // A redriven message buys, too.
    admitOnly(alerts.deadLetterQueue, rolesOf(scaleOut), []);
    admitOnly(alerts.undeliveredQueue, rolesOf(announce, schedules), []);

    // A forged event or alarm could hide a purchase.
    admitPublishers(events, rolesOf(announce));
    admitPublishers(operations, []);
    secrets.refuseOthers(config.stack.alibaba ? [] : config.stack.operators);

    const functions = { scaleOut, reconcile, receiveAlert, announce };
    const dashboard = observe(this, { alerts, functions, operations, runbook: config.stack.runbook });

    this.outputQueues(alerts);
    this.outputTables(ledger, notes);
    this.output('AlarmTopicArn', routes.topic.topicArn, 'Use it as an action of alarms that ask for nodes');
    this.output('EventTopicArn', events.topicArn, 'Subscribe to it for the events of jobs');
    this.output('OperationsTopicArn', operations.topicArn, 'Subscribe to it for alarms of this system');
    this.output('DashboardName', dashboard.dashboardName, 'The CloudWatch dashboard');
    this.outputSecrets(secrets);
    this.outputFunctions(functions);
    if (config.stack.alibaba) this.outputRoles(config.stack.alibaba, functions);
    if (webhook) this.output('ReceiveAlertUrl', webhook.url.url, 'Senders post to alerts/{source}/{cluster} of it');
    this.keepConfig(scaleOut);
  }

  /**
   * Lets a role or user, or what runs as one, put messages on the queue, and so spend money. All others are denied, administrators
   * included. The policies of the queue and of the key say so: the role needs no policy in the same account.
   */
  grantEnqueue(grantee: IGrantable): void {
    const arn = arnOf(grantee);
    this.admission.admit(arn);
    if (this.key) allowKeyUse(this.key, arn);
  }

  /**
   * Makes an existing alarm ask for nodes: adds the alarm topic to its actions. A rule of the config must match its name.
   * @throws ConfigError when no rule does, and for a name that begins with that of this stack, which never buys
   */
  addAlarm(alarm: AlarmBase): void {
    const problem = alarmProblem(alarm, this.config, Stack.of(this));
    if (problem !== undefined) throw new ConfigError(problem);
    alarm.addAlarmAction(new SnsAction(this.alarmTopic));
  }

  private outputQueues({ queue, deadLetterQueue, undeliveredQueue }: AlertQueue): void {
    this.output('QueueUrl', queue.queueUrl, 'The alert queue');
    this.output('DeadLetterQueueUrl', deadLetterQueue.queueUrl, 'Alerts that were refused or kept failing');
    this.output('UndeliveredQueueUrl', undeliveredQueue.queueUrl, 'Alerts that could not be delivered to the queue');
  }

  private outputTables({ tableName }: LedgerTable, notes: Pick<LedgerTable, 'tableName'>): void {
    this.output('TableName', tableName, 'The ledger of purchases');
    this.output('NotesTableName', notes.tableName, 'Notes on jobs that wait and on alerts that ended');
  }

  private outputSecrets({ ackCredentials, ackReadCredentials, nodeLogin, webhookTokens }: Secrets): void {
    this.output('AckSecretId', ackCredentials, 'For the RAM key that may buy');
    this.output('AckReadSecretId', ackReadCredentials, 'For the RAM key with Describe rights only');
    this.output('LoginSecretId', nodeLogin, 'For the login password of new nodes');
    if (webhookTokens !== undefined) this.output('WebhookSecretId', webhookTokens, 'For the tokens of the webhook');
  }

  private outputFunctions({ scaleOut, reconcile, announce, receiveAlert }: StackFunctions): void {
    this.output('ScaleOutFunctionName', scaleOut.functionName, 'Buys');
    this.output('ReconcileFunctionName', reconcile.functionName, 'Finishes unfinished purchases');
    this.output('AnnounceFunctionName', announce.functionName, 'Publishes events and metrics');
    if (receiveAlert)
      this.output('ReceiveAlertFunctionName', receiveAlert.functionName, 'Receives alerts from webhooks');
  }

  private outputRoles(
    { oidcProviderArn, buyerRoleArn, readerRoleArn }: AlibabaRoles,
    { scaleOut, reconcile }: StackFunctions,
  ): void {
    this.output('AlibabaOidcProviderArn', oidcProviderArn, 'The OIDC provider of RAM for tokens of this AWS account');
    this.output('AlibabaBuyerRoleArn', buyerRoleArn, 'The RAM role that may buy');
    this.output('AlibabaReaderRoleArn', readerRoleArn, 'The RAM role with Describe rights only');
    const subject = 'For oidc:sub in the trust policies of the RAM roles';
    this.output('ScaleOutRoleArn', scaleOut.role?.roleArn ?? '', subject);
    this.output('ReconcileRoleArn', reconcile.role?.roleArn ?? '', subject);
  }

  /** For commands. It changes with the code of the function, in one update, and is rolled back with it. */
  private keepConfig(scaleOut: Lambda): void {
    const { defaultChild: resource } = scaleOut.node;
    if (!CfnResource.isCfnResource(resource)) throw new Error('the function has no resource to keep the config with');
    resource.addMetadata(configMetadataKey, configText(this.config));
    this.output(
      'ConfigResource',
      resource.logicalId,
      `Its metadata ${configMetadataKey} is the config of the functions`,
    );
  }

  /** Commands find it under this name, whatever the path of the construct is. */
  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
  }
}

const rolesOf = (...senders: readonly ({ readonly role?: IRole | undefined } | undefined)[]): readonly IRole[] =>
  senders.flatMap((sender) => sender?.role ?? []);

function refuseSecond(one: EdgeScaleOut): void {
  const stack = Stack.of(one);
  const other = stack.node.findAll().find((node) => node instanceof EdgeScaleOut && node !== one);
  if (other)
    throw new ConfigError(
      `${one.node.path}: ${other.node.path} is in the same stack, and its queues and alarms have the same names; give each a stack of its own`,
    );
}

/** @throws Error that lists every problem */
function soundConfig(input: ConfigInput, name: string): Config {
  const problems = timingProblems();
  if (problems.length > 0) throw new Error(`functions/domain/timings.ts:\n  ${problems.join('\n  ')}`);
  return checkedConfig(input, name);
}
