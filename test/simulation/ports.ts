// What a process runs over: the shipped adapters, whose every call to the outside waits for the scheduler of the history.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createAckClient } from '../../functions/adapters/ack/client.ts';
import type { Transport } from '../../functions/adapters/ack/http-transport.ts';
import type { UnsignedRequest } from '../../functions/adapters/ack/signature.ts';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { createQueue } from '../../functions/adapters/queue/queue.ts';
import { policyOf } from '../../functions/domain/config/defaults.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { createRecheckAlert } from '../../functions/purchase/recheck-alert.ts';
import { reconcileCluster } from '../../functions/purchase/visit/finish-cluster.ts';
import type { MemoryQueue } from '../support/memory-queue.ts';
import type { MemoryTable } from '../support/memory-table.ts';
import { silentMetrics } from '../support/silent-metrics.ts';
import type { CallKind, Fault } from './faults.ts';
import type { Process } from './process.ts';
import { accessKey, loginPassword } from './secrets.ts';
import { failure, type Service } from './service.ts';
import type { Watch } from './watch.ts';

/** What the calls lead to. */
export interface Outside {
  readonly config: Config;
  readonly random: () => number;
  readonly now: () => number;
  readonly table: MemoryTable;
  readonly queue: MemoryQueue;
  readonly service: Service;
  readonly watch: Watch;
  /** Keys whose purchase the API rejected, as the baselines saw it. */
  readonly rejected: Set<string>;
}

/** The ports that a process runs over, and that the baselines share. */
export type Ports = ReturnType<typeof createPorts>;

export const tableName = 'ledger';
const endpoint = 'http://127.0.0.1:1';

export function createPorts(process: Process, outside: Outside) {
  const { config, random, now, table, queue, service, watch, rejected } = outside;

  function call<T>(kind: CallKind, label: string, run: (fault: Fault | undefined) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      process.waiting.push({ process, kind, label, run, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  const db = {
    send: (command: { readonly input: unknown }) => {
      const reading = command instanceof GetCommand || command instanceof BatchGetCommand;
      if (!reading) watch.guard('a write to the table', command.input);
      const run = faulty(() => {
        const answer = table.execute(command);
        if (!reading) watch.learnOwners();
        return answer;
      });
      return call(reading ? 'read' : 'write', describe(command), run);
    },
  } as unknown as DynamoDBDocumentClient;

  const sqs = {
    send: (command: { readonly input: unknown; readonly constructor: { readonly name: string } }) => {
      watch.guard('a message', command.input);
      const label = command.constructor.name.replace('Command', '');
      return call(
        'write',
        label,
        faulty(() => queue.execute(command)),
      );
    },
  } as unknown as SQSClient;

  const transport: Transport = ({ method, url, headers, body = '' }) => {
    const [path = '', query = ''] = url.slice(endpoint.length).split('?');
    const request = { method, path, query, headers, body };
    if (method === 'GET')
      return call('look', `GET ${path}`, (fault) =>
        fault === undefined ? service.look(request) : failure('ETIMEDOUT'),
      );
    watch.checkSend(process, headers);
    const label = `POST ScaleOutCluster ${headers['x-acs-signature-nonce']}`;
    return call('purchase', label, (fault) => service.buy(request, fault));
  };

  let skewMs: number | undefined;
  const clock = () => now() + process.skewMs;
  let nonces = 0;
  const newNonce = () => {
    nonces += 1;
    return `n${process.id}-${nonces}`;
  };
  const base = {
    ledger: createLedger(db, tableName),
    ack: createAckClient({
      transport,
      credentials: async () => accessKey,
      loginPassword: async () => loginPassword,
      now: clock,
      newNonce,
      endpoint,
      sign: unsigned,
      onClockSkew: (ms) => {
        skewMs = ms;
      },
    }),
    log: watch.log,
    metrics: silentMetrics,
    now: clock,
    newNonce,
    policyOf: (name: string) => policyOf(config, name),
    clockSkewMs: () => skewMs,
    recheckAlert: createRecheckAlert({ now: clock }),
  };
  return {
    ...base,
    db,
    config,
    random,
    // For people, and read by nothing that histories are about: they are not spent on it.
    waits: { note: async () => undefined },
    queue: createQueue(sqs, queue.urls),
    reconcile: (cluster: string, until: number) => reconcileCluster(cluster, base, until),
    acknowledge: (receipts: readonly string[]) =>
      call(
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
      watch.owners.set(nonce, { key, cluster, window: iso.slice(0, 10), month: iso.slice(0, 7), signedAt: clock() });
    },
  };
}

/** Nobody here checks a signature, and making one is a tenth of a step. */
function unsigned({ host, action, date, nonce, version, body }: UnsignedRequest): Record<string, string> {
  return {
    host,
    'x-acs-action': action,
    'x-acs-date': new Date(date).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
    ...(body && { 'content-type': 'application/json; charset=utf-8' }),
  };
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
