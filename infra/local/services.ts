// Starts the stand-ins, with the resources of the stack.
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { EngineInfo } from '../../functions/cli/target/local-engine.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { tokenAudience } from '../../functions/domain/web-identity.ts';
import { type AckSimulator, startAckSimulator } from './ack-simulator/server.ts';
import { type AlibabaSts, startAlibabaSts } from './alibaba-sts.ts';
import { account, clientOf } from './aws-stand-ins/account.ts';
import { createAlarmTopic } from './aws-stand-ins/alarm-topic.ts';
import { type AlertQueue, createAlertQueue } from './aws-stand-ins/alert-queue.ts';
import { type AwsSts, roleArnOf, startAwsSts } from './aws-stand-ins/aws-sts.ts';
import { type CloudWatch, startCloudWatch } from './aws-stand-ins/cloudwatch.ts';
import { createEventTopic, type EventTopic } from './aws-stand-ins/event-topic.ts';
import { type LedgerTable, startLedgerTable } from './aws-stand-ins/ledger-table.ts';
import { type Messaging, startMessaging } from './aws-stand-ins/messaging.ts';
import { createNotesTable } from './aws-stand-ins/notes-table.ts';
import { type SecretsManager, startSecretsManager } from './aws-stand-ins/secrets-manager.ts';
import { startTableStream, type TableStream } from './aws-stand-ins/table-stream.ts';
import type { Cleanup } from './cleanup.ts';
import { systemClock } from './clock.ts';
import type { EngineOptions } from './engine-options.ts';
import type { EngineSecrets } from './made-up-secrets.ts';
import { simulatedFleet } from './simulated-fleet.ts';

export interface Services {
  readonly info: EngineInfo;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly messaging: Messaging;
  readonly queue: AlertQueue;
  readonly table: LedgerTable;
  readonly stream: TableStream;
  readonly events: EventTopic;
  readonly secretsManager: SecretsManager;
  readonly cloudwatch: CloudWatch;
  readonly simulator: AckSimulator;
  /** Where the config has `stack.alibaba`. */
  readonly keyless?: Keyless;
}

export interface Keyless {
  readonly aws: AwsSts;
  readonly alibaba: AlibabaSts;
}

export const secretIds = {
  ack: 'edge-scale-out/ack-credentials',
  'ack-read': 'edge-scale-out/ack-read-credentials',
  login: 'edge-scale-out/node-login',
  webhook: 'edge-scale-out/webhook-tokens',
} as const;

export async function startServices(options: EngineOptions, config: Config, cleanup: Cleanup): Promise<Services> {
  const { onEvent, secrets } = options;
  const simulator = await startAckSimulator({
    clusters: simulatedFleet(config),
    ...options.simulator,
    // Keyless, only the keys of STS are good.
    accessKeys: config.stack.alibaba ? [] : [secrets.ack, secrets.ackRead],
  });
  cleanup.add(() => simulator.close());
  onEvent({ kind: 'started', part: 'ACK', detail: `${simulator.url} (simulator)` });

  const table = await startLedgerTable();
  cleanup.add(() => table.close());
  const notesTableName = await createNotesTable(table.endpoint);
  const stream = await startTableStream({ ...table, keyName: 'pk' }, systemClock.now);
  cleanup.add(() => stream.close());
  onEvent({ kind: 'started', part: 'DynamoDB', detail: `${stream.endpoint} (dynalite)` });

  const secretsManager = await startSecretsManager();
  cleanup.add(() => secretsManager.close());
  fill(secretsManager, secrets);
  onEvent({ kind: 'started', part: 'Secrets', detail: `${secretsManager.endpoint} (made up for this run)` });

  const cloudwatch = await startCloudWatch();
  cleanup.add(() => cloudwatch.close());
  onEvent({ kind: 'started', part: 'CloudWatch', detail: `${cloudwatch.endpoint} (alarms and their metrics)` });

  const messaging = await startMessaging();
  cleanup.add(() => messaging.close());
  const sqs = new SQSClient(clientOf(messaging.endpoint));
  cleanup.add(() => sqs.destroy());
  const sns = new SNSClient(clientOf(messaging.endpoint));
  cleanup.add(() => sns.destroy());
  const queue = await createAlertQueue(sqs, messaging.endpoint, options);
  const alarmTopicArn = await createAlarmTopic(sns, queue.alerts.arn);
  const events = await createEventTopic(sns, sqs);
  onEvent({ kind: 'started', part: 'SQS and SNS', detail: `${messaging.endpoint} (fauxqs)` });

  const keyless = await startKeyless(options, config, simulator, cleanup);
  const info: EngineInfo = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    region: account.region,
    endpoints: {
      sqs: messaging.endpoint,
      sns: messaging.endpoint,
      dynamodb: stream.endpoint,
      secretsManager: secretsManager.endpoint,
      cloudwatch: cloudwatch.endpoint,
      ack: simulator.url,
      ...(keyless && { sts: keyless.aws.endpoint, alibabaSts: keyless.alibaba.endpoint }),
    },
    queueUrl: queue.alerts.url,
    deadLetterQueueUrl: queue.deadLetters.url,
    tableName: table.name,
    notesTableName,
    alarmTopicArn,
    eventTopicArn: events.arn,
    secretIds,
    ...(config.stack.alibaba && { alibaba: config.stack.alibaba }),
  };
  return {
    ...{ info, sqs, sns, messaging, queue, table, stream, events, secretsManager, cloudwatch, simulator },
    ...(keyless && { keyless }),
  };
}

/** Both STS, with the trust that infra/README.md describes. Whoever uses a command is an operator. */
async function startKeyless(
  { onEvent, sessionMs }: EngineOptions,
  { clusters, stack: { alibaba: roles } }: Config,
  simulator: AckSimulator,
  cleanup: Cleanup,
): Promise<Keyless | undefined> {
  if (!roles) return undefined;
  const aws = await startAwsSts();
  cleanup.add(() => aws.close());
  const rearms = Object.values(clusters).some(({ rearm }) => rearm);
  const operator = account.credentials.accessKeyId;
  const alibaba = await startAlibabaSts({
    provider: { arn: roles.oidcProviderArn, issuer: aws.issuer, clientIds: [tokenAudience] },
    roles: [
      { arn: roles.buyerRoleArn, subjects: ['scale-out', ...(rearms ? ['reconcile'] : []), operator].map(roleArnOf) },
      { arn: roles.readerRoleArn, subjects: ['reconcile', operator].map(roleArnOf) },
    ],
    onKey: simulator.core.admit,
    ...(sessionMs !== undefined && { sessionMs }),
  });
  cleanup.add(() => alibaba.close());
  onEvent({ kind: 'started', part: 'STS', detail: `${aws.endpoint} (AWS), ${alibaba.endpoint} (Alibaba Cloud)` });
  return { aws, alibaba };
}

function fill(secretsManager: SecretsManager, { ack, ackRead, loginPassword, webhookTokens }: EngineSecrets): void {
  secretsManager.put(secretIds.ack, { ...ack });
  secretsManager.put(secretIds['ack-read'], { ...ackRead });
  secretsManager.put(secretIds.login, { password: loginPassword });
  secretsManager.put(secretIds.webhook, { tokens: webhookTokens });
}
