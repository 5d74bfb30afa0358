// Ledgers to start a measurement from, written by the ledger's own code.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createLedger, type Ledger } from '../../../functions/adapters/ledger/ledger.ts';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { aPurchase, aVerdict, day } from '../../support/samples.ts';
import type { State } from './messages.ts';

type ClusterEntries = Pick<State, 'done' | 'pending'>;

/** Makes the items of all clusters alike, with these entries on each. */
export async function fillLedger(
  { endpoint, table }: { readonly endpoint: string; readonly table: string },
  clusters: readonly string[],
  entries: ClusterEntries,
): Promise<void> {
  const client = new DynamoDBClient(clientOf(endpoint));
  try {
    const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    const [first, ...others] = clusters;
    if (first === undefined) return;
    await fillCluster(createLedger(db, table), first, entries);
    const pkOf = (name: string) => `CLUSTER#${name}`;
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: { pk: pkOf(first) } }));
    await Promise.all(
      others.map((name) => db.send(new PutCommand({ TableName: table, Item: { ...Item, pk: pkOf(name) } }))),
    );
  } finally {
    client.destroy();
  }
}

/** Buys as often as the longer of the two lists needs, and takes the rest off the shorter one again. */
async function fillCluster(ledger: Ledger, cluster: string, { done, pending }: ClusterEntries): Promise<void> {
  const now = Date.now();
  await ledger.readCluster(cluster);
  for (let n = 0; n < Math.max(done, pending); n += 1) {
    const key = `manual/${cluster}/earlier-${n}`;
    const nonce = `nonce-${n}`;
    const purchase = aPurchase({ key, nonce, signedAt: now });
    const verdict = aVerdict({ nonce, at: now, taskId: `T-${n}` });
    await expectApplied(ledger.arm(await ledger.readCluster(cluster), purchase));
    await expectApplied(ledger.settle(await ledger.readCluster(cluster), purchase, verdict, 0));
    if (n >= done) await expectApplied(ledger.forget(cluster, key, now + day));
    if (n >= pending) {
      const unchanged = { failures: 0, cooldownUntil: 0 };
      await expectApplied(ledger.shrink(await ledger.readCluster(cluster), key, undefined, unchanged));
    }
  }
}

async function expectApplied(write: Promise<boolean>): Promise<void> {
  if (!(await write)) throw new Error('the ledger refused a write that the benchmark starts from');
}
