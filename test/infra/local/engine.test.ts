import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import { findEngine } from '../../../functions/cli/target/local-engine.ts';
import { jobEventSchema } from '../../../functions/domain/events/job-event-schema.ts';
import { alarmNotification } from '../../../infra/local/demo/alarm-messages.ts';
import { alarmOf } from '../../../infra/local/demo/demo-messages.ts';
import { alertmanagerGroup } from '../../../infra/local/demo/webhook-messages.ts';
import { type Engine, startEngine } from '../../../infra/local/engine.ts';
import type { EngineEvent, EngineOptions } from '../../../infra/local/engine-options.ts';
import { makeUpSecrets } from '../../../infra/local/made-up-secrets.ts';
import { signed } from '../../receive-alert/support.ts';
import { aPolicy } from '../../support/samples.ts';
import { eventually } from './support.ts';

const scratch = mkdtempSync(join(tmpdir(), 'engine-'));
process.env['EDGE_SCALE_OUT_ENGINE'] = join(scratch, 'engine.json');
// The user's own config could have a schedule that falls due while a test runs, or buy nothing at all.
const config = { clusters: { edge: aPolicy() } };
afterAll(() => rmSync(scratch, { recursive: true }));

let engine: Engine | undefined;
let events: EngineEvent[] = [];
afterEach(async () => {
  await engine?.stop();
  engine = undefined;
  events = [];
});

async function start(options: Partial<EngineOptions> = {}): Promise<Engine> {
  engine = await startEngine({ config, register: false, onEvent: (event) => events.push(event), ...options });
  return engine;
}

async function enqueue({ send }: Engine, key: string): Promise<void> {
  const job = { version: 1, kind: 'manual', key, cluster: 'edge', add: 1 };
  await send(JSON.stringify({ ...job, requestedBy: 'a test', requestedAt: new Date().toISOString() }));
}

const logged = (text: string) => events.some((event) => event.kind === 'log' && event.line.includes(text));

/** Whether somebody listens there. */
const isOpen = (url: string) =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

test('commands find the engine while it runs, and its ports are free when it has stopped', async () => {
  const running = await start({ register: true });
  const endpoints = Object.values(running.info.endpoints);
  expect(findEngine()).toEqual(running.info);
  expect(await Promise.all(endpoints.map(isOpen))).toEqual(endpoints.map(() => true));
  await running.stop();
  expect(findEngine()).toBeUndefined();
  expect(await Promise.all(endpoints.map(isOpen))).toEqual(endpoints.map(() => false));
});

test('a start that fails leaves nothing running', async () => {
  await expect(start({ ackEndpoint: () => Promise.reject(new Error('no proxy')) })).rejects.toThrow('no proxy');
  const endpoints = events.flatMap((event) => (event.kind === 'started' ? event.detail.split(' ').slice(0, 1) : []));
  expect(endpoints).toHaveLength(5);
  expect(await Promise.all(endpoints.map(isOpen))).toEqual(endpoints.map(() => false));
});

test('a function that cannot be loaded makes the start fail', async () => {
  const failing = start({ ackEndpoint: () => 'http://gateway.example' });
  await expect(failing).rejects.toThrow('Runtime exited: exit status 1');
  expect(logged('the ACK endpoint http://gateway.example is not safe')).toBe(true);
});

test('the reconciler has the key that reads, and no password', async () => {
  // The queue function reads its secrets when it starts, the reconciler those that it needs when it needs them.
  const running = await start({ secrets: { ...makeUpSecrets(), loginPassword: '' } });
  running.secretsManager.put('edge-scale-out/ack-credentials', {});
  await enqueue(running, 'no-credentials');
  await eventually('the job that waits', () => logged('the login password cannot be read'));
  await expect(running.reconcile()).resolves.toBeUndefined();
});

test('an alert with an emoji that comes twice over the webhook is bought for once, and nobody gets in without the token', async () => {
  const running = await start();
  const body = alertmanagerGroup(alarmOf(aPolicy()), Date.now()).replace('{', '{"groupKey":"high load 🔥",');
  const sendIt = (token = running.webhook.token) =>
    fetch(`${running.webhook.url}/alerts/grafana/edge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed(body, token, Date.now()) },
      body,
    });
  expect((await sendIt('a-token-of-somebody-else')).status).toBe(401);
  const messageIds: string[] = [];
  for (const response of [await sendIt(), await sendIt()]) {
    expect(response.status).toBe(202);
    messageIds.push(z.object({ messageId: z.string() }).parse(await response.json()).messageId);
  }
  const deleted = () => events.flatMap((event) => (event.kind === 'deleted' ? event.messageIds : []));
  await eventually('the end of both', () => messageIds.every((messageId) => deleted().includes(messageId)));
  expect(running.simulator.core.purchases()).toHaveLength(1);
  expect(logged('"key":"grafana/edge/')).toBe(true);
});

test('what becomes of a job is told to who subscribes to the events, with a subject and in JSON', async () => {
  const running = await start();
  await enqueue(running, 'watched');
  const [message] = await eventually('the event', async () => {
    const told = await running.events();
    return told.length > 0 && told;
  });
  const { Subject, Message } = z
    .object({ Subject: z.string(), Message: z.string() })
    .parse(JSON.parse(message?.body ?? ''));
  expect(Subject).toBe(`edge: 1 node bought (asked for by a test)`);
  const [purchase] = running.simulator.core.purchases();
  expect(jobEventSchema.parse(JSON.parse(Message))).toMatchObject({
    ...{ state: 'bought', key: 'manual/edge/watched', taskId: purchase?.taskId, count: 1 },
  });
});

test('an alarm that waited is read again: while it stands it is decided by its metric of now, and recovered it buys nothing', async () => {
  const running = await start();
  const at = Date.now() - 3_600_000;
  const publish = async (alarm: string) => {
    const { subject, message } = alarmNotification({ alarm, by: 5, at });
    await running.publishAlarm(subject, message);
  };
  for (const alarm of ['edge-busy', 'edge-idle']) running.cloudwatch.measure(alarm, 55, at);
  running.cloudwatch.measure('edge-busy', 90);
  running.cloudwatch.measure('edge-idle', 10);
  await publish('edge-busy');
  await eventually('the purchase', () => logged('"outcome":"accepted"'));
  expect(running.simulator.core.purchases()).toMatchObject([{ count: 3 }]);
  await publish('edge-idle');
  await eventually('the skip', () => logged('its alarm has recovered while it waited'));
});

test('an engine that is stopped right after a purchase tells of it first', async () => {
  const running = await start();
  await enqueue(running, 'last');
  await eventually('the purchase', () => logged('"outcome":"accepted"'));
  await running.stop();
  expect(logged('"state":"bought"')).toBe(true);
});

test('the queue function goes on with new processes when all of them were killed', async () => {
  const running = await start();
  const killed = running.processes();
  for (const process of killed) process.kill();
  await eventually('the end of the processes', () => running.processes().length === 0);
  await enqueue(running, 'after-the-crash');
  await eventually('the purchase', () => logged('"outcome":"accepted"'));
  expect(running.simulator.core.purchases()).toHaveLength(1);
});

test('a job whose process is killed in the middle of its purchase comes back, and buys nothing more', async () => {
  const running = await start({ visibilityTimeoutMs: 1000 });
  running.simulator.core.setFault({ kind: 'latency', ms: 60_000, times: 1 });
  await enqueue(running, 'killed');
  await eventually('the purchase', () => running.simulator.core.purchases().length === 1);
  for (const process of running.processes()) process.kill();
  await eventually('the failed batch', () =>
    events.some((event) => event.kind === 'kept' && event.why === 'Runtime exited: SIGKILL'),
  );
  // The second process finds the slot taken by a sender that may live, and lets the job wait.
  await eventually('the wait', async () => (await running.queues()).alerts.delayed.length === 1);
  expect(logged('its request is being sent')).toBe(true);
  expect(running.simulator.core.purchases()).toHaveLength(1);
});
