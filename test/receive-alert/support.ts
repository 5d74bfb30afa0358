// The webhook before the stand-ins of SQS and Secrets Manager, on a clock that only the test moves.
import { createHmac } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createQueue } from '../../functions/adapters/queue/queue.ts';
import { createWebhookTokens, type WebhookToken } from '../../functions/adapters/secrets/webhook-tokens.ts';
import type { Log } from '../../functions/adapters/telemetry/log.ts';
import type { Metrics } from '../../functions/adapters/telemetry/metrics.ts';
import { receiveAlert } from '../../functions/receive-alert/receive-alert.ts';
import type { WebhookRequest } from '../../functions/receive-alert/request.ts';
import { clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { createAlertQueue } from '../../infra/local/aws-stand-ins/alert-queue.ts';
import { startMessaging } from '../../infra/local/aws-stand-ins/messaging.ts';
import { startSecretsManager } from '../../infra/local/aws-stand-ins/secrets-manager.ts';
import { createCleanup } from '../../infra/local/cleanup.ts';

export const current = 'current-token-0123456789';
export const previous = 'previous-token-012345678';
export const stranger = 'a-token-of-somebody-else';
export const startAt = Date.parse('2026-11-11T08:00:00Z');
export const group = '{"version":"4","alerts":[]}';
export const form = 'alertState=OK&alertName=load';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Alertmanager's request with a bearer token, and what a test changes of it. A header that is '' is left out. */
export function aRequest({
  method = 'POST',
  path = '/alerts/alertmanager/edge-one',
  headers,
  body = group,
}: Sent = {}) {
  const all = { 'content-type': 'application/json', authorization: `Bearer ${current}`, ...headers };
  const given = new Map(Object.entries(all).filter(([, value]) => value !== ''));
  return { method, path, header: (name: string) => given.get(name), body: Buffer.from(body) } satisfies WebhookRequest;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** What Grafana sends where a contact point has a secret and both names of headers. */
export function signed(body: string | Buffer, key: string, at: number): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${timestamp}:`).update(body).digest('hex');
  return { 'x-grafana-alerting-signature': signature, 'x-grafana-alerting-timestamp': timestamp };
}

/** To be closed. Its secret holds both tokens. */
export async function startReceiver() {
  const cleanup = createCleanup();
  const messaging = await startMessaging();
  const stopQueue = once(messaging.close);
  cleanup.add(stopQueue);
  const secretsManager = await startSecretsManager();
  const stopSecrets = once(secretsManager.close);
  cleanup.add(stopSecrets);
  const impatient = { maxAttempts: 1 };
  const sqs = new SQSClient({ ...clientOf(messaging.endpoint), ...impatient });
  cleanup.add(() => sqs.destroy());
  const client = new SecretsManagerClient({ ...clientOf(secretsManager.endpoint), ...impatient });
  cleanup.add(() => client.destroy());
  const { alerts, deadLetters } = await createAlertQueue(sqs, messaging.endpoint, {
    visibilityTimeoutMs: 60_000,
    maxReceives: 8,
  });
  secretsManager.put('webhook', { tokens: [current, previous] });

  let time = startAt;
  const lines: { readonly level: string; readonly event: string; readonly [field: string]: unknown }[] = [];
  const logAt = (level: string) => (event: string, fields?: object) => lines.push({ level, event, ...fields });
  const log: Log = { info: logAt('info'), warn: logAt('warn'), error: logAt('error') };
  const now = () => time;
  const measured: { readonly name: string; readonly value: number; readonly source?: string }[] = [];
  const metrics: Metrics = {
    add: (name, value, by) => measured.push({ name, value, ...by }),
    publish: () => undefined,
  };
  const queue = createQueue(sqs, { queue: alerts.url, deadLetters: deadLetters.url });
  let [sent, refusedFrom] = [0, Number.POSITIVE_INFINITY];
  const enqueue: typeof queue.enqueue = (body, attributes) => {
    sent += 1;
    return sent < refusedFrom ? queue.enqueue(body, attributes) : Promise.reject(new Error('no room'));
  };
  const deps = {
    metrics,
    config: { clusters: { 'edge-one': {}, 'edge-two': {} } },
    log,
    now,
    tokens: createWebhookTokens(client, 'webhook', now),
    queue: { enqueue },
  };
  return {
    lines,
    measured,
    /** @returns the answer, its body read */
    async post(sent: Sent = {}) {
      const { statusCode, headers, body = '' } = await receiveAlert(aRequest(sent), deps);
      const read: unknown = JSON.parse(body);
      return { status: statusCode, headers, body: read };
    },
    messages: async () => (await messaging.inspect(alerts.name)).ready,
    setTokens: (...tokens: readonly (string | WebhookToken)[]) => secretsManager.put('webhook', { tokens }),
    setSecret: (value: Readonly<Record<string, unknown>>) => secretsManager.put('webhook', value),
    /** @param n the first message from now on that the queue refuses; undefined for none */
    refuseFrom(n: number | undefined) {
      [sent, refusedFrom] = [0, n ?? Number.POSITIVE_INFINITY];
    },
    pass(ms: number) {
      time += ms;
    },
    stopQueue,
    stopSecrets,
    close: () => cleanup.run(),
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A server cannot be closed twice, and the end of a test closes what the test may have closed. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= close();
    return closed;
  };
}
