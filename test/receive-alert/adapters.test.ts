import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { timings } from '../../functions/domain/timings.ts';
import { createWebhookAdapters } from '../../functions/receive-alert/adapters.ts';
import { closeServers, serveHttp } from '../support/loopback-server.ts';

const env = { QUEUE_URL: 'https://sqs.example/alerts', WEBHOOK_SECRET_ID: 'webhook', STACK_NAME: 'edge' };
const before = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
});
afterEach(async () => {
  process.env = { ...before };
  await closeServers();
});

test.each(['QUEUE_URL', 'WEBHOOK_SECRET_ID', 'STACK_NAME'])(
  'name the variable %s when it is missing or empty',
  (name) => {
    for (const value of [undefined, ''])
      expect(() => createWebhookAdapters('receive-alert', { ...env, [name]: value })).toThrow(
        `environment variable ${name} is missing; the stack sets it`,
      );
  },
);

test('give a secret and a queue that hang up in time for an answer', async () => {
  const hanging = await serveHttp(() => undefined);
  process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = hanging.url;
  process.env['AWS_ENDPOINT_URL_SQS'] = hanging.url;
  const { tokens, queue } = createWebhookAdapters('receive-alert', { ...env, QUEUE_URL: `${hanging.url}/1/alerts` });
  const startedAt = performance.now();
  await expect(tokens()).rejects.toThrow('requestTimeout');
  await expect(queue.enqueue('{}')).rejects.toThrow('requestTimeout');
  expect(performance.now() - startedAt).toBeLessThan(timings.webhookTimeoutMs);
  expect(hanging.requests.length).toBeGreaterThanOrEqual(4);
}, 10_000);
