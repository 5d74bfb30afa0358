import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createFates } from '../../infra/local/demo/fates.ts';
import { createNarrator } from '../../infra/local/demo/narrator.ts';
import { createPrinter } from '../../infra/local/demo/printer.ts';
import { reportResults } from '../../infra/local/demo/results.ts';
import { runDemo } from '../../infra/local/demo/run-demo.ts';
import { type Engine, type EngineEvent, startEngine } from '../../infra/local/engine.ts';
import { eventually } from '../infra/local/support.ts';
import { type Echo, type EchoingGateway, startEchoingGateway } from './echoing-gateway.ts';

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

let engine: Engine;
let gateway: EchoingGateway;
const events: EngineEvent[] = [];
const terminal = new PassThrough();
const printed = text(terminal);
const fates = createFates();
const printer = createPrinter(terminal);

beforeAll(async () => {
  const narrate = createNarrator(printer);
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
      narrate(event);
      fates.onEvent(event);
    },
  });
});

afterAll(async () => {
  await engine.stop();
  await gateway.close();
});

/** Sends a job whose purchase is answered with an echo. @returns its body */
async function enqueue(echo: Echo): Promise<string> {
  const [cluster] = Object.keys(engine.config.clusters);
  gateway.echoNext(echo);
  const body = JSON.stringify({
    version: 1,
    kind: 'manual',
    key: echo,
    cluster,
    add: 1,
    requestedBy: 'a test',
    requestedAt: new Date().toISOString(),
  });
  await engine.send(body);
  return body;
}

const fateOf = (body: string) => fates.settled((its) => its === body, 30_000);
const lines = () => events.flatMap((event) => (event.kind === 'log' ? [event.line] : []));

test('no log, table, queue, event or ledger has a secret in it, after a full run and answers that repeat everything', async () => {
  gateway.echoNext('follow');
  const endings = await runDemo(engine, fates, printer);
  await reportResults(engine, endings, printer);

  await eventually('the task that cannot be read', () => lines().some((line) => line.includes('"task-unreadable"')));
  expect(await fateOf(await enqueue('rejection'))).toMatchObject({ outcome: 'rejected' });
  expect(await fateOf(await enqueue('error-after-purchase'))).toMatchObject({ outcome: 'in-doubt' });
  await eventually('the end of the doubt', () => lines().some((line) => line.includes('"adopted"')));
  await enqueue('authentication');
  await eventually('the wait', () => lines().some((line) => line.includes('"not-sent"')));
  await enqueue('look');
  await eventually('the message that comes back', () => events.some(({ kind }) => kind === 'kept'));

  await eventually('the event of the rejection', () => lines().some((line) => line.includes('"state":"rejected"')));

  const queues = await engine.queues();
  const ledger = await engine.ledgerItems();
  terminal.end();
  const places = {
    log: lines().join('\n'),
    table: await printed,
    alerts: JSON.stringify(queues.alerts),
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
  expect(queues.alerts.delayed).toHaveLength(1);
  expect(queues.alerts.inFlight).toHaveLength(1);
  expect(queues.deadLetters.ready).toHaveLength(1);
});
