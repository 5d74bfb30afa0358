// DynamoDB by dynalite, with the ledger's table.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { jobIndex } from '../../../functions/adapters/ledger/job-index.ts';
import { clientOf } from './account.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';
import { tableSchema } from './table-schema.ts';

export interface LedgerTable {
  readonly endpoint: string;
  readonly name: string;
  items(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** Key and index as in infra/ledger-table.ts. */
export const ledgerSchema = () => tableSchema(['pk'], jobIndex);

export async function startLedgerTable(): Promise<LedgerTable> {
  const server = dynalite({ createTableMs: 0 });
  const endpoint = await listenOnLoopback(server);
  // dynalite throws, outside of any caller, where it is closed in the middle of a request.
  const open = new Set<ServerResponse>();
  server.on('request', (_, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  const name = 'edge-scale-out-ledger';
  const db = new DynamoDBClient(clientOf(endpoint));
  await db.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      ...ledgerSchema(),
    }),
  );
  const client = DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } });
  return {
    endpoint,
    name,
    async items() {
      const found: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: name, ConsistentRead: true }))
        found.push(...Items);
      return found;
    },
    async close() {
      await Promise.all([...open].map((response) => once(response, 'close')));
      db.destroy();
      await closeServer(server);
    },
  };
}
