import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tokensShape } from '../../functions/adapters/secrets/webhook-tokens.ts';
import { maxBodyBytes } from '../../functions/domain/alerts/body.ts';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { timings } from '../../functions/domain/timings.ts';
import { aPolicy } from '../support/samples.ts';
import {
  basic,
  current,
  form,
  group,
  previous,
  type Receiver,
  type Sent,
  signed,
  startAt,
  startReceiver,
  stranger,
} from './support.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

/** When the receiver got it. */
const toldAt = String(startAt);
const formType = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
const unauthorized = { status: 401, body: { error: 'the credentials are missing or wrong' } };

describe('an alert that is taken', () => {
  test('is on the queue as it was sent, with its source and its cluster, and the answer names the message', async () => {
    const body = '{ "version": "4",\n  "alerts": [] ,"note":"负载 ✓"}';
    const { status, headers, body: answer } = await receiver.post({ body });
    const [message, ...others] = await receiver.messages();
    expect({ status, headers, answer }).toEqual({
      status: 202,
      headers: { 'content-type': 'application/json' },
      answer: { messageId: message?.messageId },
    });
    expect(message).toMatchObject({ body, attributes: { source: 'alertmanager', cluster: 'edge-one' } });
    expect(others).toEqual([]);
  });

  test('needs no cluster in its path', async () => {
    await receiver.post({ path: '/alerts/alertmanager' });
    expect((await receiver.messages())[0]?.attributes).toEqual({ source: 'alertmanager', toldAt });
  });

  test.each<[string, Sent]>([
    ['alertmanager', {}],
    ['grafana', { headers: { authorization: '', ...signed(group, current, startAt) } }],
    ['arms', { headers: { authorization: basic('arms', previous) } }],
    ['cloudmonitor', { headers: formType, body: form }],
  ])('comes from %s under its name', async (source, sent) => {
    // A signature alone needs a token for one cluster.
    receiver.setTokens({ token: current, clusters: ['edge-two'] }, { token: previous, clusters: ['edge-two'] });
    expect(await receiver.post({ ...sent, path: `/alerts/${source}/edge-two` })).toMatchObject({ status: 202 });
    const of = { source, cluster: 'edge-two', clusters: 'edge-two' };
    expect((await receiver.messages())[0]?.attributes).toEqual({ ...of, toldAt });
  });

  test('may show its token in the path, where it is a callback of CloudMonitor', async () => {
    const headers = { authorization: '', ...formType };
    const path = `/alerts/cloudmonitor/edge-one/token/${previous}`;
    expect(await receiver.post({ path, headers, body: form })).toMatchObject({ status: 202 });
    expect((await receiver.messages())[0]).toMatchObject({
      body: form,
      attributes: { source: 'cloudmonitor', cluster: 'edge-one' },
    });
  });
});

describe('a large alert', () => {
  const config = checkedConfig({
    clusters: { 'edge-one': { ...aPolicy(), alarms: [{ name: '*', steps: [{ lowerBound: 0, add: 1 }] }] } },
  });
  const anAlert = (i: number, padding: number) => ({
    status: i % 4 === 3 ? 'resolved' : 'firing',
    labels: { alertname: 'EdgeNodeCpuHigh', instance: `10.0.0.${i}:9100` },
    annotations: {
      value: '93.5',
      threshold: '80',
      summary: '负载'.repeat(10),
      description: '\uffff'.padEnd(padding, 'd'),
    },
    startsAt: new Date(startAt - i).toISOString(),
    endsAt: i % 4 === 3 ? new Date(startAt).toISOString() : '0001-01-01T00:00:00Z',
    fingerprint: `f${i}`,
  });
  /** As Go prints it: what SQS refuses is escaped. */
  const groupOf = (alerts: readonly unknown[], more = {}) =>
    JSON.stringify({
      receiver: 'edge',
      version: '4',
      truncatedAlerts: 3,
      commonLabels: {},
      ...more,
      alerts,
    });
  const many = (count: number, padding: number) => Array.from({ length: count }, (_, i) => anAlert(i, padding));

  test('of as many bytes as a message carries is on the queue as it was sent', async () => {
    const body = JSON.stringify({ alerts: [], pad: 'x'.repeat(maxBodyBytes - 22) });
    expect(Buffer.byteLength(body)).toBe(maxBodyBytes);
    expect(await receiver.post({ body })).toMatchObject({ status: 202 });
    expect(await receiver.messages()).toMatchObject([{ body }]);
  });

  test.each([
    ['0.4', 70, 1],
    ['0.7', 340, 2],
    ['1', 680, 2],
    ['3', 2600, 6],
  ])(
    'of 2,000 alerts of %s KB is on the queue whole, each firing and each resolved one once',
    async (_, padding, count) => {
      const body = groupOf(many(2000, padding));
      const answer = await receiver.post({ body });
      const messages = await receiver.messages();
      expect(messages).toHaveLength(count);
      const ids = messages.map(({ messageId }) => messageId);
      expect(answer).toMatchObject({ status: 202, body: { messageId: expect.any(String) } });
      if (count > 1)
        expect(answer.body).toEqual({ messageId: expect.any(String), messageIds: expect.arrayContaining(ids) });
      const parsed = messages.map((message) =>
        parseAlert(message.body, { config, now: startAt, source: 'alertmanager', cluster: 'edge-one' }),
      );
      const whole = many(2000, padding);
      const fires = whole.filter(({ status }) => status === 'firing').map(({ fingerprint }) => fingerprint);
      const over = whole.filter(({ status }) => status === 'resolved').map(({ fingerprint }) => fingerprint);
      expect(
        parsed.flatMap((one) => (one.kind === 'jobs' ? one.jobs.map(({ alert }) => alert) : [])).toSorted(),
      ).toEqual(fires.toSorted());
      expect(parsed.flatMap(({ recoveries = [] }) => recoveries.map(({ alert }) => alert)).toSorted()).toEqual(
        over.toSorted(),
      );
      expect(parsed.flatMap(({ truncated = [] }) => truncated)).toEqual([3]);
      for (const message of messages) {
        expect(Buffer.byteLength(message.body)).toBeLessThanOrEqual(maxBodyBytes);
        expect(message.attributes).toEqual({ source: 'alertmanager', cluster: 'edge-one', toldAt });
      }
    },
  );

  test('of which one part is refused by the queue is to be sent again whole, with the same keys', async () => {
    const body = groupOf(many(2000, 700));
    receiver.refuseFrom(2);
    expect(await receiver.post({ body })).toMatchObject({ status: 503 });
    receiver.refuseFrom(undefined);
    expect(await receiver.post({ body })).toMatchObject({ status: 202 });
    const bodies = (await receiver.messages()).map((message) => message.body);
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(2);
  });

  test('of Grafana is divided into groups of Grafana', async () => {
    const path = '/alerts/grafana';
    await receiver.post({
      path,
      body: groupOf(many(1200, 1000), { version: '1', orgId: 7, message: 'm'.repeat(9000) }),
    });
    const messages = await receiver.messages();
    expect(messages.length).toBeGreaterThan(1);
    for (const { body } of messages) expect(JSON.parse(body)).toMatchObject({ version: '1', orgId: 7 });
  });

  const odd = { status: 'firing', labels: { alertname: 'load', note: '\uFFFE\uFFFF' } };

  test.each([
    ['one message', [odd, anAlert(0, 300)]],
    ['several', [...many(1100, 1000), odd]],
  ])('with characters that SQS refuses loses neither the alert nor its neighbours, in %s', async (_, alerts) => {
    expect(await receiver.post({ body: groupOf(alerts) })).toMatchObject({ status: 202 });
    const bodies = (await receiver.messages()).map(({ body }) => body);
    expect(bodies.join('')).not.toMatch(/[\uFFFE\uFFFF]/);
    const sorted = (its: readonly unknown[]) => its.map((alert) => JSON.stringify(alert)).toSorted();
    expect(sorted(bodies.flatMap((body) => JSON.parse(body).alerts))).toEqual(sorted(alerts));
  });

  test('that grows beyond one message by such characters is divided', async () => {
    const odd = { status: 'firing', labels: { alertname: 'load', note: '\uFFFF'.repeat(100_000) } };
    const body = groupOf([odd, odd, odd]);
    expect(Buffer.byteLength(body)).toBeLessThan(maxBodyBytes);
    expect(await receiver.post({ body })).toMatchObject({ status: 202 });
    const bodies = (await receiver.messages()).map((message) => message.body);
    expect(bodies.flatMap((text) => JSON.parse(text).alerts)).toEqual([odd, odd, odd]);
  });

  test('of CloudMonitor with such characters keeps its form', async () => {
    const body = `${form}&metricName=\uFFFF\u0001`;
    expect(await receiver.post({ path: '/alerts/cloudmonitor/edge-one', headers: formType, body })).toMatchObject({
      status: 202,
    });
    const [message] = await receiver.messages();
    expect(new URLSearchParams(message?.body)).toEqual(new URLSearchParams(body));
  });

  test('that no message can carry is refused, and counted by its sender', async () => {
    const single = groupOf([anAlert(0, 10), anAlert(1, maxBodyBytes)]);
    expect(await receiver.post({ body: single })).toMatchObject({
      status: 413,
      body: { error: 'alerts[1] is larger than 1016 KiB, which is what one message carries; shorten its annotations' },
    });
    const form = {
      path: '/alerts/cloudmonitor',
      headers: formType,
      body: JSON.stringify({ pad: 'x'.repeat(maxBodyBytes) }),
    };
    expect(await receiver.post(form)).toMatchObject({ status: 413 });
    expect(receiver.lines).toMatchObject([
      { event: 'refused', status: 413, reason: 'alert-too-large', source: 'alertmanager' },
      { event: 'refused', status: 413, reason: 'too-large', source: 'cloudmonitor' },
    ]);
    expect(receiver.measured).toEqual([
      { name: 'AlertsTooLarge', value: 1, source: 'alertmanager' },
      { name: 'AlertsTooLarge', value: 1, source: 'cloudmonitor' },
    ]);
    expect(await receiver.messages()).toEqual([]);
  });

  test('beyond what a function URL carries is refused to everybody, and counted for nobody', async () => {
    expect(
      await receiver.post({ headers: { authorization: '' }, body: 'x'.repeat(6 * 1024 * 1024 + 1) }),
    ).toMatchObject({
      status: 413,
      body: { error: 'the body is larger than 6144 KiB' },
    });
    expect(receiver.measured).toEqual([]);
  });
});

describe('a request that is refused', () => {
  const types = (source: string, type: string) => `${source} sends ${type}; use that`;
  const unknown = (name: string) => `cluster: "${name}" is not in the config; use edge-one or edge-two`;
  const noText = 'the body is no UTF-8 text';
  const json = 'application/json';
  const asText = { path: '/alerts/grafana', headers: { 'content-type': 'text/plain' } };
  const untyped = { path: '/alerts/arms', headers: { 'content-type': '' } };

  test.each<[string, number, string, Sent]>([
    [
      'an unknown path',
      404,
      'unknown path; POST to /alerts/{alertmanager|grafana|arms|cloudmonitor}/{cluster}, where the cluster may be left out',
      { path: '/alerts/other' },
    ],
    ['another method', 405, 'GET is not allowed; use POST', { method: 'GET' }],
    ['a form from Alertmanager', 415, types('alertmanager', json), { headers: formType }],
    ['a text', 415, types('grafana', json), asText],
    ['no content type', 415, types('arms', json), untyped],
    [
      'JSON from CloudMonitor',
      415,
      types('cloudmonitor', 'application/x-www-form-urlencoded'),
      { path: '/alerts/cloudmonitor' },
    ],
    ['an unknown cluster', 400, unknown('edge-three'), { path: '/alerts/alertmanager/edge-three' }],
    ['a cluster that every object has', 400, unknown('constructor'), { path: '/alerts/alertmanager/constructor' }],
    ['no body', 400, 'the message is empty; send the alert as its sender prints it', { body: '' }],
    [
      'half a body',
      400,
      'the message is no JSON (14 characters); send the alert as its sender prints it',
      { body: group.slice(0, 14) },
    ],
    ['deep nesting', 400, 'the message is nested more than 64 levels deep; no alert is', { body: '['.repeat(65) }],
    ['bytes that are no text', 400, noText, { body: Buffer.from('{"a":"\xff"}', 'latin1') }],
  ])('is told of %s', async (_, status, error, sent) => {
    const answer = await receiver.post(sent);
    expect(answer).toMatchObject({ status, body: { error }, headers: { 'content-type': 'application/json' } });
    expect(await receiver.messages()).toEqual([]);
  });

  test('is not told of the clusters of others, where its token is for one that the config has no more', async () => {
    receiver.setTokens({ token: current, clusters: ['edge-three'] });
    expect(await receiver.post({ path: '/alerts/alertmanager/edge-three' })).toMatchObject({
      status: 400,
      body: { error: 'cluster: edge-three is not in the config' },
    });
  });

  test('is told what would be right, in the words of HTTP', async () => {
    expect((await receiver.post({ method: 'PUT' })).headers).toMatchObject({ allow: 'POST' });
    const { headers } = await receiver.post({ headers: { authorization: '' } });
    expect(headers).toMatchObject({ 'www-authenticate': 'Bearer' });
  });

  test.each<[string, Sent]>([
    ['no token', { headers: { authorization: '' } }],
    ['a wrong token', { headers: { authorization: `Bearer ${stranger}` } }],
    ['a wrong password', { headers: { authorization: basic('alertmanager', stranger) } }],
    ['a forged signature', { path: '/alerts/grafana', headers: signed(group, stranger, startAt) }],
    ['a wrong token in the path', { path: `/alerts/cloudmonitor/token/${stranger}`, headers: { authorization: '' } }],
    // None of these may tell who is not known more than that.
    ['an unknown cluster and no token', { path: '/alerts/arms/edge-three', headers: { authorization: '' } }],
    ['another content type and no token', { headers: { authorization: '', 'content-type': 'text/plain' } }],
    ['no JSON and no token', { headers: { authorization: '' }, body: 'poison' }],
  ])('is not told which part is wrong, where it shows %s', async (_, sent) => {
    expect(await receiver.post(sent)).toMatchObject(unauthorized);
    expect(await receiver.messages()).toEqual([]);
  });

  test('with a signature is refused when it is repeated after five minutes', async () => {
    receiver.setTokens({ token: current, clusters: ['edge-one'] });
    const sent = { path: '/alerts/grafana', headers: { authorization: '', ...signed(group, current, startAt) } };
    expect(await receiver.post(sent)).toMatchObject({ status: 202 });
    receiver.pass(timings.webhookToleranceMs + 1);
    expect(await receiver.post(sent)).toMatchObject(unauthorized);
  });
});

describe('the tokens', () => {
  const showing = (token: string) => receiver.post({ headers: { authorization: `Bearer ${token}` } });
  const fresh = 'fresh-token-0123456789ab';

  test('are rotated without a request that is refused: both hold, then the new one alone', async () => {
    receiver.setTokens(current);
    expect(await showing(current)).toMatchObject({ status: 202 });
    receiver.setTokens(fresh, current);
    receiver.pass(timings.secretsTtlMs);
    expect(await showing(current)).toMatchObject({ status: 202 });
    expect(await showing(fresh)).toMatchObject({ status: 202 });
    receiver.setTokens(fresh);
    receiver.pass(timings.secretsTtlMs);
    expect(await showing(fresh)).toMatchObject({ status: 202 });
    expect(await showing(current)).toMatchObject(unauthorized);
  });

  test('are read once in five minutes, however often somebody guesses', async () => {
    receiver.setTokens(current);
    for (let guess = 0; guess < 5; guess += 1) expect(await showing(stranger)).toMatchObject(unauthorized);
    await receiver.stopSecrets();
    receiver.pass(timings.secretsTtlMs - 1);
    expect(await showing(current)).toMatchObject({ status: 202 });
    receiver.pass(1);
    expect(await showing(current)).toMatchObject({ status: 503 });
  });
});

describe('a token with bounds', () => {
  const forbidden = {
    status: 403,
    body: { error: 'the token is not for this sender and cluster; a signature alone needs a token for one cluster' },
  };

  test('puts its clusters on the message, beside the one of the path', async () => {
    receiver.setTokens({ token: current, sources: ['alertmanager'], clusters: ['edge-one', 'edge-two'] }, previous);
    expect(await receiver.post({ path: '/alerts/alertmanager' })).toMatchObject({ status: 202 });
    expect(await receiver.post()).toMatchObject({ status: 202 });
    expect((await receiver.messages()).map(({ attributes }) => attributes)).toEqual([
      { source: 'alertmanager', clusters: 'edge-one,edge-two', toldAt },
      { source: 'alertmanager', cluster: 'edge-one', clusters: 'edge-one,edge-two', toldAt },
    ]);
  });

  test('tells nobody beyond them which clusters there are', async () => {
    receiver.setTokens({ token: current, sources: ['alertmanager'], clusters: ['edge-one'] });
    for (const path of ['/alerts/alertmanager/edge-two', '/alerts/alertmanager/edge-three', '/alerts/arms/edge-one'])
      expect(await receiver.post({ path })).toMatchObject(forbidden);
    expect(receiver.lines).toMatchObject(Array.from({ length: 3 }, () => ({ event: 'refused', reason: 'forbidden' })));
    expect(await receiver.messages()).toEqual([]);
  });
});

describe('what fails on our side is a 503, so that the sender sends it again:', () => {
  const failed = { status: 503, body: { error: 'the alert could not be taken now; send it again' } };

  test('a queue that is down', async () => {
    expect(await receiver.post()).toMatchObject({ status: 202 });
    await receiver.stopQueue();
    expect(await receiver.post()).toMatchObject(failed);
    expect(receiver.lines.at(-1)).toMatchObject({ level: 'error', event: 'receive-failed', error: expect.any(Error) });
  });

  test('tokens that cannot be read', async () => {
    await receiver.stopSecrets();
    expect(await receiver.post()).toMatchObject(failed);
  });

  test('a secret that was not filled in, or wrongly; the log says what it must hold', async () => {
    receiver.setSecret({ token: current });
    expect(await receiver.post()).toMatchObject(failed);
    expect(String(receiver.lines.at(-1)?.['error'])).toBe(
      `Error: secret webhook must hold JSON of the form ${tokensShape}`,
    );
  });
});

test('the log tells what was taken and why not, and nothing of tokens or bodies', async () => {
  const path = `/alerts/cloudmonitor/edge-one/token/${current}`;
  await receiver.post();
  await receiver.post({ path, headers: { authorization: '', ...formType }, body: form });
  await receiver.post({ path: `${path}x`, headers: { authorization: '' } });
  await receiver.post({ path: `/alerts/alertmanager/${current}` });
  await receiver.post({ path: `/alerts/other/token/${current}` });
  await receiver.post({ body: 'a body that is no JSON' });
  await receiver.stopQueue();
  await receiver.post({ path, headers: { authorization: '', ...formType }, body: form });
  expect(receiver.lines).toMatchObject([
    { level: 'info', event: 'received', source: 'alertmanager', cluster: 'edge-one', messageId: expect.any(String) },
    { level: 'info', event: 'received', source: 'cloudmonitor', cluster: 'edge-one' },
    { level: 'warn', event: 'refused', status: 401, reason: 'unauthorized' },
    { level: 'warn', event: 'refused', status: 400, reason: 'unknown-cluster' },
    { level: 'warn', event: 'refused', status: 404, reason: 'unknown-path' },
    { level: 'warn', event: 'refused', status: 400, reason: 'not-json' },
    { level: 'error', event: 'receive-failed' },
  ]);
  const told = JSON.stringify(receiver.lines, (_, value: unknown) =>
    value instanceof Error
      ? { ...Object.fromEntries(Object.entries(value)), message: value.message, stack: value.stack }
      : value,
  );
  for (const secret of [current, previous, 'no JSON', 'alertState', '"version"']) expect(told).not.toContain(secret);
});
