import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { type AnnounceDeps, announce } from '../../functions/announce/announce.ts';
import type { JobEvent } from '../../functions/domain/events/job-event-schema.ts';
import { aPurchase } from '../support/samples.ts';
import { aRecord, clusterItem, recordsOfAPurchase, writtenAt } from './records.ts';

let published: { readonly event: JobEvent; readonly subject: string }[];
let counted: (readonly [string, number, object | undefined])[];
let logged: (readonly [string, object])[];
/** Which calls of `publish` fail, counted from 1. */
let failing: number[];
let calls: number;

beforeEach(() => {
  [published, counted, logged, failing, calls] = [[], [], [], [], 0];
});

const write = (event: string, fields: object = {}) => {
  logged.push([event, fields]);
};
const deps: AnnounceDeps = {
  events: {
    async publish(event, subject) {
      calls += 1;
      if (failing.includes(calls)) throw new Error('SNS is down');
      published.push({ event, subject });
    },
  },
  metrics: {
    add: (name, value, dimensions) => {
      counted.push([name, value, dimensions]);
    },
    publish: () => undefined,
  },
  log: { info: write, warn: write, error: write },
};

const states = () => published.map(({ event }) => event.state);
const errors = () => logged.filter(([event]) => event !== 'announced');
const records = recordsOfAPurchase('manual/edge/sale-1', 1);

describe('a purchase that runs its course', () => {
  test('is announced when it is accepted and when its nodes are Ready, and not by its other writes', async () => {
    expect(await announce(records, deps)).toBeUndefined();
    expect(states()).toEqual(['bought', 'ready']);
    expect(published.map(({ subject }) => subject)).toEqual([
      'edge: 3 nodes bought (the sale starts)',
      'edge: 3 nodes Ready (the sale starts)',
    ]);
  });

  test('is counted for its cluster', async () => {
    await announce(records, deps);
    const of = { cluster: 'edge' };
    expect(counted).toEqual([
      ['Purchases', 1, of],
      ['NodesBought', 3, of],
      ['Spend', 540, of],
      ['TimeToAccepted', 60, of],
      ['NodesReady', 3, of],
      ['TimeToReady', 120, of],
    ]);
  });

  test('leaves a line in the log for each event', async () => {
    await announce(records, deps);
    expect(logged).toEqual([
      [
        'announced',
        {
          key: 'manual/edge/sale-1',
          cluster: 'edge',
          state: 'bought',
          eventId: `manual/edge/sale-1/bought/${new Date(writtenAt).toISOString()}`,
          subject: 'edge: 3 nodes bought (the sale starts)',
        },
      ],
      ['announced', expect.objectContaining({ state: 'ready' })],
    ]);
  });
});

describe('when SNS fails', () => {
  test('the records come back from the one that was not announced, and nothing behind it is', async () => {
    failing = [1];
    expect(await announce(records, deps)).toBe('2');
    expect(published).toEqual([]);
    expect(counted).toEqual([]);
    expect(errors()).toEqual([['announce-failed', { sequenceNumber: '2', error: new Error('SNS is down') }]]);
  });

  test('what was announced before it does not come back, and each thing is counted once', async () => {
    failing = [2];
    expect(await announce(records, deps)).toBe('4');
    expect(await announce(records.slice(3), deps)).toBeUndefined();
    expect(states()).toEqual(['bought', 'ready']);
    expect(counted.map(([name]) => name).toSorted()).toEqual(
      ['NodesBought', 'NodesReady', 'Purchases', 'Spend', 'TimeToAccepted', 'TimeToReady'].toSorted(),
    );
  });

  test('between two events of one record, both come back with the ids that they had, and are counted once', async () => {
    // Two verdicts in one write: nothing of ours writes that, a person who repairs the table may.
    const done = clusterItem({ done: { a: aVerdictOf('a'), b: aVerdictOf('b') } });
    const record = aRecord(7, clusterItem(), done);
    failing = [2];
    expect(await announce([record], deps)).toBe('7');
    expect(await announce([record], deps)).toBeUndefined();
    const ids = published.map(({ event }) => event.id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(2);
    expect(counted.filter(([name]) => name === 'Purchases')).toHaveLength(2);
  });
});

const aVerdictOf = (taskId: string) => {
  const { count, cost, nonce, payload, story } = aPurchase();
  return { outcome: 'accepted', count, cost, nonce, payload, story, taskId, at: writtenAt } as const;
};

describe('a record that cannot be understood', () => {
  const { NewImage } = records[1]?.dynamodb ?? {};
  test.each<[string, DynamoDBRecord['dynamodb'], string]>([
    ['of another table', { SequenceNumber: '9', NewImage: { id: { S: 'x' } }, ApproximateCreationDateTime: 1 }, 'pk'],
    ['without images', { SequenceNumber: '9', ApproximateCreationDateTime: 1 }, 'NEW_AND_OLD_IMAGES'],
    ['without its time', { SequenceNumber: '9', ...(NewImage && { NewImage }) }, 'ApproximateCreationDateTime'],
    [
      'whose key is no text',
      { SequenceNumber: '9', NewImage: { pk: { NULL: true } }, ApproximateCreationDateTime: 1 },
      'pk',
    ],
  ])('%s is logged as an error, and holds up nothing', async (_, dynamodb, why) => {
    const strange: DynamoDBRecord = { eventName: 'MODIFY', ...(dynamodb && { dynamodb }) };
    expect(await announce([strange, ...records], deps)).toBeUndefined();
    expect(states()).toEqual(['bought', 'ready']);
    expect(errors()).toEqual([
      [
        'record-not-understood',
        { sequenceNumber: '9', error: expect.objectContaining({ message: expect.stringContaining(why) }) },
      ],
    ]);
  });
});
