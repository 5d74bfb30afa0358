// Baseline 2: a generic idempotency record, as middlewares keep it: put in progress before the work, deleted on any error,
// completed after it, and expiring after an hour.
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { tableName } from '../ports.ts';
import { buy, createBaseline } from './baseline.ts';

const expiryMs = 60 * 60_000;
/** An in-progress record of a crashed function counts no more after the function's own timeout. */
const inProgressMs = 60_000;

export const idempotencyRecord = createBaseline(async (job, { db, ...ports }) => {
  const pk = `RECORD#${job.key}`;
  const put = (state: string, lifeMs: number, condition?: string) =>
    db.send(
      new PutCommand({
        TableName: tableName,
        Item: { pk, state, expiresAt: ports.now() + lifeMs },
        ...(condition && { ConditionExpression: condition, ExpressionAttributeValues: { ':now': ports.now() } }),
      }),
    );
  try {
    await put('in progress', inProgressMs, 'attribute_not_exists(pk) OR expiresAt < :now');
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return;
    throw error;
  }
  try {
    const outcome = await buy(job, { db, ...ports });
    if (outcome.kind !== 'accepted' && outcome.kind !== 'rejected') throw new Error(outcome.kind);
  } catch (error) {
    await db.send(new DeleteCommand({ TableName: tableName, Key: { pk } }));
    throw error;
  }
  await put('completed', expiryMs);
});
