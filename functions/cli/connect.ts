// The adapters of a target. Commands import this file when they run, not before: the AWS SDK takes longer to load than
// `--help` takes to read.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLedger, type Ledger } from '../adapters/ledger.ts';
import { type AlertQueue, createQueue } from '../adapters/queue.ts';
import type { EngineInfo } from './local-engine.ts';
import { required, type Target } from './target.ts';

/** For the SDK's clients. A person waits for the answer, so nothing hangs for long. */
export function clientSettings({ aws, engine }: Target, service: keyof EngineInfo['endpoints']) {
  return {
    ...aws,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
    // The stand-ins take any credentials, but the SDK sends nothing unsigned.
    ...(engine && {
      endpoint: engine.endpoints[service],
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  };
}

/** Can only put messages on the queue: the rest of the adapter answers for messages that were received. */
export function connectQueue(target: Target): Pick<AlertQueue, 'enqueue'> {
  const queue = required(target, 'queueUrl');
  return createQueue(new SQSClient(clientSettings(target, 'sqs')), {
    queue,
    deadLetters: target.deadLetterQueueUrl ?? '',
  });
}

export function connectLedger(target: Target): Ledger {
  const table = required(target, 'tableName');
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(target, 'dynamodb')), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return createLedger(db, table);
}
