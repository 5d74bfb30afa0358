import { BatchGetCommand, type BatchGetCommandOutput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type Item = Record<string, unknown>;

/** A limit of DynamoDB. */
const maxBatchGet = 100;

/** Consistent. @returns the existing items, in any order. @param keys without duplicates, which DynamoDB refuses */
export async function batchGet(
  db: DynamoDBDocumentClient,
  table: string,
  keys: readonly Item[],
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let left = keys;
  while (left.length > 0) {
    const page = left.slice(0, maxBatchGet);
    const answer: BatchGetCommandOutput = await db.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: page, ConsistentRead: true } } }),
    );
    found.push(...(answer.Responses?.[table] ?? []));
    left = [...(answer.UnprocessedKeys?.[table]?.Keys ?? []), ...left.slice(maxBatchGet)];
  }
  return found;
}
