// Baseline 3: a lease on the job while it is worked on, and a mark when it is done; a lease that runs out is taken over.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { tableName } from '../ports.ts';
import { buy, createBaseline } from './baseline.ts';

const leaseMs = 120_000;

export const leaseOnly = createBaseline(async (job, ports) => {
  const pk = `LEASE#${job.key}`;
  const now = ports.now();
  const known = await ports.db.send(new GetCommand({ TableName: tableName, Key: { pk }, ConsistentRead: true }));
  if (known.Item?.['state'] === 'done') return;
  await ports.db.send(
    new PutCommand({
      TableName: tableName,
      Item: { pk, state: 'leased', leaseUntil: now + leaseMs },
      ConditionExpression: 'attribute_not_exists(pk) OR leaseUntil < :now',
      ExpressionAttributeValues: { ':now': now },
    }),
  );
  const outcome = await buy(job, ports);
  if (outcome.kind !== 'accepted' && outcome.kind !== 'rejected') throw new Error(outcome.kind);
  await ports.db.send(new PutCommand({ TableName: tableName, Item: { pk, state: 'done', leaseUntil: 0 } }));
});
