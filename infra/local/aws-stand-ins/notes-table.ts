// The table of notes, beside the ledger's in the same stand-in.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { notesTable } from '../../../functions/adapters/notes/notes-table.ts';
import { clientOf } from './account.ts';
import { tableSchema } from './table-schema.ts';

/** Keys and index as in infra/notes-table.ts. The stand-in lets no item expire. */
export const notesSchema = () => tableSchema([notesTable.partitionKey, notesTable.sortKey], notesTable.index);

/** @returns its name */
export async function createNotesTable(endpoint: string): Promise<string> {
  const db = new DynamoDBClient(clientOf(endpoint));
  const name = 'edge-scale-out-notes';
  await db.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', ...notesSchema() }));
  db.destroy();
  return name;
}
