// Records of the ledger's stream, as Lambda hands them over.
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { Cluster, Verdict } from '../../functions/domain/job/purchase.ts';
import { aCluster, aPurchase, aVerdict, minute, sampleAt } from '../support/samples.ts';

export const writtenAt = sampleAt + minute;

type Image = Record<string, AttributeValue>;
const image = (item: object): Image => JSON.parse(JSON.stringify(marshall(item, { removeUndefinedValues: true })));

/** The n-th change of the table. */
export function aRecord(n: number, before: object | undefined, after: object | undefined): DynamoDBRecord {
  return {
    eventID: `event-${n}`,
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    dynamodb: {
      ApproximateCreationDateTime: writtenAt / 1000,
      SequenceNumber: String(n),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
    },
  };
}

export function clusterItem(of: Partial<Cluster> = {}): object {
  const { name, ...item } = aCluster(of);
  return { pk: `CLUSTER#${name}`, ...item };
}

/** What a purchase writes, one record after the other: ARM, SETTLE, COPY, FOLLOW. */
export function recordsOfAPurchase(key: string, from: number, of: Partial<Verdict> = {}): readonly DynamoDBRecord[] {
  const slot = aPurchase({ key, cost: 540 });
  const verdict = aVerdict({ at: writtenAt, cost: 540, ...of });
  const job = { pk: `JOB#${key}`, key, cluster: 'edge', ...verdict };
  const progress = { state: 'completed', readyNodes: 3, at: writtenAt + minute };
  return [
    aRecord(from, clusterItem(), clusterItem({ purchase: slot })),
    aRecord(from + 1, clusterItem({ purchase: slot }), clusterItem({ done: { [key]: verdict } })),
    aRecord(from + 2, undefined, job),
    aRecord(from + 3, job, { ...job, progress }),
  ];
}
