// Against dynalite, over loopback, and against the memory table of the simulation.
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { createRecoveries } from '../../../functions/adapters/notes/recoveries.ts';
import { createMemoryTable } from '../../../functions/backtest/world/memory-table.ts';
import type { Recovery } from '../../../functions/domain/job/recovery.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { day, minute, sampleAt } from '../../support/samples.ts';
import { openNotes } from './open-notes.ts';

const { db, table, operations } = await openNotes();
const memory = createMemoryTable();
const backends = [
  ['DynamoDB', db],
  ['the memory table', memory.client],
] as const;

const at = (minutes: number) => sampleAt + minutes * minute;
const ended = (cluster: string, alert: string, minutes: number, of: Partial<Recovery> = {}): Recovery => ({
  cluster,
  source: 'alertmanager',
  alert,
  endedAt: at(minutes),
  ...of,
});

describe.each(backends)('in %s', (_, client) => {
  const recoveriesAt = (now: number) => createRecoveries(client, table, () => now);
  const recoveries = recoveriesAt(sampleAt);
  const read = async (cluster: string, since = 0, of = recoveries) =>
    Object.fromEntries(await of.read('alertmanager', cluster, since));

  test('of each alert the latest end is read that is after an instant', async () => {
    await recoveries.write([ended('edge', 'cpu', 1), ended('edge', 'disk', 2), ended('edge', 'cpu', 3)]);
    await recoveries.write([ended('edge', 'cpu', 2), ended('edge', 'memory', 5)]);
    expect(await read('edge')).toEqual({ cpu: at(3), disk: at(2), memory: at(5) });
    expect(await read('edge', at(2))).toEqual({ cpu: at(3), memory: at(5) });
    expect(await read('edge', at(2) - 1)).toEqual({ cpu: at(3), disk: at(2), memory: at(5) });
    expect(await read('edge', at(5))).toEqual({});
  });

  test('those of other senders and clusters are other alerts, also where a name begins like another', async () => {
    await recoveries.write([ended('a', 'cpu', 1), ended('a-b', 'cpu', 2), ended('a', 'cpu', 3, { source: 'grafana' })]);
    expect(await read('a')).toEqual({ cpu: at(1) });
    expect(await read('a-b')).toEqual({ cpu: at(2) });
    expect(Object.fromEntries(await recoveries.read('grafana', 'a', 0))).toEqual({ cpu: at(3) });
  });

  test('an alert may have every name', async () => {
    const names = ['__proto__', 'constructor', '', '#', 'x'.repeat(1200), '温度'];
    await recoveries.write(names.map((name) => ended('names', name, 1)));
    expect([...(await recoveries.read('alertmanager', 'names', 0)).keys()].toSorted()).toEqual(names.toSorted());
  });

  test('they are over after 19 days, before DynamoDB deletes them', async () => {
    expect(timings.recoveryNoteMs).toBe(19 * day);
    await recoveries.write([ended('old', 'cpu', 1)]);
    expect(await read('old', 0, recoveriesAt(sampleAt + 19 * day - 1))).toEqual({ cpu: at(1) });
    expect(await read('old', 0, recoveriesAt(sampleAt + 19 * day))).toEqual({});
  });
});

describe('a write', () => {
  const recoveries = createRecoveries(db, table, () => sampleAt);
  const itemsOf = async (cluster: string) =>
    (
      await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `RECOVERED#alertmanager#${cluster}` },
        }),
      )
    ).Items ?? [];

  test('is one for each sender and cluster, and none without recoveries', async () => {
    operations();
    await recoveries.write([]);
    await recoveries.write([ended('one', 'cpu', 1), ended('one', 'disk', 2), ended('two', 'cpu', 1)]);
    expect(operations()).toEqual(['PutItemCommand', 'PutItemCommand']);
    expect(await itemsOf('one')).toEqual([
      {
        pk: 'RECOVERED#alertmanager#one',
        sk: expect.stringMatching(new RegExp(`^000${at(2)}#[0-9a-f]{64}$`)),
        ended: [
          { alert: 'cpu', endedAt: at(1) },
          { alert: 'disk', endedAt: at(2) },
        ],
        expiresAt: (sampleAt + 19 * day) / 1000,
      },
    ]);
  });

  test('of the same recoveries in another order writes the same item again', async () => {
    const told = [ended('again', 'cpu', 1), ended('again', 'disk', 1), ended('again', 'memory', 0)];
    await recoveries.write(told);
    await createRecoveries(db, table, () => sampleAt + minute).write(told.toReversed());
    expect(await itemsOf('again')).toMatchObject([{ expiresAt: (sampleAt + minute + 19 * day) / 1000 }]);
  });

  test('of more than an item holds makes several, which are read over all pages', async () => {
    // Each of 1.2 KB in characters of three bytes. A page holds 1 MB: dynalite counts a byte for a character.
    const alerts = Array.from({ length: 3000 }, (_, i) => `${String(i).padStart(4, '0')}${'温'.repeat(400)}`);
    await recoveries.write(alerts.map((alert, i) => ended('many', alert, i / 1000)));
    for (const item of await itemsOf('many'))
      expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThanOrEqual(260_000);
    operations();
    const found = await recoveries.read('alertmanager', 'many', 0);
    expect(operations()).toEqual(['QueryCommand', 'QueryCommand']);
    expect([...found.keys()].toSorted()).toEqual(alerts);
    expect((await recoveries.read('alertmanager', 'many', at(2.899))).size).toBe(100);
  });

  test('or a read that fails is thrown', async () => {
    const elsewhere = createRecoveries(db, 'no-such-table', () => sampleAt);
    await expect(elsewhere.write([ended('one', 'cpu', 1)])).rejects.toThrow();
    await expect(elsewhere.read('alertmanager', 'one', 0)).rejects.toThrow();
  });
});
