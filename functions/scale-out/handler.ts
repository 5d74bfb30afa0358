import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { AlertMessage } from '../adapters/queue/queue.ts';
import { config } from '../config.ts';
import { completeConfig, policyOf } from '../domain/config/defaults.ts';
import { createFunctionAdapters, createFunctionQueue } from '../purchase/adapters.ts';
import { createRecheckAlert } from '../purchase/recheck-alert.ts';
import { reconcileCluster } from '../purchase/visit/finish-cluster.ts';
import { processBatch } from './process-batch.ts';

const complete = completeConfig(config);
const adapters = createFunctionAdapters('scale-out', process.env);
const queue = createFunctionQueue(process.env);
const deps = {
  ...adapters,
  config: complete,
  queue,
  recheckAlert: createRecheckAlert(adapters),
  reconcile: (cluster: string, until: number) =>
    reconcileCluster(cluster, { ...adapters, policyOf: (name) => policyOf(complete, name) }, until),
};

async function handle(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  deps.log.startInvocation(context.awsRequestId);
  try {
    const deadline = deps.now() + context.getRemainingTimeInMillis();
    const back = await processBatch(event.Records.map(asMessage), deadline, deps);
    return { batchItemFailures: back.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    deps.metrics.publish();
  }
}

function asMessage({ messageId, body, receiptHandle, attributes, messageAttributes }: SQSRecord): AlertMessage {
  // Without binary and empty ones: SQS takes no empty text, so neither could be sent on.
  const texts = Object.entries(messageAttributes).flatMap(([name, { stringValue: is }]) => (is ? [[name, is]] : []));
  return {
    messageId,
    body,
    receiptHandle,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    attributes: Object.fromEntries(texts),
  };
}

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .onError(({ error }) => deps.log.error('batch-failed', { error }))
  .handler(handle);
