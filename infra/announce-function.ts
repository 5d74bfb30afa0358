// Tells what became of jobs. A change of state is one write of one item, so the ledger's stream has each of them exactly
// once, even of a function that crashed right after the write.
import { Duration, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type Function as Lambda, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { allow, createFunction } from './lambda-function.ts';
import type { LedgerTable } from './ledger-table.ts';

export interface AnnounceParts {
  readonly ledger: LedgerTable;
  readonly events: ITopic;
  readonly undelivered: IQueue;
  readonly key: IKey | undefined;
}

/** It may publish and read the stream: neither look into the ledger itself, nor enqueue, nor buy. */
export function createAnnounceFunction(scope: Construct, { ledger, events, undelivered, key }: AnnounceParts): Lambda {
  const { tableArn, tableStreamArn: stream } = ledger;
  if (stream === undefined) throw new Error('the ledger has no stream to read changes from');
  const lambda = createFunction(scope, 'Announce', 'announce', {
    key,
    description: 'Tells what became of jobs, in events and metrics',
    environment: { EVENT_TOPIC_ARN: events.topicArn },
  });
  allow(lambda, ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [stream]);
  allow(lambda, ['dynamodb:ListStreams'], [`${tableArn}/stream/*`]);
  allow(lambda, ['sns:Publish'], [events.topicArn]);
  allow(lambda, ['sqs:SendMessage'], [undelivered.queueArn]);
  const table = Token.isUnresolved(tableArn) ? '<LedgerB7379752.Arn>' : tableArn;
  acknowledge(lambda.role ?? lambda, {
    [`AwsSolutions-IAM5[Resource::${table}/stream/*]`]:
      'Lambda lists the streams of this one table before it reads; a stream has no name that is known beforehand.',
  });
  lambda.addEventSourceMapping('LedgerChanges', {
    eventSourceArn: stream,
    // A change that was made while the mapping was being made is not to be missed.
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    // A change that cannot be told holds back those behind it, which are of the same items: order matters more than speed.
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    // The stream itself forgets a change after 24 hours. An hour earlier there is still something to find in it.
    maxRecordAge: Duration.hours(23),
    onFailure: { bind: () => ({ destination: undelivered.queueArn }) },
  });
  return lambda;
}
