import { hash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createFunctionAdapters,
  createFunctionEnqueue,
  createFunctionQueue,
} from '../../functions/purchase/adapters.ts';

import { eventually } from '../infra/local/support.ts';
import { closeServers, serveHttp } from '../support/loopback-server.ts';

const tables = { TABLE_NAME: 'ledger', NOTES_TABLE_NAME: 'notes' };
const env = { ACK_SECRET_ID: 'ack', LOGIN_SECRET_ID: 'login', ...tables, STACK_NAME: 'stack' };
const urls = { QUEUE_URL: 'https://sqs.example/alerts', DEAD_LETTER_QUEUE_URL: 'https://sqs.example/dead' };

describe("a function's adapters", () => {
  test.each(['ACK_SECRET_ID', 'TABLE_NAME', 'NOTES_TABLE_NAME', 'STACK_NAME'])(
    'name the variable %s when it is missing or empty',
    (name) => {
      for (const value of [undefined, ''])
        expect(() => createFunctionAdapters('scale-out', { ...env, [name]: value })).toThrow(
          `environment variable ${name} is missing; the stack sets it`,
        );
    },
  );

  test.each(['QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'])('of the queue name the variable %s when it is missing', (name) => {
    expect(() => createFunctionQueue({ ...urls, [name]: undefined })).toThrow(
      `environment variable ${name} is missing; the stack sets it`,
    );
  });

  test('for who only adds messages name QUEUE_URL when it is missing, and need no dead letters', () => {
    expect(() => createFunctionEnqueue({})).toThrow('environment variable QUEUE_URL is missing; the stack sets it');
    expect(() => createFunctionEnqueue({ QUEUE_URL: urls.QUEUE_URL })).not.toThrow();
  });

  test('read alarms only where the stack says that they may', () => {
    expect(createFunctionAdapters('scale-out', env)).not.toHaveProperty('alarms');
    expect(createFunctionAdapters('scale-out', { ...env, READ_ALARMS: 'true' })).toHaveProperty('alarms');
  });

  test('need no login secret: the reconciler has none', () => {
    expect(() => createFunctionAdapters('reconcile', { ...env, LOGIN_SECRET_ID: undefined })).not.toThrow();
  });

  test('refuse an ACK endpoint that would show the signature to the network', () => {
    expect(() => createFunctionAdapters('scale-out', { ...env, ACK_ENDPOINT: 'http://ack.example' })).toThrow(
      'the ACK endpoint http://ack.example is not safe',
    );
  });

  test('tell the time, and have measured no clock skew before the first answer', () => {
    const { now, clockSkewMs } = createFunctionAdapters('scale-out', env);
    const before = Date.now();
    expect(now()).toBeGreaterThanOrEqual(before);
    expect(now()).toBeLessThanOrEqual(Date.now());
    expect(clockSkewMs()).toBeUndefined();
  });

  test('make nonces of 128 random bits, never the same twice', () => {
    const { newNonce } = createFunctionAdapters('scale-out', env);
    const nonces = Array.from({ length: 1000 }, newNonce);
    expect(new Set(nonces).size).toBe(1000);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  });

  test('draw numbers from 0 to below 1', () => {
    const { random } = createFunctionAdapters('scale-out', env);
    const draws = Array.from({ length: 1000 }, random);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(Math.max(...draws) - Math.min(...draws)).toBeGreaterThan(0.5);
  });
});

describe('a call to a server', () => {
  const before = { ...process.env };
  afterEach(async () => {
    process.env = { ...before };
    await closeServers();
  });

  test('of ACK measures the clock, and no region hides what another one says', async () => {
    const key = JSON.stringify({ accessKeyId: 'LTAI5tEXAMPLE', accessKeySecret: 'EXAMPLEsecret0123' });
    const ahead = [90_000, 0];
    const server = await serveHttp((response, request) => {
      if (request.method === 'POST') return response.end(JSON.stringify({ SecretString: key }));
      response.setHeader('date', new Date(Date.now() + (ahead.shift() ?? 0)).toUTCString());
      return response.end('{"nodes":[],"page":{"total_count":0}}');
    });
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
    });
    const { ack, clockSkewMs } = createFunctionAdapters('scale-out', { ...env, ACK_ENDPOINT: server.url });
    await ack.listNodes('C1', 'cn-beijing');
    await ack.listNodes('C2', 'cn-shanghai');
    expect(clockSkewMs()).toBeGreaterThan(60_000);
    await ack.listNodes('C1', 'cn-beijing');
    expect(Math.abs(clockSkewMs() ?? Number.NaN)).toBeLessThan(60_000);
  });

  test('begins at the start, and nothing of it fails before it is used', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const key = JSON.stringify({ accessKeyId: 'LTAI5tEXAMPLE', accessKeySecret: 'EXAMPLEsecret0123' });
    let isBroken = true;
    const server = await serveHttp((response, { headers }) => {
      if (headers['x-amz-target'] === undefined) return response.end('{"state":"running"}');
      if (isBroken) return response.writeHead(400).end('{"__type":"AccessDeniedException"}');
      return response.end(JSON.stringify({ SecretString: key }));
    });
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      AWS_ENDPOINT_URL_DYNAMODB: server.url,
    });
    const { ack, begin, ledger } = createFunctionAdapters('scale-out', { ...env, ACK_ENDPOINT: server.url });
    await begin();
    // It waits a moment only, and a slow machine takes longer.
    await eventually('three requests', () => server.requests.length >= 3);
    const told = server.requests.map(({ headers }) => headers['x-amz-target']).toSorted();
    expect(told).toEqual([
      'DynamoDB_20120810.BatchGetItem',
      'secretsmanager.GetSecretValue',
      'secretsmanager.GetSecretValue',
    ]);
    await expect(ledger.readJobs(['manual/edge/1'])).rejects.toThrow();
    isBroken = false;
    expect(await ack.describeCluster('C1', 'cn-beijing')).toMatchObject({ state: 'running' });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('of SQS goes to the queue that it is for', async () => {
    const server = await serveHttp((response, { body }) => {
      const { MessageBody = '' } = JSON.parse(body);
      response.end(JSON.stringify({ MessageId: 'new', MD5OfMessageBody: hash('md5', MessageBody) }));
    });
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SQS: server.url,
    });
    const queue = createFunctionQueue({
      QUEUE_URL: `${server.url}/alerts`,
      DEAD_LETTER_QUEUE_URL: `${server.url}/dead`,
    });
    const message = { messageId: 'old', body: 'an alert', receiptHandle: 'handle', receiveCount: 1, attributes: {} };
    expect(await queue.enqueue('an alert')).toBe('new');
    await queue.defer(message, 60_000);
    await queue.deadLetter(message, 'no-json', 'it is none');
    await queue.changeVisibility(message, 7_000);
    const told = server.requests.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body)]);
    expect(told).toEqual([
      ['AmazonSQS.SendMessage', expect.objectContaining({ QueueUrl: `${server.url}/alerts` })],
      ['AmazonSQS.SendMessage', expect.objectContaining({ QueueUrl: `${server.url}/alerts`, DelaySeconds: 60 })],
      ['AmazonSQS.SendMessage', expect.objectContaining({ QueueUrl: `${server.url}/dead` })],
      ['AmazonSQS.ChangeMessageVisibility', expect.objectContaining({ VisibilityTimeout: 7 })],
    ]);
  });

  test('of AWS that hangs is given up after three seconds and made again', async () => {
    const item = { pk: { S: 'CLUSTER#edge' }, ver: { N: '7' } };
    const server = await serveHttp((response) => {
      // The first one is never answered.
      if (server.requests.length > 1) response.end(JSON.stringify({ Item: item }));
    });
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: server.url,
    });
    const { ledger } = createFunctionAdapters('scale-out', env);
    const started = Date.now();
    expect(await ledger.readCluster('edge')).toMatchObject({ name: 'edge', ver: 7 });
    expect(server.requests).toHaveLength(2);
    expect(Date.now() - started).toBeGreaterThanOrEqual(2900);
  }, 30_000);
});
