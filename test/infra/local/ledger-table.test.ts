import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { startLedgerTable } from '../../../infra/local/aws-stand-ins/ledger-table.ts';

/** Node's own word that a server of this process has received a request. */
const received = 'http.server.request.start';

test('answers what it has received before it closes', async () => {
  const table = await startLedgerTable();
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientOf(table.endpoint), maxAttempts: 1 }));
  let closing = Promise.resolve();
  const close = () => {
    unsubscribe(received, close);
    // In the middle of the event its listeners do not know the request yet.
    closing = Promise.resolve().then(() => table.close());
  };
  subscribe(received, close);
  await expect(db.send(new GetCommand({ TableName: table.name, Key: { pk: 'a' } }))).resolves.not.toHaveProperty(
    'Item',
  );
  await closing;
  db.destroy();
});
