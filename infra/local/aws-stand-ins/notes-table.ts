// The table of notes, beside the ledger's in the same stand-in.
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { notesTable } from '../../../functions/adapters/notes/notes-table.ts';
import { clientOf } from './account.ts';

/** Keys and index as in infra/notes-table.ts. The stand-in lets no item expire. */
export function notesSchema(): Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'
> {
  const { partitionKey, sortKey, index } = notesTable;
  return {
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'S' },
      { AttributeName: index.partitionKey, AttributeType: 'S' },
      { AttributeName: index.sortKey, AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.partitionKey, KeyType: 'HASH' },
          { AttributeName: index.sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.projected] },
      },
    ],
  };
}

/** @returns its name */
export async function createNotesTable(endpoint: string): Promise<string> {
  const db = new DynamoDBClient(clientOf(endpoint));
  const name = 'edge-scale-out-notes';
  await db.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', ...notesSchema() }));
  db.destroy();
  return name;
}
