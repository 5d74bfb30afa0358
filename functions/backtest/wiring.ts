// The functions as they are shipped, over a ledger, notes and a queue in memory: for the backtest, and for tests.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createAckClient } from '../adapters/ack/client.ts';
import type { Transport } from '../adapters/ack/http-transport.ts';
import type { Alarms } from '../adapters/cloudwatch/alarms.ts';
import { createLedger } from '../adapters/ledger/ledger.ts';
import { createRecoveries } from '../adapters/notes/recoveries.ts';
import { createWaits } from '../adapters/notes/waits.ts';
import { createQueue } from '../adapters/queue/queue.ts';
import { policyOf } from '../domain/config/defaults.ts';
import { timings } from '../domain/timings.ts';
import { createRecheckAlert } from '../purchase/recheck-alert.ts';
import { reconcileCluster } from '../purchase/visit/finish-cluster.ts';
import { type BatchDeps, processBatch } from '../scale-out/process-batch.ts';
import { createMemoryQueue } from './world/memory-queue.ts';
import { createMemoryTable, type MemoryTable } from './world/memory-table.ts';

interface WiringOptions extends Pick<BatchDeps, 'config' | 'home' | 'now' | 'random' | 'log' | 'metrics'> {
  readonly transport: Transport;
  readonly secrets: Readonly<Record<'accessKeyId' | 'accessKeySecret' | 'loginPassword', string>>;
  /** Absent where there is no CloudWatch to ask. */
  readonly alarms?: Alarms | undefined;
  /** What is between the functions and each of their ports. */
  readonly watched?: <T extends object>(port: T) => T;
  /** Called with each command for a table, before it is carried out. */
  readonly onCommand?: (command: object) => void;
}

/** As infra/max-receives.ts has it. */
const maxReceives = 8;

export function wireFunctions(options: WiringOptions) {
  const { config, home, now, random, log, metrics, transport, secrets, alarms } = options;
  const { watched = (port) => port, onCommand } = options;
  const [table, notes] = [createMemoryTable(), createMemoryTable()];
  const sqs = createMemoryQueue({ now, visibilityMs: timings.visibilityTimeoutMs, maxReceives });
  const answering = ({ execute }: MemoryTable) =>
    ({
      send(command: object) {
        onCommand?.(command);
        return Promise.try(() => execute(command));
      },
    }) as unknown as DynamoDBDocumentClient;
  let nonces = 0;
  let skewMs: number | undefined;
  const newNonce = () => `fresh-${++nonces}`;
  const base = {
    ledger: watched(createLedger(answering(table), 'ledger')),
    waits: watched(createWaits(answering(notes), 'notes', now)),
    recoveries: watched(createRecoveries(answering(notes), 'notes', now)),
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
    ...{ log, metrics, now, newNonce },
    policyOf: (name: string) => policyOf(config, name),
    clockSkewMs: () => skewMs,
    recheckAlert: createRecheckAlert({ alarms, now }),
  };
  const deps: BatchDeps & typeof base = {
    ...base,
    ...{ config, home, random },
    queue: watched(createQueue(sqs.client, sqs.urls)),
    reconcile: (cluster, until) => reconcileCluster(cluster, base, until),
  };

  return {
    deps,
    table,
    notes,
    sqs,
    /** One invocation with all that is visible, as the event source mapping makes it. @returns the ids that come back */
    async deliver(forMs: number = timings.functionTimeoutMs): Promise<readonly string[]> {
      const batch = sqs.visible().map((message) => sqs.receive(message));
      const back = await processBatch(batch, now() + forMs, deps);
      for (const { messageId, receiptHandle } of batch) if (!back.includes(messageId)) sqs.remove(receiptHandle);
      return back;
    },
    visit: (cluster: string, forMs: number = timings.functionTimeoutMs): Promise<void> =>
      reconcileCluster(cluster, base, now() + forMs),
  };
}
