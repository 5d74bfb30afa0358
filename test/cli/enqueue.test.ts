import { userInfo } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { eventually } from '../infra/local/support.ts';
import { nobody } from '../support/loopback-server.ts';
import { aBasis, aPurchase, aStory, aVerdict, aWait, sampleAt } from '../support/samples.ts';
import { expectFailure, expectSuccess, expectWrongUsage, linesOf, run, testWrongUsage } from './run.ts';
import { startStandIns } from './stand-ins.ts';
import { testClusters } from './support.ts';

const parts = await startStandIns();
afterEach(async () => {
  expect(await parts.receive()).toEqual([]);
});

const enqueue = (line = '') => parts.run(`enqueue ${line}`);

describe('a request', () => {
  test('is put on the queue of the local engine, with what the function needs', async () => {
    const before = Date.now();
    const outcome = await enqueue('--cluster edge-beijing --add 3 --reason launch --key sale-1');
    expectSuccess(outcome);

    const [body = '', ...others] = await parts.receive();
    expect(others).toEqual([]);
    const { requestedAt, ...message } = JSON.parse(body);
    expect(message).toEqual({
      version: 1,
      kind: 'manual',
      key: 'sale-1',
      cluster: 'edge-beijing',
      add: 3,
      reason: 'launch',
      requestedBy: userInfo().username,
    });
    expect(Date.parse(requestedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(requestedAt)).toBeLessThanOrEqual(Date.now());
  });

  test('tells where it went, its whole key, what to do next, and that one key buys once', async () => {
    const outcome = await enqueue('--cluster edge-beijing --add 3 --key sale-1');
    expect(await parts.receive()).toHaveLength(1);
    expect(linesOf(outcome)).toEqual([
      `Using the local engine (process ${process.pid}).`,
      'Asked for 3 more nodes in edge-beijing.',
      '  key      manual/edge-beijing/sale-1',
      expect.stringMatching(/^ {2}message {2}[0-9a-f-]{36}$/),
      'To see the job: npx scale-out show manual/edge-beijing/sale-1',
      'The same key buys once: a second request with --key sale-1 buys nothing.',
    ]);
  });

  test('gets a readable key that no other has when none is given', async () => {
    const line = '--cluster edge-beijing --reach 8 --json';
    const outcomes = await Promise.all([enqueue(line), enqueue(line)]);
    const bodies = await parts.receive();
    const keys = new Set(outcomes.map(({ stdout }) => JSON.parse(stdout).callersKey));
    expect(keys.size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^20\d{6}T\d{6}-[0-9a-f]{6}$/);
    expect(new Set(bodies.map((body) => JSON.parse(body).key))).toEqual(keys);
  });

  test('is one JSON object with --json, and the place is told beside it', async () => {
    const { code, stdout, stderr } = await enqueue('--cluster edge-beijing --reach 8 --key k --json');
    const [body = ''] = await parts.receive();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      key: 'manual/edge-beijing/k',
      callersKey: 'k',
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      message: JSON.parse(body),
      warnings: [],
      next: 'npx scale-out show manual/edge-beijing/k',
    });
    expect(stderr).toBe(`Using the local engine (process ${process.pid}).\n`);
  });

  test('becomes a job under the key that the command told', async () => {
    const { stdout } = await enqueue('--cluster edge-shanghai --add 1 --json');
    const [body = ''] = await parts.receive();
    const parsed = parseAlert(body, {
      config: checkedConfig({ clusters: testClusters }),
      now: Number.POSITIVE_INFINITY,
    });
    expect(parsed).toMatchObject({ kind: 'jobs', jobs: [{ key: JSON.parse(stdout).key }] });
  });

  test('goes to the queue of the environment although an engine runs, and repeats the flags that led there', async () => {
    const { info, engine, aws } = parts;
    const line = 'enqueue --cluster edge-beijing --add 1 --key k --region us-east-1';
    const outcome = await run(line, { ...engine, ...aws, QUEUE_URL: info.queueUrl });
    expect(await parts.receive()).toHaveLength(1);
    expect(outcome.stderr).toBe('');
    expect(linesOf(outcome)[0]).toBe(`Using QUEUE_URL ${info.queueUrl}.`);
    expect(outcome.stdout).toContain('show manual/edge-beijing/k --region us-east-1\n');
  });
});

describe('a warning', () => {
  test.each([
    [
      'about more nodes than one purchase buys',
      'edge-beijing --add 6',
      '--add: 6 is above limits.maxPerPurchase of edge-beijing; at most 5 are bought',
    ],
    [
      'about more nodes than the cluster may have',
      'edge-beijing --reach 21',
      '--reach: 21 is above limits.maxNodes of edge-beijing; at most 20 are reached',
    ],
    [
      'about a cluster that buys nothing',
      'edge-shanghai --add 1',
      'edge-shanghai has dryRun in functions/config.ts: nothing is bought',
    ],
  ])('%s goes beside the request, which is sent all the same', async (_about, intent, warning) => {
    const outcome = await enqueue(`--cluster ${intent} --json`);
    expect(await parts.receive()).toHaveLength(1);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toContain(`warning: ${warning}\n`);
    expect(JSON.parse(outcome.stdout).warnings).toEqual([warning]);
  });
});

describe('--dry-run', () => {
  test('shows what would be decided, sends nothing, and uses no key up', async () => {
    const before = await parts.tableKeys();
    const line = '--cluster edge-beijing --add 3 --key rehearsed --dry-run';
    const outcome = await enqueue(line);
    expectSuccess(outcome);
    expect(linesOf(outcome).slice(1)).toEqual([
      expect.stringMatching(/^manual\/edge-beijing\/rehearsed: would buy: .*buy 3 for 540 CNY/),
      'Nothing was sent: this was a dry run.',
    ]);
    const { code, stdout } = await enqueue(`${line} --json`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      key: 'manual/edge-beijing/rehearsed',
      dryRun: true,
      preview: { kind: 'buy', key: 'manual/edge-beijing/rehearsed' },
    });
    expect(await parts.tableKeys()).toEqual([...new Set([...before, 'CLUSTER#edge-beijing'])]);
  });

  test('shows what keeps it from buying', async () => {
    const { ledger } = parts;
    await ledger.pause(await ledger.readCluster('edge-beijing'), { by: 'ana', reason: 'the bill', at: 0 });
    const { stdout } = await enqueue('--cluster edge-beijing --add 3 --dry-run');
    expect(stdout).toContain('would wait (paused): edge-beijing is paused by ana: the bill');
    await ledger.pause(await ledger.readCluster('edge-beijing'), undefined);
  });
});

describe('a key that was used before', () => {
  const key = 'manual/edge-beijing/used';
  const again = (nodes: number) => enqueue(`--cluster edge-beijing --add ${nodes} --key used`);
  const { ledger } = parts;

  test.each<[string, () => Promise<unknown>]>([
    [
      'in the slot',
      async () => {
        await ledger.arm(await ledger.readCluster('edge-beijing'), aPurchase({ key }));
      },
    ],
    [
      'as a verdict that is not copied',
      async () => ledger.settle(await ledger.readCluster('edge-beijing'), aPurchase({ key }), aVerdict(), 0),
    ],
    ['as a record', () => ledger.copy('edge-beijing', key, aVerdict())],
  ])('for another request, %s, is refused before anything is sent', async (_where, write) => {
    await write();
    expectFailure(
      await again(4),
      `error: --key: ${key} was used before to add 3, and asks now to add 4; use another key\n`,
    );
  });

  test('for the same request is sent, and says that it buys nothing more', async () => {
    const outcome = await again(3);
    const { code, stderr } = outcome;
    expect(await parts.receive()).toHaveLength(1);
    expect(linesOf(outcome)[1]).toBe('Sent the request for 3 more nodes in edge-beijing again. It buys nothing more.');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^warning: --key: .*\/used was used before \(bought.*\): this buys nothing more\n$/,
      ),
    });
  });
});

describe('--wait', () => {
  const key = (name: string) => `manual/edge-beijing/${name}`;
  const waitFor = (name: string, more = '') => enqueue(`--cluster edge-beijing --add 3 --key ${name} --wait ${more}`);
  const arrival = () => eventually('the request arrives', async () => (await parts.receive()).length > 0);

  test('tells every step once, and ends with the story when the nodes are Ready', async () => {
    const { ledger } = parts;
    const running = waitFor('waited');
    await arrival();
    await ledger.copy('edge-beijing', key('waited'), aVerdict());
    await ledger.progress(key('waited'), 'T-1', { state: 'completed', readyNodes: 3, at: sampleAt });
    const outcome = await running;
    expectSuccess(outcome);
    const [, ...told] = outcome.stdout.split('Waiting until the job ends. Ctrl-C stops the waiting, not the job.\n');
    expect(told.join('')).toMatch(
      new RegExp(
        `^(waits on the queue\n)?(bought as task T-1: 0 of 3 nodes Ready\n)?${key('waited')}\nbought: 3 nodes, all Ready\n`,
      ),
    );
  });

  test('tells what it was told to wait for', async () => {
    const { ledger, waits } = parts;
    await waits.note(aWait({ key: key('held'), cluster: 'edge-beijing', at: Date.now() }));
    let told = '';
    const running = parts.run('enqueue --cluster edge-beijing --add 3 --key held --wait', {
      onPrint: (text) => {
        told += text;
      },
    });
    await eventually('the reason', () =>
      /waits on the queue until .*: edge cools down for another 10 min\n/.test(told),
    );
    await ledger.copy('edge-beijing', key('held'), aVerdict());
    await ledger.progress(key('held'), 'T-1', { state: 'completed', readyNodes: 3, at: sampleAt });
    expect((await running).code).toBe(0);
    await arrival();
  });

  test('fails when it ends without nodes, with the story as JSON and the steps beside it', async () => {
    const running = waitFor('refused', '--json');
    await arrival();
    const refusal = aVerdict({ outcome: 'rejected', code: 'QuotaExceeded', message: 'no more' });
    await parts.ledger.copy('edge-beijing', key('refused'), refusal);
    const { code, stdout, stderr } = await running;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      key: key('refused'),
      job: { state: 'rejected', verdict: { code: 'QuotaExceeded' } },
    });
    expect(stderr).toMatch(new RegExp(`error: ${key('refused')}: not bought: refused with QuotaExceeded\n$`));
  });

  test('ends when its message becomes a dead letter, and leaves that where it is', async () => {
    const running = waitFor('dead');
    let body = '';
    await eventually('the request arrives', async () => {
      [body = ''] = await parts.receive();
      return body !== '';
    });
    await parts.bury(body, 'failed', 'it was too much');
    expectFailure(
      await running,
      `error: ${key('dead')}: its message is on the dead-letter queue (failed): it was too much; npx scale-out dlq list\n`,
    );
    expect(await parts.receiveDead()).toEqual([body]);
  });

  test('ends after --timeout, with an exit code of its own', async () => {
    const { code, stderr } = await waitFor('late', '--timeout 0s');
    await arrival();
    expect(code).toBe(4);
    expect(stderr).toBe(
      `error: ${key('late')}: --timeout: the time is over, and the job goes on: waits on the queue\n`,
    );
  });

  test('ends with an exit code of its own when a limit allowed less than was asked for', async () => {
    const running = waitFor('less');
    await arrival();
    const story = aStory({ basis: aBasis({ limit: { name: 'max-per-day', room: 2 } }) });
    await parts.ledger.copy('edge-beijing', key('less'), aVerdict({ count: 2, story }));
    await parts.ledger.progress(key('less'), 'T-1', { state: 'completed', readyNodes: 2, at: sampleAt });
    const { code, stdout, stderr } = await running;
    const headline = 'bought: 2 nodes, all Ready; 3 were asked for, and max-per-day allowed 2';
    expect({ code, stderr }).toEqual({ code: 3, stderr: `error: ${key('less')}: ${headline}\n` });
    expect(stdout).toContain(`\n${headline}\n`);
  });

  test('needs the table, too', async () => {
    const { code, stderr } = await waitFor('k', `--queue-url ${parts.info.queueUrl}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: the table: missing, [^\n]+\n$/);
  });
});

const edge = 'enqueue --cluster edge-beijing';
const nodes = 'use a whole number from 1 to 1000 (nodes)';
const cannot = 'the manual job cannot be used.';
testWrongUsage(parts.engine, [
  ['the cluster is missing', 'enqueue --add 1', "required option '--cluster <name>' not specified; see"],
  [
    'the cluster is not configured',
    'enqueue --cluster edge-paris --add 1',
    'cluster: "edge-paris" is not in the config; use edge-beijing or edge-shanghai',
  ],
  ['constructor is no cluster', 'enqueue --cluster constructor --add 1', 'cluster: "constructor" is not in'],
  ['the number is missing', edge, 'no option says how many nodes; give one of --add NODES, --reach NODES'],
  [
    'both numbers are given',
    `${edge} --add 1 --reach 2`,
    '--add and --reach cannot be combined; give one of --add NODES, --reach NODES',
  ],
  ['zero nodes are none', `${edge} --add 0`, `${cannot} add: 0 is not allowed; ${nodes}`],
  ['nodes cannot be returned', `${edge} --add -2`, `${cannot} add: -2 is not allowed; ${nodes}`],
  ['a word is no number', `${edge} --add two`, `${cannot} add: "two" is not allowed; ${nodes}`],
  ['half a node is none', `${edge} --reach 1.5`, `${cannot} reach: 1.5 is not allowed; ${nodes}`],
  ['an exponent is no number', `${edge} --reach 1e3`, `${cannot} reach: "1e3" is not allowed; ${nodes}`],
  ['the number is too large', `${edge} --add 1001`, `${cannot} add: 1001 is not allowed; ${nodes}`],
  ['the number has no value', `${edge} --add`, "option '--add <nodes>' argument missing"],
  ['a key of two words', `${edge} --add 1 --key 'a b'`, 'key: "a b" is not allowed; use 1 to 128 of A-Z'],
  ['a key that is too long', `${edge} --add 1 --key ${'k'.repeat(129)}`, 'use 1 to 128 of A-Z, a-z, 0-9'],
  ['an empty key', `${edge} --add 1 --key ''`, "argument '' is invalid. It is empty"],
  ['a dry run that waits', `${edge} --add 1 --dry-run --wait`, '--dry-run asks for nothing'],
  ['a timeout without --wait', `${edge} --add 1 --timeout 5m`, '--timeout goes with --wait only'],
  ['a timeout without a unit', `${edge} --add 1 --wait --timeout 5`, 'Use 90s, 30m, 12h or 7d'],
  ['a reason that is too long', `${edge} --add 1 --reason ${'r'.repeat(501)}`, 'use at most 500 characters'],
  ['an unknown option', `${edge} --ad 1`, "unknown option '--ad' (Did you mean --add?); see"],
  ['one argument too many', `${edge} --add 1 2`, "too many arguments for 'enqueue'"],
  [
    'no queue beside the table',
    `${edge} --add 1 --table ledger`,
    'the queue: missing, and --table ledger does not name it; ',
  ],
]);

test('refuses to guess where to work', async () => {
  expectWrongUsage(await run(`${edge} --add 1`), 'target: missing; ');
});

test('fails with the key that makes a repeat safe when the queue does not answer', async () => {
  const variables = { ...parts.aws, AWS_ENDPOINT_URL_SQS: nobody };
  const { code, stdout, stderr } = await run(`${edge} --add 1 --json --queue-url ${nobody}/0/alerts`, variables);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/error: .*ECONNREFUSED.* Repeat it with --key 20\d{6}T\d{6}-[0-9a-f]{6}: it buys once/);
});
