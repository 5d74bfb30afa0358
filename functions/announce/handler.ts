import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { createAnnounceAdapters } from './adapters.ts';
import { announce } from './announce.ts';

const deps = createAnnounceAdapters('announce', process.env);

async function handle({ Records }: DynamoDBStreamEvent, { awsRequestId }: Context): Promise<DynamoDBBatchResponse> {
  deps.log.startInvocation(awsRequestId);
  const firstFailed = await announce(Records, deps);
  deps.metrics.publish();
  return { batchItemFailures: firstFailed === undefined ? [] : [{ itemIdentifier: firstFailed }] };
}

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(handle);
