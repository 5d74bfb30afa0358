// Puts the alert of a request on the queue, or refuses it: without valid credentials, or when the queue function could never
// read it.
import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Log } from '../adapters/telemetry/log.ts';
import { maxBodyBytes, readBody } from '../domain/alerts/body.ts';
import { type Clusters, isConfigured, unknownCluster } from '../domain/alerts/routing.ts';
import { splitGroup } from '../domain/alerts/split-group.ts';
import { sendableBody, sendableForm } from '../domain/message-text.ts';
import { isObject } from '../domain/record.ts';
import type { WebhookAdapters } from './adapters.ts';
import { accepted, type Refusal, refused } from './answer.ts';
import { type Access, authenticate } from './authenticate.ts';
import type { WebhookRequest } from './request.ts';
import { findRoute, knownPaths, type Route } from './route.ts';

interface ReceiveDeps extends Omit<WebhookAdapters, 'log'> {
  readonly log: Log;
  readonly config: Clusters;
}

/** What a function URL carries. */
const maxRequestBytes = 6 * 1024 * 1024;

/** Never rejects: a failure here is a 503, and the sender repeats the alert. */
export async function receiveAlert(
  request: WebhookRequest,
  deps: ReceiveDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { log, metrics } = deps;
  try {
    const taken = await take(request, deps);
    if ('messageIds' in taken) {
      const { messageIds, ...from } = taken;
      log.info('received', { messageId: messageIds[0], ...(messageIds.length > 1 && { messageIds }), ...from });
      return accepted(messageIds);
    }
    const { status, reason, source } = taken;
    log.warn('refused', { status, reason, ...(source !== undefined && { source }) });
    // Alertmanager drops what is answered so, and keeps the group too large.
    if (status === 413 && source !== undefined) metrics.add('AlertsTooLarge', 1, { source });
    return refused(taken);
  } catch (error) {
    log.error('receive-failed', { error });
    return refused({ status: 503, reason: 'failed', error: 'the alert could not be taken now; send it again' });
  }
}

interface Taken {
  readonly messageIds: readonly [string, ...string[]];
  readonly source: string;
  readonly cluster?: string;
}

async function take(request: WebhookRequest, { config, tokens, queue, now }: ReceiveDeps): Promise<Taken | Refusal> {
  const route = findRoute(request.path);
  if (!route) return { status: 404, reason: 'unknown-path', error: `unknown path; POST to ${knownPaths}` };
  if (request.method !== 'POST')
    return { status: 405, reason: 'method', error: `${request.method} is not allowed; use POST` };
  // Before anything is computed from an unauthenticated body.
  if (request.body.length > maxRequestBytes)
    return { status: 413, reason: 'too-large', error: `the body is larger than ${maxRequestBytes / 1024} KiB` };
  const configured = Object.keys(config.clusters);
  const access = authenticate(request, route, { tokens: await tokens(), configured, now: now() });
  if (access === 'unauthorized')
    return { status: 401, reason: 'unauthorized', error: 'the credentials are missing or wrong' };
  // The same for a cluster that does not exist: a token tells nothing of the clusters of others.
  if (access === 'forbidden')
    return {
      status: 403,
      reason: 'forbidden',
      error: 'the token is not for this sender and cluster; a signature alone needs a token for one cluster',
    };
  // Only an authenticated sender gets details.
  const bodies = bodiesOf(request, route, config, access);
  if ('status' in bodies) return { ...bodies, source: route.source };
  const { source, cluster } = route;
  const from = { source, ...(cluster !== undefined && { cluster }) };
  // Kept by whatever sends the message again: a repeat of the sender is told from a copy of it.
  const toldAt = String(now());
  const attributes = { ...from, ...(access.clusters && { clusters: access.clusters.join(',') }), toldAt };
  const [first, ...more] = bodies;
  // When one of them fails, the sender repeats the whole alert: the keys are the same then, and buy once.
  const [messageId, ...others] = await Promise.all([
    queue.enqueue(first, attributes),
    ...more.map((body) => queue.enqueue(body, attributes)),
  ]);
  return { messageIds: [messageId, ...others], ...from };
}

const json = 'application/json';
const contentTypes = {
  alertmanager: json,
  grafana: json,
  arms: json,
  cloudmonitor: 'application/x-www-form-urlencoded',
} as const;

/**
 * The messages for the queue: the body as it was sent, with what SQS refuses escaped, or its alerts divided among several where one cannot carry it. Refused
 * here, an alert that would become a dead letter is visible at once in the sender.
 */
function bodiesOf(
  { body, header }: WebhookRequest,
  { source, cluster }: Route,
  config: Clusters,
  { clusters: allowed }: Access,
): readonly [string, ...string[]] | Refusal {
  const [contentType = ''] = header('content-type')?.toLowerCase().split(';') ?? [];
  if (contentType.trim() !== contentTypes[source])
    return { status: 415, reason: 'content-type', error: `${source} sends ${contentTypes[source]}; use that` };
  if (cluster !== undefined && !isConfigured(config, cluster))
    return {
      status: 400,
      reason: 'unknown-cluster',
      // A bound token tells nothing of the clusters of others.
      error: allowed ? `cluster: ${cluster} is not in the config` : unknownCluster(config, cluster).detail,
    };
  const text = body.toString('utf8');
  const read = readBody(text, 'the message', maxRequestBytes);
  if ('kind' in read) return { status: 400, reason: read.reason, error: read.detail };
  if (!isUtf8(body)) return { status: 400, reason: 'characters', error: 'the body is no UTF-8 text' };
  const sent = contentTypes[source] === json ? sendableBody(text) : sendableForm(text);
  return Buffer.byteLength(sent) <= maxBodyBytes ? [sent] : divided(read.value);
}

function divided(value: unknown): readonly [string, ...string[]] | Refusal {
  const parts = isObject(value) ? splitGroup(value, maxBodyBytes) : undefined;
  const most = `${maxBodyBytes / 1024} KiB, which is what one message carries`;
  if (parts === undefined)
    return { status: 413, reason: 'too-large', error: `the body is no group of alerts, and larger than ${most}` };
  if ('tooLargeAlert' in parts)
    return {
      status: 413,
      reason: 'alert-too-large',
      error: `alerts[${parts.tooLargeAlert}] is larger than ${most}; shorten its annotations`,
    };
  return parts;
}
