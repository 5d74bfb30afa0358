// What contracts cannot show: dynalite reads consistently, whatever it is asked for.
import { BatchGetCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { createMemoryTable } from '../../functions/backtest/world/memory-table.ts';

const put = (count: number) => new PutCommand({ TableName: 'ledger', Item: { pk: 'a', count } });
const get = (ConsistentRead: boolean) => new GetCommand({ TableName: 'ledger', Key: { pk: 'a' }, ConsistentRead });
const getMany = (ConsistentRead: boolean) =>
  new BatchGetCommand({ RequestItems: { ledger: { Keys: [{ pk: 'a' }], ConsistentRead } } });

test('the memory table serves the item before its last write to a read that is not consistent', () => {
  const table = createMemoryTable();
  table.execute(put(1));
  expect(table.execute(get(false))).toEqual({ Item: undefined });
  expect(table.execute(getMany(false))).toEqual({ Responses: { ledger: [] } });
  table.execute(put(2));
  expect(table.execute(get(false))).toEqual({ Item: { pk: 'a', count: 1 } });
  expect(table.execute(getMany(false))).toEqual({ Responses: { ledger: [{ pk: 'a', count: 1 }] } });
  expect(table.execute(get(true))).toEqual({ Item: { pk: 'a', count: 2 } });
  expect(table.execute(getMany(true))).toEqual({ Responses: { ledger: [{ pk: 'a', count: 2 }] } });
});

test('the memory table answers a query by sort key in order, and only a consistent one with the last write', () => {
  const table = createMemoryTable();
  for (const sk of ['c', 'a', 'b', 'd'])
    table.execute(new PutCommand({ TableName: 'notes', Item: { pk: sk === 'd' ? 'other' : 'one', sk } }));
  const query = (ConsistentRead: boolean) =>
    new QueryCommand({
      TableName: 'notes',
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: { ':pk': 'one', ':after': 'a' },
      ConsistentRead,
    });
  const items = ['b', 'c'].map((sk) => ({ pk: 'one', sk }));
  expect(table.execute(query(true))).toEqual({ Items: items });
  expect(table.execute(query(false))).toEqual({ Items: [] });
});

test('a memory table goes on from its contents with what its items were before', () => {
  const table = createMemoryTable();
  table.execute(put(1));
  table.execute(put(2));
  expect(createMemoryTable(table.contents()).execute(get(false))).toEqual({ Item: { pk: 'a', count: 1 } });
});
