// Puts the alert of a request on the queue, or refuses it: without valid credentials, or when the queue function could never
// read it.
import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { canCarry } from '../adapters/queue/queue.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import { maxBodyBytes, readBody } from '../domain/alerts/body.ts';
import { type Clusters, isConfigured, unknownCluster } from '../domain/alerts/routing.ts';
import type { WebhookAdapters } from './adapters.ts';
import { accepted, type Refusal, refused } from './answer.ts';
import { isAuthentic } from './authenticate.ts';
import type { WebhookRequest } from './request.ts';
import { findRoute, knownPaths, type Route } from './route.ts';

export interface ReceiveDeps extends Omit<WebhookAdapters, 'log'> {
  readonly log: Log;
  readonly config: Clusters;
}

/** Never rejects: a failure here is a 503, and the sender repeats the alert. */
export async function receiveAlert(
  request: WebhookRequest,
  deps: ReceiveDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { log } = deps;
  try {
    const taken = await take(request, deps);
    if ('messageId' in taken) {
      log.info('received', { ...taken });
      return accepted(taken.messageId);
    }
    log.warn('refused', { status: taken.status, reason: taken.reason });
    return refused(taken);
  } catch (error) {
    log.error('receive-failed', { error });
    return refused({ status: 503, reason: 'failed', error: 'the alert could not be taken now; send it again' });
  }
}

type Taken = { readonly messageId: string; readonly source: string; readonly cluster?: string };

async function take(request: WebhookRequest, { config, tokens, queue, now }: ReceiveDeps): Promise<Taken | Refusal> {
  const route = findRoute(request.path);
  if (!route) return { status: 404, reason: 'unknown-path', error: `unknown path; POST to ${knownPaths}` };
  if (request.method !== 'POST')
    return { status: 405, reason: 'method', error: `${request.method} is not allowed; use POST` };
  // Before anything is computed from an unauthenticated body.
  if (request.body.length > maxBodyBytes)
    return { status: 413, reason: 'too-large', error: `the body is larger than ${maxBodyBytes / 1024} KiB` };
  if (!isAuthentic(request, route, await tokens(), now()))
    return { status: 401, reason: 'unauthorized', error: 'the credentials are missing or wrong' };
  // Only an authenticated sender gets details.
  const problem = problemWith(request, route, config);
  if (problem) return problem;
  const { source, cluster } = route;
  const from = { source, ...(cluster !== undefined && { cluster }) };
  return { messageId: await queue.enqueue(request.body.toString('utf8'), from), ...from };
}

const json = 'application/json';
const contentTypes = {
  alertmanager: json,
  grafana: json,
  arms: json,
  cloudmonitor: 'application/x-www-form-urlencoded',
} as const;

/** Refused here, an alert that would become a dead letter is visible at once in the sender. */
function problemWith(
  { body, header }: WebhookRequest,
  { source, cluster }: Route,
  config: Clusters,
): Refusal | undefined {
  const [contentType = ''] = header('content-type')?.toLowerCase().split(';') ?? [];
  if (contentType.trim() !== contentTypes[source])
    return { status: 415, reason: 'content-type', error: `${source} sends ${contentTypes[source]}; use that` };
  if (cluster !== undefined && !isConfigured(config, cluster))
    return { status: 400, reason: 'unknown-cluster', error: unknownCluster(config, cluster).detail };
  const text = body.toString('utf8');
  const read = readBody(text);
  if ('kind' in read) return { status: 400, reason: read.reason, error: read.detail };
  // SQS would refuse it at every attempt, so this is no 503.
  if (!isUtf8(body) || !canCarry(text))
    return { status: 400, reason: 'characters', error: 'the body is no UTF-8 text, or has control characters' };
  return undefined;
}
