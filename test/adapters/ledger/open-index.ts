// A table of the ledger's in dynalite, filled at once, and what reading its index costs there.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createJobIndex, type JobIndex } from '../../../functions/adapters/ledger/job-index.ts';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { startLedgerTable } from '../../../infra/local/aws-stand-ins/ledger-table.ts';
import { createNotesTable } from '../../../infra/local/aws-stand-ins/notes-table.ts';
import { sampleAt } from '../../support/samples.ts';

export interface OpenIndex {
  readonly db: DynamoDBDocumentClient;
  readonly endpoint: string;
  readonly table: string;
  readonly notesTable: string;
  readonly index: JobIndex;
  /** @param into by default the ledger's table */
  putAll(items: Iterable<Readonly<Record<string, unknown>>>, into?: string): Promise<void>;
  /** The operations that were sent since the last time, and how many items they looked at. */
  cost(): { readonly operations: readonly string[]; readonly scanned: number };
  close(): Promise<void>;
}

/** DynamoDB takes no more in one request. */
const batch = 25;

export async function openIndex(now = () => sampleAt): Promise<OpenIndex> {
  const { endpoint, name, close } = await startLedgerTable();
  const notesTable = await createNotesTable(endpoint);
  const client = new DynamoDBClient(clientOf(endpoint));
  const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  let operations: string[] = [];
  let scanned = 0;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        operations.push(commandName);
        const answer = await next(args);
        scanned += Number(Reflect.get(Object(answer.output), 'ScannedCount') ?? 0);
        return answer;
      },
    { step: 'initialize' },
  );
  const put = async (items: readonly Readonly<Record<string, unknown>>[], into: string) => {
    const puts = items.map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems = {} } = await db.send(new BatchWriteCommand({ RequestItems: { [into]: puts } }));
    if (Object.keys(UnprocessedItems).length > 0) throw new Error('some items were not written');
  };
  return {
    db,
    endpoint,
    table: name,
    notesTable,
    index: createJobIndex(db, { ledger: name, notes: notesTable }, now),
    async putAll(items, into = name) {
      let waiting: Readonly<Record<string, unknown>>[] = [];
      for (const item of items) {
        waiting.push(item);
        if (waiting.length < batch) continue;
        await put(waiting, into);
        waiting = [];
      }
      if (waiting.length > 0) await put(waiting, into);
    },
    cost() {
      const since = { operations, scanned };
      [operations, scanned] = [[], 0];
      return since;
    },
    async close() {
      client.destroy();
      await close();
    },
  };
}
