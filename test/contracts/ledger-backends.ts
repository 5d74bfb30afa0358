// The two tables that the ledger's facts are checked on: dynalite, over the real API, and the map of the simulation.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createLedger, type Ledger } from '../../functions/adapters/ledger/ledger.ts';
import { createMemoryTable } from '../../functions/backtest/world/memory-table.ts';
import { clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { startLedgerTable } from '../../infra/local/aws-stand-ins/ledger-table.ts';

export type Item = Readonly<Record<string, unknown>>;

export interface LedgerBackend {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  close(): Promise<void>;
}

/** A ledger, and a cluster that nobody has seen before. */
export interface Bench {
  readonly ledger: Ledger;
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly name: string;
  /** A job's key that is no other test's. */
  key(of: string): string;
  /** The cluster's item as it is stored. */
  cluster(): Promise<Item | undefined>;
  /** The job's item as it is stored. */
  job(key: string): Promise<Item | undefined>;
}

export type OpenBench = () => Bench;

/** With the key and the index of the deployed table. */
export async function openDynalite(): Promise<LedgerBackend> {
  const table = await startLedgerTable();
  const db = new DynamoDBClient(clientOf(table.endpoint));
  return {
    // As the functions make theirs.
    client: DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } }),
    table: table.name,
    async close() {
      db.destroy();
      await table.close();
    },
  };
}

export async function openMemory(): Promise<LedgerBackend> {
  return { client: createMemoryTable().client, table: 'ledger', close: async () => undefined };
}

/** Fresh names for each bench: tests share a table and never an item. */
export function createBenches(backend: () => LedgerBackend): OpenBench {
  let benches = 0;
  return () => {
    const { client, table } = backend();
    const name = `edge-${++benches}`;
    return {
      ledger: createLedger(client, table),
      client,
      table,
      name,
      key: (of) => `manual/${name}/${of}`,
      cluster: () => itemOf(client, table, `CLUSTER#${name}`),
      job: (key) => itemOf(client, table, `JOB#${key}`),
    };
  };
}

export async function itemOf(client: DynamoDBDocumentClient, table: string, pk: string): Promise<Item | undefined> {
  return (await client.send(new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true }))).Item;
}
