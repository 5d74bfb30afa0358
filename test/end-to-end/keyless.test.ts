// Without stored access keys, on the functions as deployed: the simulator takes no other keys than those of the exchange.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { roleArnOf } from '../../infra/local/aws-stand-ins/aws-sts.ts';
import { createEventPrinter } from '../../infra/local/demo/event-printer.ts';
import { createOutcomeTracker } from '../../infra/local/demo/message-outcomes.ts';
import { createPrinter } from '../../infra/local/demo/printer.ts';
import { reportResults } from '../../infra/local/demo/results.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { eventually } from '../infra/local/support.ts';
import { aPolicy } from '../support/samples.ts';
import { cleanUp, copyWithConfig, importFrom } from './engine-process.ts';

jest.setTimeout(120_000);

const config = {
  clusters: { edge: aPolicy({ exclusive: true }) },
  stack: {
    alibaba: {
      oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/aws',
      buyerRoleArn: 'acs:ram::1234567890123456:role/edge-buyer',
      readerRoleArn: 'acs:ram::1234567890123456:role/edge-reader',
    },
  },
};
const engines: Engine[] = [];
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  cleanUp();
});

test('the demo ends well, and no token or key of it is in any log, table, queue, event or ledger', async () => {
  const copy = copyWithConfig(`export const config = ${JSON.stringify(config)};\n`);
  const its: typeof import('../../infra/local/engine.ts') = await importFrom(copy, 'infra/local/engine.ts');
  const { runDemo }: typeof import('../../infra/local/demo/run-demo.ts') = await importFrom(
    copy,
    'infra/local/demo/run-demo.ts',
  );
  const lines: string[] = [];
  const terminal = new PassThrough();
  const printed = text(terminal);
  const outcomes = createOutcomeTracker();
  const printer = createPrinter(terminal);
  const printEvent = createEventPrinter(printer);
  const engine = await its.startEngine({
    register: false,
    onEvent(event) {
      if (event.kind === 'log') lines.push(event.line);
      printEvent(event);
      outcomes.onEvent(event);
    },
  });
  engines.push(engine);
  const { summary, isWell } = await reportResults(engine, await runDemo(engine, outcomes, printer), printer);
  expect(isWell).toBe(true);
  expect(summary.purchases).toBeGreaterThan(0);

  // It follows the tasks, as the reader.
  await engine.reconcile();
  const { aws, alibaba } = engine.keyless ?? {};
  const subjects = (aws?.tokens ?? []).map((token) => decodeJwt(token).sub);
  expect([...new Set(subjects)].toSorted()).toEqual(['reconcile', 'scale-out'].map(roleArnOf));
  terminal.end();
  const places = {
    log: lines.join('\n'),
    table: await printed,
    queues: JSON.stringify(await engine.queues()),
    events: JSON.stringify(await engine.events()),
    ledger: JSON.stringify(await engine.ledgerItems()),
    registration: JSON.stringify(engine.info),
  };
  const secrets = [
    ...(aws?.tokens ?? []).flatMap((token) => [token, token.split('.')[2] ?? '']),
    ...(alibaba?.keys ?? []).flatMap(({ accessKeySecret, securityToken }) => [accessKeySecret, securityToken]),
  ];
  expect(alibaba?.keys).toHaveLength(subjects.length);
  const spellings = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  for (const [place, content] of Object.entries(places))
    expect({ place, found: spellings.filter((spelling) => content.includes(spelling)) }).toEqual({ place, found: [] });
});

test('a job waits while there are no credentials, nothing is sent, and the log says why', async () => {
  const lines: string[] = [];
  const engine = await startEngine({
    config,
    register: false,
    // As with a clock that is an hour ahead.
    sessionMs: 60_000,
    onEvent: (event) => event.kind === 'log' && lines.push(event.line),
  });
  engines.push(engine);
  const body = JSON.stringify({
    ...{ version: 1, kind: 'manual', key: 'without-credentials', cluster: 'edge', add: 1 },
    ...{ requestedBy: 'a test', requestedAt: new Date().toISOString() },
  });
  await engine.send(body);
  await eventually('the reason', () =>
    lines.some((line) => /"job-failed".*the clocks differ: .*set the clock/.test(line)),
  );
  await eventually('the message', async () => (await engine.queues()).alerts.inFlight.some((one) => one.body === body));
  expect((await engine.queues()).deadLetters.ready).toEqual([]);
  expect(engine.simulator.core.purchases().filter(({ by }) => by === 'api')).toEqual([]);
  expect(engine.keyless?.alibaba.keys.length).toBeGreaterThan(0);
});
