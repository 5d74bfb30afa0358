import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

interface Index {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly projected: readonly string[];
}

type TableSchema = Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'>;

/** @param keys the partition key, and the sort key if the table has one; both are texts. The index is sorted by a number */
export function tableSchema(keys: readonly string[], { name, partitionKey, sortKey, projected }: Index): TableSchema {
  const schemaOf = (names: readonly string[]) =>
    names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? ('HASH' as const) : ('RANGE' as const) }));
  return {
    AttributeDefinitions: [
      ...[...keys, partitionKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      { AttributeName: sortKey, AttributeType: 'N' },
    ],
    KeySchema: schemaOf(keys),
    GlobalSecondaryIndexes: [
      {
        IndexName: name,
        KeySchema: schemaOf([partitionKey, sortKey]),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projected] },
      },
    ],
  };
}
