// Wiring of the webhook, once per container. Without the database and the HTTP client of the other functions, which would
// make its cold start longer.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientSettings } from '../adapters/aws-client-settings.ts';
import { type Environment, required } from '../adapters/environment.ts';
import { type AlertQueue, openQueue } from '../adapters/queue/queue.ts';
import { createWebhookTokens, type WebhookTokens } from '../adapters/secrets/webhook-tokens.ts';
import { createLog, type FunctionLog } from '../adapters/telemetry/log.ts';
import { createMetrics, type Metrics } from '../adapters/telemetry/metrics.ts';

export interface WebhookAdapters {
  readonly log: FunctionLog;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly tokens: WebhookTokens;
  readonly queue: Pick<AlertQueue, 'enqueue'>;
}

/** CloudMonitor waits five seconds for an answer: two short attempts each for secret and queue fit in. */
const awsCalls = awsClientSettings({ maxAttempts: 2, connectionTimeout: 500, requestTimeout: 800 });

/** @throws Error that names the missing variable. */
export function createWebhookAdapters(service: string, env: Environment): WebhookAdapters {
  const now = () => Date.now();
  return {
    log: createLog(service),
    metrics: createMetrics(required(env, 'STACK_NAME')),
    now,
    tokens: createWebhookTokens(new SecretsManagerClient(awsCalls), required(env, 'WEBHOOK_SECRET_ID'), now),
    queue: openQueue(awsCalls, { queue: required(env, 'QUEUE_URL'), deadLetters: '' }),
  };
}
