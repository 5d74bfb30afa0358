import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createEventPrinter } from '../../infra/local/demo/event-printer.ts';
import { createOutcomeTracker } from '../../infra/local/demo/message-outcomes.ts';
import { createPrinter } from '../../infra/local/demo/printer.ts';
import { reportResults } from '../../infra/local/demo/results.ts';
import type { Engine } from '../../infra/local/engine.ts';
import type { EngineEvent } from '../../infra/local/engine-options.ts';
import { eventually } from '../infra/local/support.ts';
import { aPolicy, configOf } from '../support/samples.ts';
import { type Echo, type EchoingGateway, startEchoingGateway } from './echoing-gateway.ts';
import { cleanUp, copyWithConfig, importFrom } from './engine-process.ts';

jest.setTimeout(120_000);

const canaries = {
  ack: { accessKeyId: 'LTAI5tCanaryBuys', accessKeySecret: 'CanarySecretThatBuys/+=0123456' },
  ackRead: { accessKeyId: 'LTAI5tCanaryReads', accessKeySecret: 'CanarySecretThatReads/+=012345' },
  // With characters that JSON, HTML and URLs spell in other ways.
  loginPassword: 'Canary&<9>%7e=Pass',
  webhookTokens: ['Canary.Token_That~Posts-0123456'],
};
const secrets = [
  canaries.ack.accessKeySecret,
  canaries.ackRead.accessKeySecret,
  canaries.loginPassword,
  ...canaries.webhookTokens,
];
const allSpellings = secrets.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex'),
  JSON.stringify(secret).slice(1, -1),
  secret.replace('&', '\\u0026').replace('<', '\\u003c').replace('>', '\\u003e'),
]);
const spellings = [...new Set(allSpellings)];

// Without a schedule: what is due while the test runs would be a message, and perhaps a purchase, more.
const copy = copyWithConfig(configOf({ edge: aPolicy({ exclusive: true }) }));
let engine: Engine;
let gateway: EchoingGateway;
const events: EngineEvent[] = [];
const terminal = new PassThrough();
const printed = text(terminal);
const outcomes = createOutcomeTracker();
const printer = createPrinter(terminal);

beforeAll(async () => {
  const printEvent = createEventPrinter(printer);
  const { startEngine }: typeof import('../../infra/local/engine.ts') = await importFrom(copy, 'infra/local/engine.ts');
  engine = await startEngine({
    secrets: canaries,
    register: false,
    reconcileEveryMs: 200,
    simulator: { taskDurationMs: 200, nodeJoinMs: 0, listLagMs: 0 },
    async ackEndpoint(simulatorUrl) {
      gateway = await startEchoingGateway(simulatorUrl, [canaries.ack, canaries.ackRead]);
      return gateway.url;
    },
    onEvent(event) {
      events.push(event);
      printEvent(event);
      outcomes.onEvent(event);
    },
  });
});

afterAll(async () => {
  await engine.stop();
  await gateway.close();
  cleanUp();
});

/** Sends a job that adds a node. */
async function enqueue(key: Echo): Promise<{ readonly body: string; readonly messageId: string }> {
  const body = JSON.stringify({
    version: 1,
    kind: 'manual',
    key,
    cluster: 'edge',
    add: 1,
    requestedBy: 'a test',
    requestedAt: new Date().toISOString(),
  });
  return { body, messageId: await engine.send(body) };
}

const outcomeOf = ({ body }: { readonly body: string }) => outcomes.settled((its) => its === body, 30_000);
/** Waits until exactly one message with this body is in that part of the queue, whatever else is there. @returns all of the queue */
const queued = (body: string, part: 'delayed' | 'inFlight') =>
  eventually(`the message that is ${part}`, async () => {
    const { alerts } = await engine.queues();
    return alerts[part].filter((message) => message.body === body).length === 1 && alerts;
  });
const lines = () => events.flatMap((event) => (event.kind === 'log' ? [event.line] : []));

test('no log, table, queue, event or ledger has a secret in it, after a full run and answers that repeat everything', async () => {
  const { runDemo }: typeof import('../../infra/local/demo/run-demo.ts') = await importFrom(
    copy,
    'infra/local/demo/run-demo.ts',
  );
  gateway.echoNext('follow');
  const results = await runDemo(engine, outcomes, printer);
  await reportResults(engine, results, printer);

  await eventually('the task that cannot be read', () => lines().some((line) => line.includes('"task-unreadable"')));
  gateway.echoNext('rejection');
  expect(await outcomeOf(await enqueue('rejection'))).toMatchObject({ outcome: 'rejected' });
  gateway.echoNext('error-after-purchase');
  expect(await outcomeOf(await enqueue('error-after-purchase'))).toMatchObject({ outcome: 'in-doubt' });
  await eventually('the end of the doubt', () => lines().some((line) => line.includes('"adopted"')));
  // Each waits for half a minute or for some seconds only. On a slow machine it comes back, and must get the same answer.
  gateway.echoFromNowOn('authentication');
  const waiting = await enqueue('authentication');
  await eventually('the wait', () => lines().some((line) => line.includes('"not-sent"')));
  const withWaiting = await queued(waiting.body, 'delayed');
  gateway.echoFromNowOn('look');
  const failing = await enqueue('look');
  await eventually('the message that comes back', () =>
    events.some((event) => event.kind === 'kept' && event.messageIds.includes(failing.messageId)),
  );
  const withFailing = await queued(failing.body, 'inFlight');

  await eventually('the event of the rejection', () => lines().some((line) => line.includes('"state":"rejected"')));

  const queues = await engine.queues();
  const ledger = await engine.ledgerItems();
  terminal.end();
  const places = {
    log: lines().join('\n'),
    table: await printed,
    alerts: JSON.stringify([withWaiting, withFailing, queues.alerts]),
    deadLetters: JSON.stringify(queues.deadLetters),
    events: JSON.stringify(await engine.events()),
    ledger: JSON.stringify(ledger),
    registration: JSON.stringify(engine.info),
  };
  for (const [place, content] of Object.entries(places))
    expect({ place, found: spellings.filter((spelling) => content.includes(spelling)) }).toEqual({ place, found: [] });

  // The canaries were alive: they were sent, they came back, and what was kept of the answers shows where they stood.
  for (const echo of ['rejection', 'error-after-purchase', 'authentication'] as const) {
    expect(gateway.echoes.get(echo)).toContain(canaries.ack.accessKeySecret);
    expect(gateway.echoes.get(echo)).toContain(canaries.loginPassword);
  }
  expect(gateway.echoes.get('look')).toContain(canaries.ack.accessKeySecret);
  expect(secrets.some((secret) => gateway.echoes.get('follow')?.includes(secret))).toBe(true);
  expect(places.log).toContain('[secret]');
  expect(places.ledger).toContain('[secret]');
  expect(places.events).toContain('[secret]');
  expect(queues.deadLetters.ready).toHaveLength(1);
});
