// Whether a request comes from somebody who knows one of the tokens. The answer is yes or no: what exactly is wrong would
// help those most who guess.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { timings } from '../domain/timings.ts';
import type { WebhookRequest } from './request.ts';
import type { Route } from './route.ts';

/**
 * A bearer token, the password of basic authentication, Grafana's signature, or the token in CloudMonitor's path. Whoever
 * shows several must have all of them right: a signature is checked even beside a token.
 * @param tokens those that hold now @param now epoch milliseconds
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

/** The token or the password of an Authorization header; nothing that any token equals where there is none. */
function secretIn(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic': {
      // The user before the colon is for the sender's own records: it is the password that proves anything.
      const [, ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
      return password.join(':');
    }
    default:
      return '';
  }
}

/**
 * Grafana's HMAC: hex, over the seconds in the timestamp header, a colon and the body. Grafana sends that header only
 * where its name is configured. It is asked for: without it, a request that was overheard once could be sent for ever.
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

/**
 * Compares digests, which are equally long whatever is shown, and always with each of the secrets: the time that it takes
 * tells neither how much of one was right nor which one it was.
 */
function isOneOf(shown: string, secrets: readonly string[]): boolean {
  const digest = digestOf(shown);
  return secrets.map((secret) => timingSafeEqual(digestOf(secret), digest)).includes(true);
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
