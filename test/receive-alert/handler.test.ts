import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { config } from '../../functions/config.ts';
import { account, clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { createAlertQueue } from '../../infra/local/aws-stand-ins/alert-queue.ts';
import { type Messaging, startMessaging } from '../../infra/local/aws-stand-ins/messaging.ts';
import { startSecretsManager } from '../../infra/local/aws-stand-ins/secrets-manager.ts';
import { createCleanup } from '../../infra/local/cleanup.ts';
import { startFunctionUrl } from '../../infra/local/function-url.ts';
import { readLog } from '../support/function-stand-ins.ts';
import { taskRootOf } from '../support/task-root.ts';
import { current, form, group, signed } from './support.ts';

// The function as it is deployed: its environment, its handler and a real request, with only AWS replaced.
const cleanup = createCleanup();
const environment = { ...process.env };
const [cluster = ''] = Object.keys(config.clusters);
const taskRoot = taskRootOf(config);
let messaging: Messaging;
let queueName: string;
let url: string;

beforeAll(async () => {
  messaging = await startMessaging();
  cleanup.add(() => messaging.close());
  const secretsManager = await startSecretsManager();
  cleanup.add(() => secretsManager.close());
  secretsManager.put('webhook', { tokens: [current] });
  const sqs = new SQSClient(clientOf(messaging.endpoint));
  cleanup.add(() => sqs.destroy());
  const { alerts } = await createAlertQueue(sqs, messaging.endpoint, { visibilityTimeoutMs: 60_000, maxReceives: 8 });
  queueName = alerts.name;
  Object.assign(process.env, {
    AWS_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: messaging.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    QUEUE_URL: alerts.url,
    LAMBDA_TASK_ROOT: taskRoot,
    WEBHOOK_SECRET_ID: 'webhook',
    STACK_NAME: 'edge',
  });
  const { handler } = await import('../../functions/receive-alert/handler.ts');
  const context = { callbackWaitsForEmptyEventLoop: true, awsRequestId: 'request-1' };
  const served = await startFunctionUrl((event) =>
    Promise.resolve(Reflect.apply(handler, undefined, [event, context])),
  );
  cleanup.add(() => served.close());
  url = served.url;
});

let log: readonly string[] = [];
beforeEach(() => {
  log = readLog();
});
afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await cleanup.run();
  process.env = environment;
});

const post = (path: string, body: string | Buffer, headers: Record<string, string>) =>
  fetch(`${url}${path}`, { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) });

const lastMessage = async () => (await messaging.inspect(queueName)).ready.at(-1);

test('takes the JSON of Alertmanager, with the cluster of the config', async () => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${current}` };
  const response = await post(`/alerts/alertmanager/${cluster}`, group, headers);
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ messageId: (await lastMessage())?.messageId });
  expect(await lastMessage()).toMatchObject({ body: group, attributes: { source: 'alertmanager', cluster } });
});

test('takes the signed JSON of Grafana, whose bytes are those that were signed', async () => {
  const body = Buffer.from('{"version":"1","alerts":[],"title":"负载 ✓"}');
  const headers = { 'content-type': 'application/json', ...signed(body, current, Date.now()) };
  expect((await post('/alerts/grafana', body, headers)).status).toBe(202);
  expect(await lastMessage()).toMatchObject({ body: body.toString(), attributes: { source: 'grafana' } });
});

test('takes the form of CloudMonitor, which reaches it in base64, by the token in its path', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
  const body = `${form}&regionName=华北2`;
  expect((await post(`/alerts/cloudmonitor/${cluster}/token/${current}`, body, headers)).status).toBe(202);
  expect(await lastMessage()).toMatchObject({ body, attributes: { source: 'cloudmonitor', cluster } });
});

test('answers JSON to everything else', async () => {
  const response = await fetch(`${url}/`);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({ error: expect.stringContaining('unknown path; POST to /alerts/') });
});

test('says in its log to which invocation a line belongs', async () => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${current}` };
  await post(`/alerts/alertmanager/${cluster}`, group, headers);
  expect(log.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ message: 'received', cluster, function_request_id: 'request-1' }),
  ]);
});
