// The deterministic world: one clock, one table, one queue, one simulated ACK. Processes run the shipped code; each of
// their calls to the outside waits here until the history's scheduler lets it happen, as it says, fault or no fault.

import { nextTick } from 'node:process';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createAckClient } from '../../functions/adapters/ack-client.ts';
import type { Transport } from '../../functions/adapters/http-transport.ts';
import { createLedger } from '../../functions/adapters/ledger.ts';
import { createQueue } from '../../functions/adapters/queue.ts';
import type { RawAnswer } from '../../functions/domain/classify-response.ts';
import { policyOf } from '../../functions/domain/config-defaults.ts';
import type { Config } from '../../functions/domain/config-types.ts';
import { timings } from '../../functions/domain/timings.ts';
import { reconcileCluster } from '../../functions/reconcile/reconcile-cluster.ts';
import { type AckCore, createAckCore } from '../../infra/local/ack-simulator/core.ts';
import type { SimAnswer } from '../../infra/local/ack-simulator/messages.ts';
import { createMemoryQueue, type MemoryQueue } from '../support/memory-queue.ts';
import { createMemoryTable, type MemoryTable } from '../support/memory-table.ts';
import { silentMetrics } from '../support/silent-metrics.ts';
import { type CallKind, type Fault, faultsOf, purchaseFaults } from './faults.ts';
import { accessKey, loginPassword } from './secrets.ts';
import { createWatch } from './watch.ts';

/** One call to the outside that a process waits for. */
export interface Call {
  readonly process: Process;
  readonly kind: CallKind;
  readonly label: string;
  /** Does it, with a fault or without. */
  readonly run: (fault: Fault | undefined) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface Process {
  readonly id: number;
  readonly role: string;
  /** Milliseconds by which its clock is ahead. */
  readonly skewMs: number;
  readonly waiting: Call[];
  alive: boolean;
  /** All that it was answered so far, errors by their names. */
  readonly told: unknown[];
}

export interface WorldOptions {
  readonly config: Config;
  readonly startAt: number;
  readonly initialNodes: number;
  readonly gatewaySkewMs: number;
  readonly listLagMs: number;
  /** Default: 90 s, shorter than in life. */
  readonly taskDurationMs?: number;
  readonly random: () => number;
}

export type World = ReturnType<typeof createWorld>;
/** The ports that a process runs over, and that the baselines share. */
export type Ports = ReturnType<World['portsOf']>;

export const tableName = 'ledger';
const maxReceives = 8;
const endpoint = 'http://127.0.0.1:1';

export function createWorld(options: WorldOptions) {
  const { config } = options;
  let time = options.startAt;
  let gatewaySkewMs = options.gatewaySkewMs;
  const now = () => time;
  const table: MemoryTable = createMemoryTable();
  const queue: MemoryQueue = createMemoryQueue({ now, visibilityMs: timings.visibilityTimeoutMs, maxReceives });
  const core: AckCore = createAckCore({
    now: () => time + gatewaySkewMs,
    random: options.random,
    clusters: Object.values(config.clusters).map(({ id, region }) => ({
      id,
      region,
      initialNodes: options.initialNodes,
    })),
    accessKeys: [],
    verifySignatures: false,
    listLagMs: options.listLagMs,
    taskDurationMs: options.taskDurationMs ?? 90_000,
    nodeJoinMs: 30_000,
  });
  /** Those that are alive. */
  const processes = new Set<Process>();
  let started = 0;
  const watch = createWatch({ table, now, gatewaySkewMs: () => gatewaySkewMs });
  const { owners, alarms, guard, log } = watch;
  const rejected = new Set<string>();

  function call<T>(process: Process, kind: CallKind, label: string, run: (fault: Fault | undefined) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      process.waiting.push({ process, kind, label, run, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** A conditional write, or a queue call, may fail before or after it is applied. */
  const faulty =
    <T>(apply: () => T) =>
    (fault: Fault | undefined): T => {
      if (fault === 'not-applied') throw new Error('simulated: not applied');
      const value = apply();
      if (fault === 'answer-lost') throw new Error('simulated: answer lost');
      return value;
    };

  const dbOf = (process: Process) => ({
    send: (command: { readonly input: unknown }) => {
      const reading = command instanceof GetCommand || command instanceof BatchGetCommand;
      if (!reading) guard('a write to the table', command.input);
      const run = faulty(() => {
        const answer = table.execute(command);
        if (!reading) watch.learnOwners();
        return answer;
      });
      return call(process, reading ? 'read' : 'write', describe(command), run);
    },
  });

  const sqsOf = (process: Process) => ({
    send: (command: { readonly input: unknown; readonly constructor: { readonly name: string } }) => {
      guard('a message', command.input);
      const label = command.constructor.name.replace('Command', '');
      return call(
        process,
        'write',
        label,
        faulty(() => queue.execute(command)),
      );
    },
  });

  const transportOf =
    (process: Process): Transport =>
    ({ method, url, headers, body = '' }) => {
      const [path = '', query = ''] = url.slice(endpoint.length).split('?');
      const request = { method, path, query, headers, body };
      if (method === 'GET')
        return call(process, 'look', `GET ${path}`, (fault) =>
          fault === undefined ? asRaw(core.handle(request)) : failure('ETIMEDOUT'),
        );
      watch.checkSend(process, headers);
      return call(process, 'purchase', `POST ScaleOutCluster ${headers['x-acs-signature-nonce']}`, (fault) => {
        const [forced, ...set] = fault === undefined ? [] : (purchaseFaults[fault]?.(options.random) ?? []);
        if (forced !== undefined && forced !== 'core') return forced;
        for (const one of set) core.setFault({ ...one, times: 1 });
        const answer = core.handle(request);
        core.clearFaults();
        if (answer.delivery.kind === 'silence') time += timings.requestTimeoutMs;
        return asRaw(answer);
      });
    };

  function portsOf(process: Process) {
    let skewMs = 0;
    const clock = () => time + process.skewMs;
    let nonces = 0;
    const newNonce = () => {
      nonces += 1;
      return `n${process.id}-${nonces}`;
    };
    const db = dbOf(process) as unknown as DynamoDBDocumentClient;
    const ledger = createLedger(db, tableName);
    const ack = createAckClient({
      transport: transportOf(process),
      credentials: async () => accessKey,
      loginPassword: async () => loginPassword,
      now: clock,
      newNonce,
      endpoint,
      onClockSkew: (ms) => {
        skewMs = ms;
      },
    });
    const base = {
      ledger,
      ack,
      log,
      metrics: silentMetrics,
      now: clock,
      newNonce,
      policyOf: (name: string) => policyOf(config, name),
      clockSkewMs: () => skewMs,
    };
    return {
      ...base,
      db,
      config,
      random: options.random,
      // For people, and read by nothing that histories are about: they are not spent on it.
      waits: { note: async () => undefined },
      queue: createQueue(sqsOf(process) as unknown as SQSClient, queue.urls),
      reconcile: (cluster: string, until: number) => reconcileCluster(cluster, base, until),
      acknowledge: (receipts: readonly string[]) =>
        call(
          process,
          'acknowledge',
          `delete ${receipts.length} message(s)`,
          faulty(() => {
            for (const receipt of receipts) queue.remove(receipt);
          }),
        ),
      noteRejected(key: string) {
        rejected.add(key);
      },
      /** For the baselines, which write no slot: says whose purchase a nonce is. */
      own(nonce: string, key: string, cluster: string) {
        const iso = new Date(clock()).toISOString();
        owners.set(nonce, { key, cluster, window: iso.slice(0, 10), month: iso.slice(0, 7), signedAt: clock() });
      },
    };
  }

  return {
    config,
    table,
    queue,
    core,
    owners,
    processes,
    alarms,
    /** Keys whose purchase the API rejected, as the baselines saw it. */
    rejected,
    initialNodes: options.initialNodes,
    now,
    /** Somebody sets the clocks right. */
    mendClock() {
      gatewaySkewMs = 0;
    },
    pass(ms: number) {
      time += ms;
    },
    portsOf,
    faultsFor: (kind: CallKind) => faultsOf[kind],
    start(role: string, skewMs: number, main: (process: Process) => Promise<unknown>): Process {
      const process: Process = { id: started, role, skewMs, waiting: [], alive: true, told: [] };
      started += 1;
      processes.add(process);
      const end = () => {
        process.alive = false;
        processes.delete(process);
      };
      main(process).then(end, end);
      return process;
    },
    /** A crash: what it waited for may have happened or not, and nothing follows. */
    kill(process: Process) {
      process.alive = false;
      process.waiting.length = 0;
      processes.delete(process);
    },
    /** Lets one call happen. */
    perform(call: Call, fault: Fault | undefined) {
      const { process } = call;
      process.waiting.splice(process.waiting.indexOf(call), 1);
      try {
        const answer = call.run(fault);
        process.told.push(answer);
        call.resolve(answer);
      } catch (error) {
        process.told.push(`thrown ${error instanceof Error ? error.name : ''}`);
        call.reject(error);
      }
    },
  };
}

/**
 * Lets everything that became possible run, up to the next calls to the outside. Ticks come after all microtasks, and
 * nothing here waits for more than those.
 */
export const settle = (): Promise<void> => new Promise((resolve) => nextTick(resolve));

const failure = (code: string): RawAnswer => ({ kind: 'failure', code, connected: true, message: 'simulated' });

function asRaw({ status, headers, body, delivery }: SimAnswer): RawAnswer {
  return delivery.kind === 'answer'
    ? { kind: 'answer', status, headers, body }
    : failure(delivery.kind === 'reset' ? 'ECONNRESET' : 'ETIMEDOUT');
}

function describe(command: unknown): string {
  const { input, constructor: kind } = command as {
    readonly input: Readonly<Record<string, unknown>>;
    readonly constructor: { readonly name: string };
  };
  const item = (input['Key'] ?? input['Item'] ?? {}) as { readonly pk?: string };
  const change =
    input['UpdateExpression'] ?? (input['Item'] as { readonly outcome?: string } | undefined)?.outcome ?? '';
  return `${kind.name.replace('Command', '')} ${item.pk ?? ''} ${change as string}`.trim();
}
