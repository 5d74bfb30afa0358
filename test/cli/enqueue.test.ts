import { userInfo } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { eventually } from '../infra/local/support.ts';
import { closedPort } from '../support/loopback-server.ts';
import { aVerdict, aWait, sampleAt } from '../support/samples.ts';
import { expectSuccess, expectWrongUsage, linesOf, run, testWrongUsage } from './run.ts';
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

  test('carries --dry-run, which uses its key up', async () => {
    const outcome = await enqueue('--cluster edge-beijing --add 1 --dry-run');
    expect((await parts.receive()).map((body) => JSON.parse(body).dryRun)).toEqual([true]);
    expect(linesOf(outcome)[1]).toBe('Asked for 1 more node in edge-beijing, as a dry run.');
    expect(linesOf(outcome).at(-1)).toMatch(/^A dry run uses its key up/);
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

  test('is not given about a dry run in a cluster that buys nothing', async () => {
    const outcome = await enqueue('--cluster edge-shanghai --add 1 --dry-run --json');
    expect(await parts.receive()).toHaveLength(1);
    expect(JSON.parse(outcome.stdout).warnings).toEqual([]);
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
    await ledger.progress(key('waited'), { state: 'completed', readyNodes: 3, at: sampleAt });
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
    await ledger.progress(key('held'), { state: 'completed', readyNodes: 3, at: sampleAt });
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
    'cluster: "edge-paris" is not in functions/config.ts; use edge-beijing or edge-shanghai',
  ],
  ['constructor is no cluster', 'enqueue --cluster constructor --add 1', 'cluster: "constructor" is not in'],
  ['the number is missing', edge, `${cannot} add: missing; give add or reach, one of them`],
  ['both numbers are given', `${edge} --add 1 --reach 2`, 'give add or reach, one of them'],
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
  const nobody = `http://127.0.0.1:${await closedPort()}`;
  const variables = { ...parts.aws, AWS_ENDPOINT_URL_SQS: nobody };
  const { code, stdout, stderr } = await run(`${edge} --add 1 --json --queue-url ${nobody}/0/alerts`, variables);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/error: .*ECONNREFUSED.* Repeat it with --key 20\d{6}T\d{6}-[0-9a-f]{6}: it buys once/);
});
