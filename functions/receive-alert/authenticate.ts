// Checks the credentials of a request. The answer is yes or no, without a detail that would help to guess.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { timings } from '../domain/timings.ts';
import type { WebhookRequest } from './request.ts';
import type { Route } from './route.ts';

/**
 * A bearer token, the password of basic authentication, Grafana's signature, or the token in CloudMonitor's path. All
 * given credentials must be right: a signature is checked even beside a token.
 */
export function isAuthentic(request: WebhookRequest, route: Route, tokens: readonly string[], now: number): boolean {
  const authorization = request.header('authorization');
  const signature = route.source === 'grafana' ? request.header('x-grafana-alerting-signature') : undefined;
  const shown = [
    ...(authorization === undefined ? [] : [isOneOf(secretIn(authorization), tokens)]),
    ...(signature === undefined ? [] : [isSigned(signature, request, tokens, now)]),
    ...(route.token === undefined ? [] : [isOneOf(route.token, tokens)]),
  ];
  return shown.length > 0 && shown.every((isRight) => isRight);
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
function isSigned(signature: string, request: WebhookRequest, tokens: readonly string[], now: number): boolean {
  const timestamp = request.header('x-grafana-alerting-timestamp') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1000) > timings.webhookToleranceMs) return false;
  const signed = tokens.map((key) => createHmac('sha256', key).update(`${timestamp}:`).update(request.body));
  return isOneOf(
    signature,
    signed.map((hmac) => hmac.digest('hex')),
  );
}

/** Compares digests of equal length, with every secret: the duration reveals nothing. */
function isOneOf(shown: string, secrets: readonly string[]): boolean {
  const digest = digestOf(shown);
  return secrets.map((secret) => timingSafeEqual(digestOf(secret), digest)).includes(true);
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
