// Reads and writes of the ledger: every read is consistent, every write is conditional and on one item.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from '../batch-get.ts';

type Item = Record<string, unknown>;

interface Update {
  readonly set?: readonly string[];
  readonly remove?: readonly string[];
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/** Writes return false when their condition failed. All throw what the call throws: the write may have been applied. */
interface Items {
  get(pk: string): Promise<Item | undefined>;
  /** The existing ones, in any order. */
  getAll(pks: readonly string[]): Promise<readonly Item[]>;
  put(item: Item, condition: string, values?: Item): Promise<boolean>;
  update(pk: string, update: Update): Promise<boolean>;
}

export function createItems(db: DynamoDBDocumentClient, table: string): Items {
  return {
    get: async (pk) => (await db.send(new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true }))).Item,

    getAll: (pks) =>
      batchGet(
        db,
        table,
        pks.map((pk) => ({ pk })),
      ),

    put: (item, condition, values) =>
      applied(
        db.send(
          new PutCommand({
            TableName: table,
            Item: item,
            ConditionExpression: condition,
            ...(values && { ExpressionAttributeValues: values }),
          }),
        ),
      ),

    update: (pk, { set = [], remove = [], condition, names, values }) =>
      applied(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { pk },
            UpdateExpression: [
              set.length > 0 ? `SET ${set.join(', ')}` : '',
              remove.length > 0 ? `REMOVE ${remove.join(', ')}` : '',
            ]
              .join(' ')
              .trim(),
            ConditionExpression: condition,
            ...(names && { ExpressionAttributeNames: names }),
            ...(values && { ExpressionAttributeValues: values }),
          }),
        ),
      ),
  };
}

async function applied(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
