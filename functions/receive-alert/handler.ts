import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, LambdaFunctionURLEvent } from 'aws-lambda';
import { createWebhookAdapters } from '../adapters/webhook-adapters.ts';
import { config } from '../config.ts';
import { receiveAlert } from './receive-alert.ts';
import { requestOf } from './request.ts';

const deps = { ...createWebhookAdapters('receive-alert', process.env), config };

export const handler = middy<LambdaFunctionURLEvent, APIGatewayProxyStructuredResultV2>().handler((event) =>
  receiveAlert(requestOf(event), deps),
);
