// The table of notes in dynalite, over loopback.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll } from '@jest/globals';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { startLedgerTable } from '../../../infra/local/aws-stand-ins/ledger-table.ts';
import { createNotesTable } from '../../../infra/local/aws-stand-ins/notes-table.ts';

/** To be called while the tests are defined: it is closed after the last of them. */
export async function openNotes() {
  const ledger = await startLedgerTable();
  const client = new DynamoDBClient(clientOf(ledger.endpoint));
  const operations: string[] = [];
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        operations.push(commandName);
        return next(args);
      },
    { step: 'initialize' },
  );
  afterAll(async () => {
    client.destroy();
    await ledger.close();
  });
  return {
    db: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    table: await createNotesTable(ledger.endpoint),
    /** Those that were sent since the last time. */
    operations: () => operations.splice(0),
  };
}
