// A console over the stand-ins of the engine, without its functions: what a test puts into the ledger stays as it is.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createQueue } from '../../functions/adapters/queue/queue.ts';
import { run } from '../../functions/cli/program.ts';
import type { Target } from '../../functions/cli/target/target.ts';
import { createTerminal } from '../../functions/cli/terminal/terminal.ts';
import { type ConsoleServer, startConsole } from '../../functions/console/server.ts';
import { completeConfig } from '../../functions/domain/config/defaults.ts';
import type { ClusterConfig, Config } from '../../functions/domain/config/types.ts';
import { account, clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { createCleanup } from '../../infra/local/cleanup.ts';
import { defaultOptions } from '../../infra/local/engine-options.ts';
import { type Services, startServices } from '../../infra/local/services.ts';

type Item = Readonly<Record<string, unknown>>;

export interface ConsoleWorld {
  readonly server: ConsoleServer;
  readonly services: Services;
  /** Writes items of the ledger as they are. */
  put(items: readonly Item[]): Promise<void>;
  /** Puts a message on the dead-letter queue, as the queue function does. */
  bury(body: string, reason: string, detail: string): Promise<void>;
  /** The URL of the pages, for a browser that was admitted. */
  folder(): Promise<string>;
  /** Of an admitted browser. @param path below the folder of the pages */
  request(path: string, options?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly clusters: Readonly<Record<string, ClusterConfig>>;
  readonly mayAct?: boolean;
  readonly idleMs?: number;
  readonly now?: () => number;
  /** Nodes from the start, by cluster. */
  readonly nodes?: Readonly<Record<string, number>>;
  /** Before the console reads. */
  readonly fill?: (world: Pick<ConsoleWorld, 'put' | 'bury' | 'services'>) => Promise<void>;
}

export async function openConsole(options: WorldOptions): Promise<ConsoleWorld> {
  const { clusters, mayAct = false, idleMs = Number.POSITIVE_INFINITY, now = Date.now, nodes = {} } = options;
  const config: Config = completeConfig({ clusters });
  const cleanup = createCleanup();
  const services = await startServices(
    {
      ...defaultOptions(),
      simulator: {
        clusters: Object.entries(clusters).map(([name, { id, region }]) => ({
          ...{ id, region, name, initialNodes: nodes[name] ?? 4 },
        })),
      },
    },
    config,
    cleanup,
  );
  const { info } = services;
  // Past the stream, which takes one item at a time.
  const db = new DynamoDBClient(clientOf(services.table.endpoint));
  const documents = DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } });
  const sqs = new SQSClient(clientOf(info.endpoints.sqs));
  cleanup.add(() => db.destroy());
  cleanup.add(() => sqs.destroy());
  const filling = {
    services,
    async put(items: readonly Item[]) {
      for (let i = 0; i < items.length; i += 25) {
        const requests = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [info.tableName]: requests } }));
      }
    },
    bury: (body: string, reason: string, detail: string) =>
      createQueue(sqs, { queue: info.queueUrl, deadLetters: info.deadLetterQueueUrl }).deadLetter(
        { messageId: 'm-1', body, receiptHandle: '', receiveCount: 1, attributes: {} },
        reason,
        detail,
      ),
  };
  await options.fill?.(filling);
  const target: Target = {
    ...{ name: 'the local engine', flags: '', aws: { region: account.region }, engine: info },
    ...{ queueUrl: info.queueUrl, deadLetterQueueUrl: info.deadLetterQueueUrl },
    ...{ tableName: info.tableName, notesTableName: info.notesTableName },
    ...{ secretIds: info.secretIds, ackEndpoint: info.endpoints.ack },
  };
  const deps = {
    terminal: createTerminal(process.stdout, process.stderr),
    input: () => process.stdin,
    env: {},
    now,
    importConfig: async () => ({ config: { clusters } }),
    configName: 'functions/config.ts',
    files: { config: 'functions/config.ts', example: 'functions/config.ts' },
  };
  const server = await startConsole(
    { target, targetArgs: [], config, deps, run, mayAct, timeZone: 'Asia/Shanghai' },
    idleMs,
  );
  cleanup.add(() => server.close());
  let once: ReturnType<typeof admit> | undefined;
  const admitted = () => {
    once ??= admit(server.link());
    return once;
  };
  return {
    ...filling,
    server,
    folder: async () => (await admitted()).folder,
    async request(path, { headers, ...rest } = {}) {
      const { folder, cookie } = await admitted();
      const { origin } = new URL(folder);
      const own = rest.method === undefined || rest.method === 'GET' ? {} : { origin };
      return fetch(`${folder}${path}`, {
        redirect: 'manual',
        ...rest,
        headers: { cookie, ...own, ...Object.fromEntries(new Headers(headers)) },
      });
    },
    close: () => cleanup.run(),
  };
}

/** As a browser: the token becomes a cookie and a folder. */
export async function admit(link: string): Promise<{ readonly folder: string; readonly cookie: string }> {
  const answer = await fetch(link, { redirect: 'manual' });
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  const to = new URL(answer.headers.get('location') ?? '/', link);
  return { folder: new URL('.', to).href, cookie };
}

/** So much was counted just now, as the functions of the engine print it. */
export function count({ services }: Pick<ConsoleWorld, 'services'>, counted: Readonly<Record<string, number>>): void {
  const Metrics = Object.keys(counted).map((Name) => ({ Name }));
  const CloudWatchMetrics = [{ Namespace: 'EdgeScaleOut', Dimensions: [['service']], Metrics }];
  services.cloudwatch.log(
    JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, service: 'local', ...counted }),
  );
}
