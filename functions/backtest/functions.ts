// The functions as they are shipped, over a ledger, a queue and an ACK service in memory, on a clock that only the backtest moves.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createAckClient } from '../adapters/ack/client.ts';
import type { Transport } from '../adapters/ack/http-transport.ts';
import type { Alarms } from '../adapters/cloudwatch/alarms.ts';
import { createLedger } from '../adapters/ledger/ledger.ts';
import { createRecoveries } from '../adapters/notes/recoveries.ts';
import { createWaits } from '../adapters/notes/waits.ts';
import { createQueue } from '../adapters/queue/queue.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import { completeConfig } from '../domain/config/defaults.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import type { Cluster, JobRecord } from '../domain/job/purchase.ts';
import { timings } from '../domain/timings.ts';
import { createRecheckAlert } from '../purchase/recheck-alert.ts';
import { reconcileCluster } from '../purchase/visit/finish-cluster.ts';
import { isDue } from '../reconcile/is-due.ts';
import { checkIntervalMs, raiseMissedAlarms } from '../reconcile/raise-missed-alarms.ts';
import { type BatchDeps, processBatch } from '../scale-out/process-batch.ts';
import { home } from './load-alarm.ts';
import { type AckCoreOptions, createAckCore } from './world/ack/core.ts';
import { createMemoryQueue } from './world/memory-queue.ts';
import { createMemoryTable } from './world/memory-table.ts';

export interface FunctionsOptions {
  readonly cluster: string;
  readonly policy: ClusterConfig;
  readonly now: () => number;
  readonly alarms: Alarms;
  readonly initialNodes: number;
  /** Bought nodes leave when their lease ends. */
  readonly leasesEnd: boolean;
  readonly pace: Pick<AckCoreOptions, 'taskDurationMs' | 'nodeJoinMs'>;
  /** Percent of purchases that are refused for lack of stock. */
  readonly failPercent: number;
  readonly onLog: Log['info'];
}

const secrets = { accessKeyId: 'backtest', accessKeySecret: 'backtest', loginPassword: 'Backtest1!' };
/** As infra/max-receives.ts has it. */
const maxReceives = 8;

export type Functions = ReturnType<typeof createFunctions>;

export function createFunctions(options: FunctionsOptions) {
  const { cluster, policy, now, alarms, initialNodes, leasesEnd, pace, failPercent, onLog } = options;
  const config = completeConfig({ clusters: { [cluster]: policy } });
  const [table, notes] = [createMemoryTable(), createMemoryTable()];
  const sqs = createMemoryQueue({ now, visibilityMs: timings.visibilityTimeoutMs, maxReceives });
  const ack = createAckCore({
    ...{ ...pace, now, random: createRandom(1), accessKeys: [], verifySignatures: false },
    clusters: [{ id: policy.id, region: policy.region, initialNodes, leasesEnd }],
  });
  const luck = createRandom(2);
  let nonces = 0;
  let skewMs: number | undefined;
  const newNonce = () => `n${++nonces}`;

  const transport: Transport = async ({ method, url, headers, body = '' }) => {
    const { pathname: path, search } = new URL(url);
    if (method === 'POST' && failPercent > 0 && luck() * 100 < failPercent)
      ack.setFault({ kind: 'no-stock', times: 1 });
    const { status, headers: told, body: answer } = ack.handle({ method, path, query: search.slice(1), headers, body });
    return { kind: 'answer', status, headers: told, body: answer };
  };
  const ledger = createLedger(answering(table), 'ledger');
  const base = {
    ledger,
    waits: createWaits(answering(notes), 'notes', now),
    recoveries: createRecoveries(answering(notes), 'notes', now),
    ack: createAckClient({
      transport,
      credentials: async () => secrets,
      loginPassword: async () => secrets.loginPassword,
      now,
      newNonce,
      onClockSkew: (measuredMs) => {
        skewMs = measuredMs;
      },
    }),
    log: { info: onLog, warn: onLog, error: onLog },
    metrics: { add: () => undefined, publish: () => undefined },
    now,
    newNonce,
    policyOf: () => policy,
    clockSkewMs: () => skewMs,
    recheckAlert: createRecheckAlert({ alarms, now }),
  };
  const deps: BatchDeps = {
    ...base,
    config,
    home,
    random: () => 0.5,
    queue: createQueue(sqs.client, sqs.urls),
    reconcile: (name, until) => reconcileCluster(name, base, until),
  };
  // No alarm of a backtest is one of the stack's own.
  const check = { ...deps, stackName: ' ', alarms };
  const checkEveryMs = checkIntervalMs(config);

  return {
    ack,
    put: (body: string) => sqs.put(body),
    hasMessages: (): boolean => sqs.messages.length > 0 && sqs.visible().length > 0,
    /** One invocation with all that is visible, as the event source mapping makes it. */
    async deliver(): Promise<void> {
      const batch = sqs.visible().map((message) => sqs.receive(message));
      const back = await processBatch(batch, now() + timings.functionTimeoutMs, deps);
      for (const { messageId, receiptHandle } of batch) if (!back.includes(messageId)) sqs.remove(receiptHandle);
    },
    visit: (): Promise<void> => reconcileCluster(cluster, base, now() + timings.functionTimeoutMs),
    isCheckDue: (): boolean => isDue(now(), checkEveryMs),
    checkAlarms: (): Promise<void> => raiseMissedAlarms(check),
    /** As it stands in the ledger; the same object until it changes. */
    clusterItem: () => table.items.get(`CLUSTER#${cluster}`) as Omit<Cluster, 'name'> | undefined,
    jobRecord: (key: string) => table.items.get(`JOB#${key}`) as JobRecord | undefined,
  };
}

const answering = ({ execute }: ReturnType<typeof createMemoryTable>) =>
  ({ send: (command: object) => Promise.try(() => execute(command)) }) as unknown as DynamoDBDocumentClient;

/** A linear congruential generator: the same world in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
