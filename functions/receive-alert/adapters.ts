// The outside world of the webhook, built once per container from its environment. Apart from function-adapters.ts,
// whose database and HTTP client would make every cold start of the webhook longer for nothing.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Environment, required } from '../adapters/environment.ts';
import { type AlertQueue, openQueue } from '../adapters/queue/queue.ts';
import { createWebhookTokens, type WebhookTokens } from '../adapters/secrets/webhook-tokens.ts';
import { createLog, type FunctionLog } from '../adapters/telemetry/log.ts';

export interface WebhookAdapters {
  readonly log: FunctionLog;
  readonly now: () => number;
  readonly tokens: WebhookTokens;
  /** It can only add: the rest of the adapter answers for messages that were received. */
  readonly queue: Pick<AlertQueue, 'enqueue'>;
}

/**
 * A sender waits five seconds at most (CloudMonitor), and then sends again: the secret and the queue get two short
 * attempts each, so that what fails is answered in that time. A message that was sent twice is one job all the same.
 */
const awsCalls = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 800, throwOnRequestTimeout: true },
};

/** @throws Error that names the missing variable. */
export function createWebhookAdapters(service: string, env: Environment): WebhookAdapters {
  const now = () => Date.now();
  return {
    log: createLog(service),
    now,
    tokens: createWebhookTokens(new SecretsManagerClient(awsCalls), required(env, 'WEBHOOK_SECRET_ID'), now),
    queue: openQueue(awsCalls, { queue: required(env, 'QUEUE_URL'), deadLetters: '' }),
  };
}
