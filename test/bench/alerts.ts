// The messages of the benchmark, as the queue and the webhook hand them to a function.
import type { LambdaFunctionURLEvent, SQSEvent } from 'aws-lambda';
import { account } from '../../infra/local/aws-stand-ins/account.ts';
import { alarmEvent } from '../../infra/local/demo/alarm-messages.ts';
import { sqsRecordOf } from '../../infra/local/sqs-record.ts';
import { fixture } from '../fixtures/alerts/alert-fixtures.ts';

/** Made up; only the benchmark's own secret holds it. */
export const webhookToken = 'benchmark-webhook-token';

/** As deployed: infra/functions.ts. */
const batchSize = 10;

const minute = 60_000;

/** A person's job for one more node: what is bought. */
export const buy = (cluster: string, key: string): string => manual(cluster, key, { add: 1 });

/** A person's job for as many nodes as there are already. */
export const reach = (cluster: string, key: string, nodes: number): string => manual(cluster, key, { reach: nodes });

function manual(cluster: string, key: string, amount: { readonly add: number } | { readonly reach: number }): string {
  const requestedAt = new Date().toISOString();
  return JSON.stringify({ version: 1, kind: 'manual', key, cluster, ...amount, requestedBy: 'bench', requestedAt });
}

/** An alarm of a cluster that just went off. Each number `n` below 10,000 makes it another alarm. @param now epoch milliseconds */
export const alarm = (cluster: string, n: number, now: number): string => alarmAt(cluster, n, now - n);

/** An alarm that is too old to buy anything. */
export const staleAlarm = (cluster: string, n: number, now: number): string =>
  alarmAt(cluster, n, now - 180 * minute - n);

function alarmAt(cluster: string, n: number, at: number): string {
  return alarmEvent({ alarm: `${cluster}-load`, by: 5, at }, `event-${n}`);
}

/** What can never become a job. */
export const poison = (n: number): string => `no JSON (${n})`;

let received = 0;

/** One batch of messages. Every delivery is a new one: its ids say nothing of what is in it. */
export function batchOf(bodies: readonly string[]): SQSEvent {
  const queueArn = `arn:aws:sqs:${account.region}:${account.id}:edge-scale-out-alerts`;
  return {
    Records: bodies.map((Body) => {
      received += 1;
      const ids = { MessageId: `message-${received}`, ReceiptHandle: `receipt-${received}` };
      return sqsRecordOf({ ...ids, Body, Attributes: { ApproximateReceiveCount: '1' } }, queueArn);
    }),
  };
}

/** Batches of at most ten. */
export function batchesOf(bodies: readonly string[]): SQSEvent[] {
  return Array.from({ length: Math.ceil(bodies.length / batchSize) }, (_, i) =>
    batchOf(bodies.slice(i * batchSize, (i + 1) * batchSize)),
  );
}

/** One alert over HTTPS, with a token that holds. */
export function webhookRequest(cluster: string): LambdaFunctionURLEvent {
  const path = `/alerts/alertmanager/${cluster}`;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookToken}` },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'bench',
      domainName: 'localhost',
      domainPrefix: 'bench',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    body: fixture('alertmanager/v4-firing.json'),
    isBase64Encoded: false,
  };
}
