// The process of the services around a function: what they cost is then not counted as the function's.
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type AckSimulator, startAckSimulator } from '../../../infra/local/ack-simulator/server.ts';
import { account, clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { createAlertQueue } from '../../../infra/local/aws-stand-ins/alert-queue.ts';
import { createEventTopic } from '../../../infra/local/aws-stand-ins/event-topic.ts';
import { startMessaging } from '../../../infra/local/aws-stand-ins/messaging.ts';
import { startSecretsManager } from '../../../infra/local/aws-stand-ins/secrets-manager.ts';
import { makeUpSecrets } from '../../../infra/local/made-up-secrets.ts';
import { webhookToken } from '../alerts.ts';
import { countCalls } from './calls.ts';
import { startDynamoDb, tables } from './dynamodb.ts';
import { fillLedger } from './ledger-state.ts';
import { type Order, orderSchema, type Reply, type State } from './messages.ts';
import { distances, openWay, trust } from './network.ts';

type Services = Awaited<ReturnType<typeof startServices>>;

/** Nodes never boot while a benchmark runs: the fleet that a purchase looks at stays as it is. */
const pace = { taskDurationMs: 86_400_000, nodeJoinMs: 0, listLagMs: 0 };
const secretIds = { ack: 'ack', login: 'login', webhook: 'webhook' };

async function startServices() {
  const { ack, loginPassword } = makeUpSecrets();
  const startSimulator = (clusters: State['clusters'], port = 0) =>
    startAckSimulator({
      clusters: clusters.map((cluster) => ({ ...cluster, initialNodes: 3 })),
      accessKeys: [ack],
      ...pace,
      port,
    });
  let simulator = await startSimulator([]);
  const port = Number(new URL(simulator.url).port);
  const db = await startDynamoDb();
  const secretsManager = await startSecretsManager();
  secretsManager.put(secretIds.ack, { ...ack });
  secretsManager.put(secretIds.login, { password: loginPassword });
  secretsManager.put(secretIds.webhook, { tokens: [webhookToken] });
  const messaging = await startMessaging();
  const sqs = new SQSClient(clientOf(messaging.endpoint));
  const sns = new SNSClient(clientOf(messaging.endpoint));
  const queue = await createAlertQueue(sqs, messaging.endpoint, { visibilityTimeoutMs: 360_000, maxReceives: 8 });
  const topic = await createEventTopic(sns, sqs);
  const env = {
    ...lambdaEnv,
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    AWS_ENDPOINT_URL_SQS: messaging.endpoint,
    AWS_ENDPOINT_URL_SNS: messaging.endpoint,
    ACK_ENDPOINT: simulator.url,
    TABLE_NAME: tables.ledger,
    NOTES_TABLE_NAME: tables.notes,
    IDEMPOTENCY_TABLE_NAME: tables.idempotency,
    ACK_SECRET_ID: secretIds.ack,
    LOGIN_SECRET_ID: secretIds.login,
    WEBHOOK_SECRET_ID: secretIds.webhook,
    QUEUE_URL: queue.alerts.url,
    QUEUE_ARN: queue.alerts.arn,
    DEAD_LETTER_QUEUE_URL: queue.deadLetters.url,
    EVENT_TOPIC_ARN: topic.arn,
  };
  const portOf = (url: string) => Number(new URL(url).port);
  const ways = {
    dynamodb: await openWay(portOf(db.endpoint), distances.dynamodb),
    secretsManager: await openWay(portOf(secretsManager.endpoint), distances.secretsManager),
    ack: await openWay(port, distances.ack),
  };
  const overNetwork = {
    ...trust,
    AWS_ENDPOINT_URL_DYNAMODB: ways.dynamodb.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: ways.secretsManager.url,
    ACK_ENDPOINT: ways.ack.url,
  };
  return {
    env,
    overNetwork,
    ways,
    simulator: (): AckSimulator => simulator,
    async reset(state: State) {
      await simulator.close();
      simulator = await startSimulator(state.clusters, port);
      await db.empty();
      await fillLedger({ endpoint: db.endpoint, table: tables.ledger }, state.items, state);
    },
  };
}

/** What Lambda and the stack set for every function. */
const lambdaEnv = {
  TZ: 'UTC',
  AWS_REGION: account.region,
  AWS_ACCESS_KEY_ID: account.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: account.credentials.secretAccessKey,
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  STACK_NAME: 'bench',
};

const counter = countCalls();
let started: Services | undefined;
let sold = 0;
let latencyMs = 0;

async function obey(order: Order): Promise<Reply> {
  if (order.kind === 'start') {
    started = await startServices();
    return { kind: 'started', env: started.env, overNetwork: started.overNetwork };
  }
  if (!started) throw new Error('the environment was not started');
  switch (order.kind) {
    case 'reset':
      await started.reset(order.state);
      delay(started.simulator());
      sold = 0;
      counter.take();
      started.ways.ack.takeConnections();
      return { kind: 'done' };
    case 'latency':
      latencyMs = order.ms;
      delay(started.simulator());
      return { kind: 'done' };
    case 'take': {
      const before = sold;
      sold = started.simulator().core.purchases().length;
      const connections = started.ways.ack.takeConnections();
      return { kind: 'taken', taken: { calls: counter.take(), connections, purchases: sold - before } };
    }
  }
}

function delay({ core }: AckSimulator): void {
  core.clearFaults();
  if (latencyMs > 0) core.setFault({ kind: 'latency', ms: latencyMs, operation: 'any' });
}

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  obey(orderSchema.parse(message)).then(reply, (error: unknown) =>
    reply({ kind: 'failed', why: error instanceof Error ? `${error.stack}` : String(error) }),
  );
});

function reply(answer: Reply): void {
  process.send?.(answer);
}
