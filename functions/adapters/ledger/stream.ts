import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { type LedgerImage, readLedgerImage } from '../../domain/events/ledger-image.ts';

/** One write to one item. */
interface LedgerChange {
  /** Absent for a new item. */
  readonly before: LedgerImage | undefined;
  /** Absent for a deleted item. */
  readonly after: LedgerImage | undefined;
  /** Epoch milliseconds, to the second. */
  readonly writtenAt: number;
}

/** @throws Error for a record that cannot be read */
export function readRecord({ dynamodb = {} }: DynamoDBRecord): LedgerChange {
  const { OldImage, NewImage, ApproximateCreationDateTime: seconds } = dynamodb;
  if (!OldImage && !NewImage)
    throw new Error('the record shows no item; the stream must have the view NEW_AND_OLD_IMAGES');
  if (seconds === undefined) throw new Error('the record has no ApproximateCreationDateTime');
  return { before: imageOf(OldImage), after: imageOf(NewImage), writtenAt: seconds * 1000 };
}

type Marshalled = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

function imageOf(item: Marshalled | undefined): LedgerImage | undefined {
  // The two types differ in binary values only, and the ledger has none.
  return item && readLedgerImage(unmarshall(item as Record<string, AttributeValue>));
}
