// The whole system on this machine: the functions as deployed, and stand-ins for the services.
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type EngineInfo, registerEngine, unregisterEngine } from '../../functions/cli/target/local-engine.ts';
import { configText } from '../../functions/domain/config/config-text.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { ackAccess } from '../ack-access.ts';
import { functionNames } from '../bundle/function-names.ts';
import type { AckSimulator } from './ack-simulator/server.ts';
import type { CloudWatch } from './aws-stand-ins/cloudwatch.ts';
import type { QueueContents, StoredMessage } from './aws-stand-ins/messaging.ts';
import type { SecretsManager } from './aws-stand-ins/secrets-manager.ts';
import type { TableStream } from './aws-stand-ins/table-stream.ts';
import { type Cleanup, createCleanup } from './cleanup.ts';
import { clockWithoutTimers, systemClock } from './clock.ts';
import { defaultOptions, type EngineOptions } from './engine-options.ts';
import { startEventSourceMapping } from './event-source-mapping.ts';
import type { FunctionPool } from './function-pool.ts';
import type { FunctionProcess } from './function-process.ts';
import { startFunctionUrl } from './function-url.ts';
import { createLambdaFunctions } from './lambda-functions.ts';
import { startReconcileTimer } from './reconcile-timer.ts';
import { startScheduleTicker } from './schedule-ticker.ts';
import { type Keyless, type Services, secretIds, startServices } from './services.ts';
import { startStreamMapping } from './stream-mapping.ts';

export interface Engine {
  readonly info: EngineInfo;
  readonly config: Config;
  readonly simulator: AckSimulator;
  readonly secretsManager: SecretsManager;
  /** Where the config has `stack.alibaba`. */
  readonly keyless?: Keyless;
  readonly cloudwatch: CloudWatch;
  readonly webhook: { readonly url: string; readonly token: string };
  /** @returns the id of the message */
  send(body: string): Promise<string>;
  /** @returns the id of the SNS message */
  publishAlarm(subject: string, message: string): Promise<string>;
  /** Sends an occurrence now. @returns the body of the message */
  fireSchedule(name: string): Promise<string>;
  reconcile(): Promise<void>;
  queues(): Promise<{ readonly alerts: QueueContents; readonly deadLetters: QueueContents }>;
  /** All events so far, each in its SNS envelope. */
  events(): Promise<readonly StoredMessage[]>;
  ledgerItems(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Of the queue function. */
  processes(): readonly FunctionProcess[];
  /** Waits for running work and stops everything. */
  stop(): Promise<void>;
}

/** @throws Error when the config has problems, or a part cannot start; nothing is left running */
export async function startEngine(given: Partial<EngineOptions> = {}): Promise<Engine> {
  const cleanup = createCleanup();
  try {
    return await assemble({ ...defaultOptions(), ...given }, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function assemble(options: EngineOptions, cleanup: Cleanup): Promise<Engine> {
  const { onEvent } = options;
  const checked = checkedConfig(options.config);
  const services = await startServices(options, checked, cleanup);
  const { sqs, sns, queue, messaging, table, stream, events, simulator, secretsManager, cloudwatch, keyless } =
    services;
  const pools = await startFunctions(options, checked, services, cleanup);
  const webhook = await startFunctionUrl((event) => pools.receiveAlert.invoke(event));
  cleanup.add(() => webhook.close());
  onEvent({ kind: 'started', part: 'webhook', detail: `${webhook.url}/alerts/... (receive-alert)` });
  const info = {
    ...services.info,
    endpoints: { ...services.info.endpoints, webhook: webhook.url },
    config: configText(checked),
  };

  startAnnouncing(stream, pools.announce, onEvent, cleanup);
  const mapping = startEventSourceMapping({
    sqs,
    queue: queue.alerts,
    invoke: (event) => pools.scaleOut.invoke(event),
    batchSize: 10,
    maximumConcurrency: options.concurrency,
    longPollSeconds: 1,
    onEvent,
  });
  cleanup.add(() => mapping.stop());
  const timer = startReconcileTimer({
    everyMs: options.reconcileEveryMs,
    clock: systemClock,
    invoke: () => pools.reconcile.invoke({}),
    onFailure: (why) => onEvent({ kind: 'reconcile-failed', why }),
  });
  cleanup.add(() => timer.stop());
  const send = async (MessageBody: string) => {
    const { MessageId = '' } = await sqs.send(new SendMessageCommand({ QueueUrl: queue.alerts.url, MessageBody }));
    return MessageId;
  };
  const scheduleClock = options.firesSchedules ? systemClock : clockWithoutTimers;
  const ticker = startScheduleTicker({ config: checked, clock: scheduleClock, send, onEvent });
  cleanup.add(() => ticker.stop());
  if (options.register) {
    registerEngine(info);
    cleanup.add(unregisterEngine);
  }

  return {
    info,
    config: checked,
    simulator,
    secretsManager,
    ...(keyless && { keyless }),
    cloudwatch,
    webhook: { url: webhook.url, token: options.secrets.webhookTokens[0] ?? '' },
    send,
    async publishAlarm(Subject, Message) {
      const { MessageId = '' } = await sns.send(new PublishCommand({ TopicArn: info.alarmTopicArn, Subject, Message }));
      return MessageId;
    },
    fireSchedule: (name) => ticker.fire(name),
    reconcile: () => timer.runNow(),
    async queues() {
      const [alerts, deadLetters] = await Promise.all([
        messaging.inspect(queue.alerts.name),
        messaging.inspect(queue.deadLetters.name),
      ]);
      return { alerts, deadLetters };
    },
    events: async () => (await messaging.inspect(events.queueName)).ready,
    ledgerItems: () => table.items(),
    processes: () => pools.scaleOut.processes(),
    stop: () => cleanup.run(),
  };
}

/** Connects the ledger's stream with `announce`. */
function startAnnouncing(
  stream: TableStream,
  announce: FunctionPool,
  onEvent: EngineOptions['onEvent'],
  cleanup: Cleanup,
): void {
  const mapping = startStreamMapping({
    invoke: (event) => announce.invoke(event),
    batchSize: 100,
    clock: systemClock,
    onEvent,
  });
  cleanup.add(() => mapping.stop());
  stream.subscribe(mapping.take);
}

/** With the environment of the stack. */
async function startFunctions(
  options: EngineOptions,
  config: Config,
  { info, queue, simulator, cloudwatch }: Services,
  cleanup: Cleanup,
): Promise<{ readonly [name in 'scaleOut' | 'reconcile' | 'receiveAlert' | 'announce']: FunctionPool }> {
  const functions = createLambdaFunctions({
    timeoutMs: options.functionTimeoutMs,
    inspect: options.inspect,
    config,
    endpoints: { ...info.endpoints, ack: await options.ackEndpoint(simulator.url) },
    onLine(name, line) {
      cloudwatch.log(line);
      options.onEvent({ kind: 'log', name, line });
    },
  });
  cleanup.add(() => functions.close());
  const tables = { TABLE_NAME: info.tableName, NOTES_TABLE_NAME: info.notesTableName };
  const keys = { ackCredentials: secretIds.ack, ackReadCredentials: secretIds['ack-read'] };
  const login = { LOGIN_SECRET_ID: secretIds.login };
  const rearms = Object.values(config.clusters).some(({ rearm }) => rearm);
  const scaleOut = await functions.start('scale-out', options.concurrency, {
    QUEUE_URL: info.queueUrl,
    QUEUE_ARN: queue.alerts.arn,
    DEAD_LETTER_QUEUE_URL: info.deadLetterQueueUrl,
    ...tables,
    ...ackAccess('buyer', config, keys),
    ...login,
    READ_ALARMS: 'yes',
  });
  cleanup.add(() => scaleOut.stop());
  const reconcile = await functions.start('reconcile', 1, {
    QUEUE_URL: info.queueUrl,
    READ_ALARMS: 'yes',
    ...tables,
    ...ackAccess(rearms ? 'buyer' : 'reader', config, keys),
    ...(rearms && login),
  });
  cleanup.add(() => reconcile.stop());
  const receiveAlert = await functions.start('receive-alert', 1, {
    QUEUE_URL: info.queueUrl,
    WEBHOOK_SECRET_ID: secretIds.webhook,
  });
  cleanup.add(() => receiveAlert.stop());
  const announce = await functions.start('announce', 1, { EVENT_TOPIC_ARN: info.eventTopicArn });
  cleanup.add(() => announce.stop());
  options.onEvent({ kind: 'started', part: 'functions', detail: `${functionNames.join(', ')} (bundled)` });
  return { scaleOut, reconcile, receiveAlert, announce };
}
