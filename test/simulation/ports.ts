// What a process runs over: the shipped adapters, whose every call to the outside waits for the scheduler of the history.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createAckClient } from '../../functions/adapters/ack/client.ts';
import { createClockSkew } from '../../functions/adapters/ack/clock-skew.ts';
import type { Transport } from '../../functions/adapters/ack/http-transport.ts';
import type { UnsignedRequest } from '../../functions/adapters/ack/signature.ts';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { createRecoveries } from '../../functions/adapters/notes/recoveries.ts';
import { createWaits, type Wait } from '../../functions/adapters/notes/waits.ts';
import { createQueue } from '../../functions/adapters/queue/queue.ts';
import type { MemoryQueue } from '../../functions/backtest/world/memory-queue.ts';
import type { MemoryTable } from '../../functions/backtest/world/memory-table.ts';
import { policyOf } from '../../functions/domain/config/defaults.ts';
import { timings } from '../../functions/domain/timings.ts';
import { createRecheckAlert } from '../../functions/purchase/recheck-alert.ts';
import { reconcileCluster } from '../../functions/purchase/visit/finish-cluster.ts';
import { silentMetrics } from '../support/silent-metrics.ts';
import { alarmsOver, type CloudWatch, home } from './cloudwatch.ts';
import type { CallKind, Fault } from './faults.ts';
import type { LateWrites } from './late-writes.ts';
import type { Process } from './process.ts';
import { accessKey, loginPassword } from './secrets.ts';
import { failure, type Service } from './service.ts';
import type { Watch } from './watch.ts';

/** What the calls lead to. */
export interface Outside {
  readonly random: () => number;
  readonly now: () => number;
  readonly table: MemoryTable;
  readonly notes: MemoryTable;
  /** Whether jobs that wait leave notes. */
  readonly noted: boolean;
  readonly queue: MemoryQueue;
  readonly service: Service;
  readonly cloudwatch: CloudWatch;
  readonly lateWrites: LateWrites;
  readonly watch: Watch;
  /** Keys whose purchase the API rejected, as the baselines saw it. */
  readonly rejected: Set<string>;
}

/** The ports that a process runs over, and that the baselines share. */
export type Ports = ReturnType<typeof createPorts>;

export const tableName = 'ledger';
const endpoint = 'http://127.0.0.1:1';

export function createPorts(process: Process, outside: Outside) {
  const { random, now, table, notes, noted, queue, service, cloudwatch, lateWrites, watch, rejected } = outside;
  const { config } = process;

  function call<T>(kind: CallKind, label: string, run: (fault: Fault | undefined) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      process.waiting.push({ process, kind, label, run, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  const db = {
    send: (command: { readonly input: unknown }) => {
      if (command instanceof GetCommand)
        return call(
          'read',
          describe(command),
          faulty(() => table.execute(command)),
        );
      if (command instanceof BatchGetCommand)
        return call(isOfMany(command) ? 'batch' : 'read', describe(command), (fault) => {
          const asked = fault === 'answered-in-part' ? halfOf(command) : { command };
          return { ...faulty(() => table.execute(asked.command) as object)(fault), ...asked.left };
        });
      watch.guard('a write to the table', command.input);
      watch.begins(process, command);
      return write(command, () => watch.written(process, keyOf(command), () => table.execute(command)));
    },
  } as unknown as DynamoDBDocumentClient;

  const notesDb = {
    send: (command: { readonly input: unknown }) => {
      const apply = () => notes.execute(command);
      if (command instanceof QueryCommand || command instanceof BatchGetCommand)
        return call('read', describe(command), faulty(apply));
      watch.guard('a note', command.input);
      return write(command, () => {
        watch.recovered(command);
        return apply();
      });
    },
  } as unknown as DynamoDBDocumentClient;

  function write(command: unknown, apply: () => unknown): Promise<unknown> {
    const label = describe(command);
    return call('write', label, (fault) => {
      if (fault !== 'applied-late') return faulty(apply)(fault);
      lateWrites.add(label, apply);
      throw new Error('simulated: applied after the client gave up');
    });
  }

  const sqs = {
    send: (command: { readonly input: unknown; readonly constructor: { readonly name: string } }) => {
      watch.guard('a message', command.input);
      const label = command.constructor.name.replace('Command', '');
      return call(
        'message',
        label,
        faulty(() => queue.execute(command)),
      );
    },
  } as unknown as SQSClient;

  const transport: Transport = ({ method, url, headers, body = '' }) => {
    const [path = '', query = ''] = url.slice(endpoint.length).split('?');
    const request = { method, path, query, headers, body };
    if (method === 'GET') {
      watch.looks(process, path);
      const until = now() + timings.readTimeoutMs;
      return call('look', `GET ${path}`, (fault) => {
        if (now() > until) return failure('ETIMEDOUT');
        if (fault !== 'not-applied' && fault !== 'unreadable') watch.looked(process, path);
        return fault === 'not-applied' ? failure('ETIMEDOUT') : service.look(request, fault);
      });
    }
    watch.checkSend(process, headers);
    const label = `POST ScaleOutCluster ${headers['x-acs-signature-nonce']}`;
    return call('purchase', label, (fault) => service.buy(request, fault));
  };

  const alarms = alarmsOver(cloudwatch, (label, answer) => call('alarm', label, faulty(answer)));
  const clock = () => now() + process.skewMs;
  const waits = createWaits(notesDb, 'notes', clock);
  const clockSkew = createClockSkew(clock);
  let nonces = 0;
  const newNonce = () => {
    nonces += 1;
    return `n${process.id}-${nonces}`;
  };
  const base = {
    ledger: createLedger(db, tableName),
    recoveries: createRecoveries(notesDb, 'notes', clock),
    recheckAlert: createRecheckAlert({ alarms, now: clock }),
    ack: createAckClient({
      transport,
      credentials: async () => accessKey,
      loginPassword: async () => loginPassword,
      now: clock,
      newNonce,
      endpoint,
      sign: unsigned,
      onClockSkew: (ms, region) => clockSkew.measured(region, ms),
    }),
    log: watch.log,
    metrics: silentMetrics,
    now: clock,
    newNonce,
    policyOf: (name: string) => policyOf(config, name),
    clockSkewMs: clockSkew.worstMs,
  };
  return {
    ...base,
    db,
    config,
    home,
    random,
    deadline: process.deadline,
    // Made when it is asked: most processes never do.
    alarms,
    waits: noted ? waits : { note: async () => undefined, read: async () => new Map() },
    /** For the check of alarms. Without notes, a notification is on its way for every job, so that none counts as missed. */
    waitsOfAlarms: noted
      ? waits
      : {
          note: async () => undefined,
          read: async (keys: readonly string[]) => new Map(keys.map((key) => [key, {} as Wait])),
        },
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
      const day = { window: iso.slice(0, 10), month: iso.slice(0, 7) };
      watch.owners.set(nonce, { key, cluster, ...day, signedAt: clock(), by: process.id });
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

const isOfMany = ({ input }: BatchGetCommand): boolean =>
  Object.values(input.RequestItems ?? {}).some(({ Keys = [] }) => Keys.length > 1);

/** The first half of a batch, and what of an answer says that the other half was not read. */
function halfOf({ input }: BatchGetCommand) {
  const [[table, { Keys = [], ...how }] = ['', { Keys: [] }]] = Object.entries(input.RequestItems ?? {});
  const half = Math.ceil(Keys.length / 2);
  const left = Keys.slice(half);
  return {
    command: new BatchGetCommand({ RequestItems: { [table]: { ...how, Keys: Keys.slice(0, half) } } }),
    ...(left.length > 0 && { left: { UnprocessedKeys: { [table]: { ...how, Keys: left } } } }),
  };
}

interface Described {
  readonly input: Readonly<Record<string, unknown>>;
  readonly constructor: { readonly name: string };
}

function keyOf(command: unknown): string {
  const { input } = command as Described;
  return ((input['Key'] ?? input['Item'] ?? {}) as { readonly pk?: string }).pk ?? '';
}

function describe(command: unknown): string {
  const { input, constructor: kind } = command as Described;
  const change =
    input['UpdateExpression'] ?? (input['Item'] as { readonly outcome?: string } | undefined)?.outcome ?? '';
  return `${kind.name.replace('Command', '')} ${keyOf(command)} ${change as string}`.trim();
}
