import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { WebhookToken } from '../../functions/adapters/secrets/webhook-tokens.ts';
import { timings } from '../../functions/domain/timings.ts';
import { authenticate } from '../../functions/receive-alert/authenticate.ts';
import { findRoute } from '../../functions/receive-alert/route.ts';
import { aRequest, basic, current, group, previous, type Sent, signed, startAt, stranger } from './support.ts';

function accessOf(sent: Sent, tokens: readonly WebhookToken[], now = startAt) {
  const request = aRequest(sent);
  const route = findRoute(request.path);
  if (!route) throw new Error(`${request.path} leads nowhere`);
  return authenticate(request, route, { tokens, configured: ['edge-one'], now });
}
function isLetIn(sent: Sent, { tokens = [current, previous], now = startAt } = {}): boolean {
  const access = accessOf(
    sent,
    tokens.map((token) => ({ token })),
    now,
  );
  expect(access).not.toBe('forbidden');
  return access !== 'unauthorized';
}
/** Without a bearer token. */
const showing = (headers: Record<string, string>, sent: Sent = {}): Sent => ({
  ...sent,
  headers: { authorization: '', ...headers },
});
const authorized = (authorization: string) => isLetIn(showing({ authorization }));

test('nobody is let in who shows nothing', () => {
  for (const source of ['alertmanager', 'grafana', 'arms', 'cloudmonitor'])
    expect(isLetIn(showing({}, { path: `/alerts/${source}` }))).toBe(false);
});

describe('a header with a token', () => {
  test.each([
    ['a bearer token', `Bearer ${current}`],
    ['the other token, as long as both hold', `Bearer ${previous}`],
    ['a scheme in any case', `bEARER  ${current}`],
    ['a password', basic('alertmanager', current)],
    ['a password of anybody', basic('', previous)],
    ['a password with a scheme in any case', basic('x', current).replace('Basic', 'basic')],
  ])('lets in %s', (_, authorization) => {
    expect(authorized(authorization)).toBe(true);
  });

  test.each([
    ['the token of somebody else', `Bearer ${stranger}`],
    ['the beginning of a token', `Bearer ${current.slice(0, -1)}`],
    ['a token with more behind it', `Bearer ${current}x`],
    ['a token in another case', `Bearer ${current.toUpperCase()}`],
    ['both tokens', `Bearer ${current},${previous}`],
    ['no token', 'Bearer '],
    ['a bare token', current],
    ['another scheme', `Digest ${current}`],
    ['a token as the user', basic(current, 'password')],
    ['a wrong password', basic('alertmanager', stranger)],
    ['an empty password', basic('alertmanager', '')],
    ['a password without a user', `Basic ${Buffer.from(current).toString('base64')}`],
    ['a bare password', `Basic ${current}`],
    ['a password with a colon', basic('alertmanager', `:${current}`)],
    ['what is no base64', 'Basic %%%'],
  ])('keeps out %s', (_, authorization) => {
    expect(authorized(authorization)).toBe(false);
  });

  test('keeps out a token that was taken out of the secret', () => {
    expect(isLetIn({}, { tokens: [previous] })).toBe(false);
  });
});

describe("Grafana's signature", () => {
  const path = '/alerts/grafana/edge-one';
  const headers = signed(group, current, startAt);
  const overBodyAlone = createHmac('sha256', current).update(group).digest('hex');
  const isSigned = (of: Record<string, string>, sent: Sent = {}, now = startAt) =>
    isLetIn(showing(of, { path, ...sent }), { now });

  test('lets in what is signed with either token', () => {
    expect(isSigned(headers)).toBe(true);
    expect(isSigned(signed(group, previous, startAt))).toBe(true);
  });

  test('is over the bytes of the body, whatever they mean', () => {
    const body = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
    expect(isSigned(signed(body, current, startAt), { body })).toBe(true);
  });

  // printf '1794384000:{"version":"4","alerts":[]}' | openssl dgst -sha256 -hmac current-token-0123456789
  test('is what openssl makes of it', () => {
    const known = {
      'x-grafana-alerting-signature': '704cd8321221db169e926f442e2ff1652df52db4ee21a6635d20af69a22b0c78',
      'x-grafana-alerting-timestamp': '1794384000',
    };
    expect(isSigned(known)).toBe(true);
  });

  test.each<[string, Record<string, string>]>([
    ['the key of somebody else', signed(group, stranger, startAt)],
    ['another body', signed(`${group} `, current, startAt)],
    ['another time', { ...headers, 'x-grafana-alerting-timestamp': String(startAt / 1000 + 1) }],
    ['no time, though the signature is right', { 'x-grafana-alerting-signature': overBodyAlone }],
    ['an empty time', { ...headers, 'x-grafana-alerting-timestamp': '' }],
    ['a time in words', { ...headers, 'x-grafana-alerting-timestamp': '2026-11-11T08:00:00Z' }],
    ['a time that is no whole number', { ...headers, 'x-grafana-alerting-timestamp': `${startAt / 1000}.0` }],
    ['a signature that was cut', { ...headers, 'x-grafana-alerting-signature': 'd41d8cd98f00b204e9800998ecf8427e' }],
    ['a token instead of a signature', { ...headers, 'x-grafana-alerting-signature': current }],
  ])('keeps out %s', (_, wrong) => {
    expect(isSigned(wrong)).toBe(false);
  });

  test('keeps out what is five minutes off, in either direction', () => {
    const { webhookToleranceMs } = timings;
    for (const off of [-webhookToleranceMs, webhookToleranceMs])
      expect(isSigned(headers, {}, startAt + off)).toBe(true);
    for (const off of [-webhookToleranceMs - 1, webhookToleranceMs + 1])
      expect(isSigned(headers, {}, startAt + off)).toBe(false);
  });

  test('is checked beside a token: whoever shows two must have both right', () => {
    const forged = signed(group, stranger, startAt);
    expect(isLetIn({ path, headers })).toBe(true);
    expect(isLetIn({ path, headers: forged })).toBe(false);
    expect(isLetIn({ path, headers: { ...headers, authorization: `Bearer ${stranger}` } })).toBe(false);
  });

  test('counts for Grafana only', () => {
    for (const source of ['alertmanager', 'arms', 'cloudmonitor'])
      expect(isSigned(headers, { path: `/alerts/${source}` })).toBe(false);
  });
});

describe("a token in CloudMonitor's path", () => {
  const posted = (token: string, headers = {}) =>
    isLetIn(showing(headers, { path: `/alerts/cloudmonitor/edge-one/token/${token}` }));

  test('lets in either token, and nobody else', () => {
    expect(posted(current)).toBe(true);
    expect(posted(previous)).toBe(true);
    expect(posted(stranger)).toBe(false);
    expect(posted(encodeURIComponent(`${current} `))).toBe(false);
  });

  test('must be right beside a header', () => {
    expect(posted(current, { authorization: `Bearer ${current}` })).toBe(true);
    expect(posted(current, { authorization: `Bearer ${stranger}` })).toBe(false);
    expect(posted(stranger, { authorization: `Bearer ${current}` })).toBe(false);
  });
});

describe('a token that is bound', () => {
  const bearer = (path: string, more: Record<string, string> = {}): Sent => ({
    path,
    headers: { authorization: `Bearer ${current}`, ...more },
  });
  const signedFor = (path: string, key = current): Sent => showing(signed(group, key, startAt), { path });
  const [one, two] = [{ clusters: ['edge-one'] }, { clusters: ['edge-one', 'edge-two'] }];
  const arms = { sources: ['arms'] } as const;
  const path = '/alerts/arms/edge-one';

  test.each<[string, Sent, Partial<WebhookToken>, ReturnType<typeof accessOf>]>([
    ['its sender', bearer(path), arms, {}],
    ['another sender', bearer('/alerts/alertmanager/edge-one'), arms, 'forbidden'],
    ['its cluster', bearer(path), one, one],
    ['one of its clusters', bearer(path), two, two],
    ['another cluster', bearer('/alerts/arms/edge-two'), one, 'forbidden'],
    ['a cluster that nobody has', bearer('/alerts/arms/edge-three'), one, 'forbidden'],
    ['a path without a cluster', bearer('/alerts/arms'), two, two],
    ['another sender in the path', showing({}, { path: `/alerts/cloudmonitor/token/${current}` }), arms, 'forbidden'],
    ['a signature for its one cluster', signedFor('/alerts/grafana/edge-one'), one, one],
    ['a signature without a cluster in the path', signedFor('/alerts/grafana'), one, one],
    ['a signature for another cluster', signedFor('/alerts/grafana/edge-two'), one, 'forbidden'],
    // The signature does not cover the path: it could be sent again to the other cluster.
    ['a signature of several clusters', signedFor('/alerts/grafana/edge-one'), two, 'forbidden'],
    ['a signature of several clusters, which the alerts name', signedFor('/alerts/grafana'), two, 'forbidden'],
    ['a signature of all clusters, where there is one', signedFor('/alerts/grafana/edge-one'), {}, {}],
    ['a signature beside a token', bearer('/alerts/grafana/edge-two', signed(group, current, startAt)), two, two],
  ])('and shown for %s', (_, sent, bounds, expected) => {
    expect(accessOf(sent, [{ token: previous }, { token: current, ...bounds }])).toEqual(expected);
  });

  test('beside another one allows what both do', () => {
    const tokens = (of: readonly string[]) => [
      { token: current, clusters: of },
      { token: previous, clusters: ['edge-one', 'edge-two'] },
    ];
    const both = bearer(`/alerts/cloudmonitor/token/${previous}`);
    expect(accessOf(both, tokens(['edge-two', 'edge-three']))).toEqual({ clusters: ['edge-two'] });
    expect(accessOf(both, tokens(['edge-three']))).toBe('forbidden');
  });
});
