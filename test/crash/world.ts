// The engine's own parts around bundles with the test's clusters in them, and more of everything that can collide: several
// processes of the queue function, and two reconcilers that know nothing of each other.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLedger, type Ledger } from '../../functions/adapters/ledger/ledger.ts';
import type { AckCore } from '../../functions/backtest/world/ack/core.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { ackAccess } from '../../infra/ack-access.ts';
import type { FunctionName } from '../../infra/bundle/function-names.ts';
import type { Interceptor } from '../../infra/local/ack-simulator/server.ts';
import { clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import type { Queue } from '../../infra/local/aws-stand-ins/alert-queue.ts';
import type { StoredMessage } from '../../infra/local/aws-stand-ins/messaging.ts';
import { type Cleanup, createCleanup } from '../../infra/local/cleanup.ts';
import { systemClock } from '../../infra/local/clock.ts';
import { defaultOptions } from '../../infra/local/engine-options.ts';
import { startEventSourceMapping } from '../../infra/local/event-source-mapping.ts';
import type { FunctionPool } from '../../infra/local/function-pool.ts';
import type { FunctionProcess } from '../../infra/local/function-process.ts';
import { createLambdaFunctions } from '../../infra/local/lambda-functions.ts';
import { startReconcileTimer } from '../../infra/local/reconcile-timer.ts';
import { type Services, secretIds, startServices } from '../../infra/local/services.ts';
import { crashConfig, keylessConfig } from './config.ts';
import { type FastClock, startFastClock } from './fast-clock.ts';

interface WorldOptions {
  /** Of the queue function. */
  readonly processes: number;
  /** Without stored keys: with credentials that expire again and again. */
  readonly keyless: boolean;
  /** Sees each request to the simulator, before it executes and before its answer leaves. */
  readonly intercept: Interceptor;
  readonly onLine: (name: FunctionName, line: string) => void;
}

export interface World {
  readonly config: Config;
  readonly clock: FastClock;
  readonly ledger: Ledger;
  readonly simulator: AckCore;
  /** How often a role was assumed so far. */
  assumed(): number;
  /** Of both functions, those that live. */
  processes(): readonly FunctionProcess[];
  send(body: string): Promise<void>;
  publishAlarm(subject: string, message: string): Promise<void>;
  /** What the queues hold, whoever may receive it now. */
  queues(): Promise<{ readonly alerts: readonly StoredMessage[]; readonly deadLetters: readonly StoredMessage[] }>;
  clusters(): Promise<readonly Cluster[]>;
  /** Every item of the ledger's table, as it is stored. */
  ledgerItems(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  stop(): Promise<void>;
}

/** Milliseconds between two runs of each: no multiples of each other, so that they meet in every way. */
const reconcileEveryMs = [600, 770] as const;
/** In the functions' time: tasks that take longer than the lag of the list, and are done within a few skips of the clock. */
const pace = { taskDurationMs: 90_000, nodeJoinMs: 30_000, listLagMs: 20_000 } as const;

/** Of the credentials of a role, in the functions' time: the shortest that there is. The clock is moved on by half of it at once. */
const sessionMs = 900_000;

/** @throws Error when a part cannot start; then nothing is left running */
export async function startWorld(options: WorldOptions): Promise<World> {
  const cleanup = createCleanup();
  try {
    return await assemble(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function assemble(options: WorldOptions, cleanup: Cleanup): Promise<World> {
  const clock = startFastClock();
  cleanup.add(() => clock.close());
  const config = checkedConfig(options.keyless ? keylessConfig : crashConfig);
  const simulator = { ...pace, intercept: options.intercept };
  const services = await startServices({ ...defaultOptions(), simulator, sessionMs }, config, cleanup);
  const { sqs, sns, queue, messaging, table, info } = services;
  const db = new DynamoDBClient(clientOf(table.endpoint));
  cleanup.add(() => db.destroy());
  const ledger = createLedger(DynamoDBDocumentClient.from(db), table.name);
  const pools = await startFunctions(options, config, services, clock, cleanup);
  startInvocations(options.processes, services, pools, cleanup);
  const inspect = async ({ name }: Queue) => {
    const { ready, inFlight, delayed } = await messaging.inspect(name);
    return [...ready, ...inFlight, ...delayed];
  };
  return {
    config,
    clock,
    ledger,
    simulator: services.simulator.core,
    assumed: () => services.keyless?.alibaba.keys.length ?? 0,
    processes: () => [...pools.scaleOut.processes(), ...pools.reconcile.processes()],
    async send(MessageBody) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.alerts.url, MessageBody }));
    },
    async publishAlarm(Subject, Message) {
      await sns.send(new PublishCommand({ TopicArn: info.alarmTopicArn, Subject, Message }));
    },
    async queues() {
      const [alerts, deadLetters] = await Promise.all([inspect(queue.alerts), inspect(queue.deadLetters)]);
      return { alerts, deadLetters };
    },
    clusters: () => Promise.all(Object.keys(config.clusters).map((name) => ledger.readCluster(name))),
    ledgerItems: () => table.items(),
    stop: () => cleanup.run(),
  };
}

interface Pools {
  readonly scaleOut: FunctionPool;
  readonly reconcile: FunctionPool;
}

async function startFunctions(
  { processes, onLine }: WorldOptions,
  config: Config,
  { info, queue, simulator }: Services,
  clock: FastClock,
  cleanup: Cleanup,
): Promise<Pools> {
  const functions = createLambdaFunctions({
    timeoutMs: timings.functionTimeoutMs,
    endpoints: { ...info.endpoints, ack: simulator.url },
    onLine,
    config,
  });
  cleanup.add(() => functions.close());
  // Both may buy, as the stack has it where a cluster rearms.
  const env = {
    TABLE_NAME: info.tableName,
    NOTES_TABLE_NAME: info.notesTableName,
    ...ackAccess('buyer', config, { ackCredentials: secretIds.ack, ackReadCredentials: secretIds['ack-read'] }),
    LOGIN_SECRET_ID: secretIds.login,
    ...clock.env,
    NODE_OPTIONS: `--import ${new URL('./in-function.ts', import.meta.url).href}`,
  };
  const queues = {
    QUEUE_URL: info.queueUrl,
    QUEUE_ARN: queue.alerts.arn,
    DEAD_LETTER_QUEUE_URL: info.deadLetterQueueUrl,
  };
  const scaleOut = await functions.start('scale-out', processes, { ...env, ...queues });
  cleanup.add(() => scaleOut.stop());
  const reconcile = await functions.start('reconcile', reconcileEveryMs.length, env);
  cleanup.add(() => reconcile.stop());
  return { scaleOut, reconcile };
}

function startInvocations(
  processes: number,
  { sqs, queue }: Services,
  { scaleOut, reconcile }: Pools,
  cleanup: Cleanup,
): void {
  const mapping = startEventSourceMapping({
    sqs,
    queue: queue.alerts,
    invoke: (event) => scaleOut.invoke(event),
    batchSize: 5,
    maximumConcurrency: processes,
    longPollSeconds: 1,
    onEvent: () => undefined,
  });
  cleanup.add(() => mapping.stop());
  for (const everyMs of reconcileEveryMs) {
    // A run that was killed, or met a fault, is nobody's business: the next one goes on.
    const onFailure = () => undefined;
    const timer = startReconcileTimer({ everyMs, clock: systemClock, invoke: () => reconcile.invoke({}), onFailure });
    cleanup.add(() => timer.stop());
  }
}
