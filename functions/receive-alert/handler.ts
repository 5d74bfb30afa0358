import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { readFunctionConfig } from '../adapters/config-file.ts';
import { createWebhookAdapters } from './adapters.ts';
import { receiveAlert } from './receive-alert.ts';
import { requestOf } from './request.ts';

const deps = { ...createWebhookAdapters('receive-alert', process.env), config: readFunctionConfig(process.env) };

async function handle(
  event: LambdaFunctionURLEvent,
  { awsRequestId }: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  deps.log.startInvocation(awsRequestId);
  const answer = await receiveAlert(requestOf(event), deps);
  deps.metrics.publish();
  return answer;
}

export const handler = middy<LambdaFunctionURLEvent, APIGatewayProxyStructuredResultV2>().handler(handle);
