import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readFunctionConfig } from '../adapters/config-file.ts';
import { required } from '../adapters/environment.ts';
import type { AlertMessage } from '../adapters/queue/queue.ts';
import { homeOf } from '../domain/alerts/alarm-origin.ts';
import { policyOf } from '../domain/config/defaults.ts';
import { createFunctionAdapters, createFunctionQueue } from '../purchase/adapters.ts';
import { createRecheckAlert } from '../purchase/recheck-alert.ts';
import { reconcileCluster } from '../purchase/visit/finish-cluster.ts';
import { processBatch } from './process-batch.ts';

const config = readFunctionConfig(process.env);
const adapters = createFunctionAdapters('scale-out', process.env);
const queue = createFunctionQueue(process.env);
const queueArn = required(process.env, 'QUEUE_ARN');
const recheckAlert = createRecheckAlert(adapters);
// While Lambda starts the function, it has a whole processor, and the message already waits.
await adapters.begin();
const deps = {
  ...adapters,
  config,
  home: homeOf(queueArn),
  queue,
  recheckAlert,
  reconcile: (cluster: string, until: number) =>
    reconcileCluster(cluster, { ...adapters, recheckAlert, policyOf: (name) => policyOf(config, name) }, until),
};

async function handle(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  deps.log.startInvocation(context.awsRequestId);
  try {
    refuseStrays(event.Records);
    const deadline = deps.now() + context.getRemainingTimeInMillis();
    const back = await processBatch(event.Records.map(asMessage), deadline, deps);
    return { batchItemFailures: back.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    deps.end();
    deps.metrics.publish();
  }
}

/** Against a mistake in the deployment only: whoever may change event sources could change this function, too. */
function refuseStrays(records: readonly SQSRecord[]): void {
  const stray = records.find(({ eventSourceARN }) => eventSourceARN !== queueArn);
  if (stray)
    throw new Error(
      `a record of ${stray.eventSourceARN} came to the function of ${queueArn}; remove the event source mapping of that queue`,
    );
}

function asMessage({ messageId, body, receiptHandle, attributes, messageAttributes }: SQSRecord): AlertMessage {
  // Without binary and empty ones: SQS takes no empty text, so neither could be sent on.
  const texts = Object.entries(messageAttributes).flatMap(([name, { stringValue: is }]) => (is ? [[name, is]] : []));
  return {
    messageId,
    body,
    receiptHandle,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    sentAt: Number(attributes.SentTimestamp) || undefined,
    attributes: Object.fromEntries(texts),
  };
}

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .onError(({ error }) => deps.log.error('batch-failed', { error }))
  .handler(handle);
