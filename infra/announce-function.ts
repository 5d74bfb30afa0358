// Publishes what became of jobs. A change of state is one write, so the ledger's stream has it exactly once, also when the
// function crashed after the write.
import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type Function as Lambda, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../functions/domain/config/types.ts';
import { acknowledge } from './acknowledge.ts';
import { allow, createFunction } from './lambda-function.ts';
import type { LedgerTable } from './ledger-table.ts';

interface AnnounceParts {
  readonly config: Config;
  readonly ledger: LedgerTable;
  readonly events: ITopic;
  readonly undelivered: IQueue;
  readonly key: IKey | undefined;
}

/** It may publish and read the stream. It may not read the ledger, enqueue or buy. */
export function createAnnounceFunction(
  scope: Construct,
  { config, ledger, events, undelivered, key }: AnnounceParts,
): Lambda {
  const { tableArn, tableStreamArn: stream } = ledger;
  if (stream === undefined) throw new Error('the ledger has no stream to read changes from');
  const lambda = createFunction(scope, 'Announce', 'announce', {
    key,
    config,
    description: 'Publishes events and metrics of jobs',
    environment: { EVENT_TOPIC_ARN: events.topicArn },
  });
  allow(lambda, ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [stream]);
  allow(lambda, ['dynamodb:ListStreams'], [`${tableArn}/stream/*`]);
  allow(lambda, ['sns:Publish'], [events.topicArn]);
  allow(lambda, ['sqs:SendMessage'], [undelivered.queueArn]);
  const table = Token.isUnresolved(tableArn)
    ? `<${Token.asString(Stack.of(scope).resolve(tableArn)['Fn::GetAtt'][0])}.Arn>`
    : tableArn;
  acknowledge(lambda.role ?? lambda, {
    [`AwsSolutions-IAM5[Resource::${table}/stream/*]`]:
      'Lambda lists the streams of this table. The name of a stream is not known before the deployment.',
  });
  lambda.addEventSourceMapping('LedgerChanges', {
    eventSourceArn: stream,
    // Includes changes during the deployment.
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    // A failed change blocks later ones: their order matters.
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    // The stream keeps a change for 24 hours: an hour is left to read it by hand.
    maxRecordAge: Duration.hours(23),
    onFailure: { bind: () => ({ destination: undelivered.queueArn }) },
  });
  return lambda;
}
