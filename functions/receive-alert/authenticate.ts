// Checks the credentials of a request, and what they are for. No answer has a detail that would help to guess.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookToken } from '../adapters/secrets/webhook-tokens.ts';
import { timings } from '../domain/timings.ts';
import type { WebhookRequest } from './request.ts';
import type { Route } from './route.ts';

/** What a request may ask for. */
export interface Access {
  /** The message is for these clusters only. Absent: for all. */
  readonly clusters?: readonly string[];
}

interface Checks {
  readonly tokens: readonly WebhookToken[];
  /** The names of the clusters in the config. */
  readonly configured: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * By a bearer token, the password of basic authentication, Grafana's signature, or the token in CloudMonitor's path. All given
 * credentials must be right, and allow the sender and the cluster: a signature is checked even beside a token.
 */
export function authenticate(
  request: WebhookRequest,
  route: Route,
  { tokens, configured, now }: Checks,
): Access | 'unauthorized' | 'forbidden' {
  const authorization = request.header('authorization');
  const signature = route.source === 'grafana' ? request.header('x-grafana-alerting-signature') : undefined;
  const shown = [
    ...(authorization === undefined ? [] : [tokenShown(secretIn(authorization), tokens)]),
    ...(route.token === undefined ? [] : [tokenShown(route.token, tokens)]),
  ];
  const signedWith = signature === undefined ? [] : [tokenOfSignature(signature, request, tokens, now)];
  const held = [...shown, ...signedWith].filter((token) => token !== undefined);
  if (held.length === 0 || held.length < shown.length + signedWith.length) return 'unauthorized';
  const clusters = clustersOfAll(held);
  // A signature does not cover the path: a recorded request could be sent again to another cluster.
  const isAmbiguous = shown.length === 0 && (clusters ?? configured).length !== 1;
  if (isAmbiguous || clusters?.length === 0 || !held.every((token) => isFor(token, route))) return 'forbidden';
  return clusters ? { clusters } : {};
}

const isFor = ({ sources, clusters }: WebhookToken, { source, cluster }: Route): boolean =>
  (sources?.includes(source) ?? true) && (cluster === undefined || (clusters?.includes(cluster) ?? true));

/** What each of them allows; undefined where none of them is bound. */
function clustersOfAll(tokens: readonly WebhookToken[]): readonly string[] | undefined {
  const [first, ...others] = tokens.flatMap(({ clusters }) => (clusters ? [clusters] : []));
  return first?.filter((name) => others.every((clusters) => clusters.includes(name)));
}

/** The token or the password of an Authorization header; an empty text, which is no token, otherwise. */
function secretIn(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic': {
      // The user name before the colon is not checked.
      const [, ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
      return password.join(':');
    }
    default:
      return '';
  }
}

/**
 * Grafana's HMAC: hex, over the seconds in the timestamp header, a colon and the body. The header is required, although
 * Grafana sends it only where its name is configured: a recorded request must not stay valid.
 * https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
function tokenOfSignature(
  signature: string,
  request: WebhookRequest,
  tokens: readonly WebhookToken[],
  now: number,
): WebhookToken | undefined {
  const timestamp = request.header('x-grafana-alerting-timestamp') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return undefined;
  if (Math.abs(now - Number(timestamp) * 1000) > timings.webhookToleranceMs) return undefined;
  return tokenShown(signature, tokens, (key) =>
    createHmac('sha256', key).update(`${timestamp}:`).update(request.body).digest('hex'),
  );
}

/** Compares digests of equal length, with every token: the duration reveals nothing. */
function tokenShown(
  shown: string,
  tokens: readonly WebhookToken[],
  proofOf = (token: string): string => token,
): WebhookToken | undefined {
  const digest = digestOf(shown);
  const right = tokens.map(({ token }) => timingSafeEqual(digestOf(proofOf(token)), digest));
  return tokens[right.indexOf(true)];
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
