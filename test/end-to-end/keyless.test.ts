// Without stored access keys, on the functions as deployed: the simulator takes no other keys than those of the exchange.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as z from 'zod/mini';
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import { roleArnOf } from '../../infra/local/aws-stand-ins/aws-sts.ts';
import { differences } from '../../infra/local/demo/audit.ts';
import { readDemoRecords } from '../../infra/local/demo/demo-records.ts';
import { createEventPrinter } from '../../infra/local/demo/event-printer.ts';
import { createOutcomeTracker } from '../../infra/local/demo/message-outcomes.ts';
import { createPrinter } from '../../infra/local/demo/printer.ts';
import { reportResults } from '../../infra/local/demo/results.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { eventually } from '../infra/local/support.ts';
import { aPolicy } from '../support/samples.ts';
import { cleanUp, copyWithConfig, importFrom } from './engine-process.ts';

jest.setTimeout(240_000);

const withKeys = { clusters: { edge: aPolicy({ exclusive: true }) } };
const keyless = {
  ...withKeys,
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

type Demo = typeof import('../../infra/local/demo/run-demo.ts');

const eventSchema = z.object({ state: z.string(), cluster: z.string(), count: z.int() });
const jobSchema = z.object({
  pk: z.string().check(z.startsWith('JOB#')),
  cluster: z.string(),
  outcome: z.string(),
  count: z.optional(z.int()),
  story: z.object({ decision: z.string() }),
});

/** The demo of `npm start`, and a look at its tasks. */
async function playDemo(config: ConfigInput, runDemo: Demo['runDemo']) {
  const lines: string[] = [];
  const terminal = new PassThrough();
  const printed = text(terminal);
  const outcomes = createOutcomeTracker();
  const printer = createPrinter(terminal);
  const printEvent = createEventPrinter(printer);
  const engine = await startEngine({
    config,
    register: false,
    // Nothing depends on how long a step takes: nodes stay on their way, and the reconciler runs when the test says so.
    simulator: { taskDurationMs: 3_600_000, nodeJoinMs: 0, listLagMs: 0 },
    reconcileEveryMs: 3_600_000,
    onEvent(event) {
      if (event.kind === 'log') lines.push(event.line);
      printEvent(event);
      outcomes.onEvent(event);
    },
  });
  engines.push(engine);
  const results = await runDemo(engine, outcomes, printer);
  expect(differences(results, await readDemoRecords(engine))).toEqual([]);
  const { summary } = await reportResults(engine, results, printer);
  expect(summary.purchases).toBeGreaterThan(0);
  // It follows the tasks, as the reader.
  await engine.reconcile();
  const told = async () =>
    (await engine.events()).map(({ body }) => eventSchema.parse(JSON.parse(JSON.parse(body).Message)));
  await eventually(
    'the last event',
    async () => (await told()).filter(({ state }) => state === 'bought').length === summary.purchases,
  );
  terminal.end();
  const items = await engine.ledgerItems();
  return {
    engine,
    /** Without what differs between any two runs: keys, ids and times. */
    outcome: {
      messages: results.map(({ message, result }) => [message.what, result.outcome]),
      sold: engine.simulator.core
        .purchases()
        .map(({ clusterId, count, nodesGot, by }) => ({ clusterId, count, nodesGot, by })),
      jobs: items
        .flatMap((item) => jobSchema.safeParse(item).data ?? [])
        .map(({ cluster, outcome, count, story }) => JSON.stringify({ cluster, outcome, count, story }))
        .toSorted(),
      events: (await told()).map((event) => JSON.stringify(event)).toSorted(),
    },
    places: {
      log: lines.join('\n'),
      table: await printed,
      queues: JSON.stringify(await engine.queues()),
      events: JSON.stringify(await engine.events()),
      ledger: JSON.stringify(items),
      registration: JSON.stringify(engine.info),
    },
  };
}

test('the demo ends the same with keys and without, and no token or key is in any log, table, queue, event or ledger', async () => {
  // The demo runs a command, which reads the config of its checkout.
  const copy = copyWithConfig(`export const config = ${JSON.stringify(withKeys)};\n`);
  const { runDemo }: Demo = await importFrom(copy, 'infra/local/demo/run-demo.ts');
  const other = await playDemo(withKeys, runDemo);
  const its = await playDemo(keyless, runDemo);
  expect(its.outcome).toEqual(other.outcome);
  expect(its.outcome.jobs.length).toBeGreaterThan(its.outcome.sold.length);
  expect(other.engine.keyless).toBeUndefined();

  const { aws, alibaba } = its.engine.keyless ?? {};
  const subjects = (aws?.tokens ?? []).map((token) => decodeJwt(token).sub);
  expect([...new Set(subjects)].toSorted()).toEqual(['reconcile', 'scale-out'].map(roleArnOf));
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
  for (const [place, content] of Object.entries(its.places))
    expect({ place, found: spellings.filter((spelling) => content.includes(spelling)) }).toEqual({ place, found: [] });
});

test('a job waits while there are no credentials, nothing is sent, and the log says why', async () => {
  const lines: string[] = [];
  const engine = await startEngine({
    config: keyless,
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
