import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { execute } from '../cli/support.ts';
import { admit } from '../console/console-world.ts';
import { eventually } from '../infra/local/support.ts';
import { aPolicy, configOf as configTextOf } from '../support/samples.ts';
import { cleanUp, configure, copyWithConfig, type Ended, start } from './engine-process.ts';

jest.setTimeout(120_000);
afterAll(cleanUp);

/** functions/config.ts is the user's to edit, so no test depends on what it holds. */
const usual = configTextOf({ edge: aPolicy() });
const copy = copyWithConfig(usual);
/** A schedule that is due every minute. With --once only the demo fires it. */
const scheduled = configTextOf({
  edge: aPolicy({ schedules: [{ name: 'always', at: 'cron(* * * * ? *)', timezone: 'UTC', reach: 8 }] }),
});

const summarySchema = z.strictObject({
  jobs: z.int(),
  accepted: z.int(),
  skipped: z.int(),
  replayed: z.int(),
  ignored: z.int(),
  deadLettered: z.int(),
  dialects: z.record(z.string(), z.int()),
  purchases: z.int(),
  nodes: z.int(),
  requests: z.array(
    z.strictObject({
      key: z.string(),
      cluster: z.string(),
      count: z.int().min(1),
      taskId: z.string(),
      state: z.literal('accepted'),
    }),
  ),
});
const summaryOf = ({ stdout }: Ended) => summarySchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
const infoSchema = z.object({ queueUrl: z.string(), endpoints: z.object({ sqs: z.string() }) });

/** What holds for every config: each message has one fate, and the simulator sold what the ledger accepted. */
function expectOrder({ requests, ...counts }: z.infer<typeof summarySchema>): void {
  expect(counts.accepted + counts.skipped + counts.replayed + counts.ignored + counts.deadLettered).toBe(counts.jobs);
  // All but the poison are in a dialect, and two of them came over HTTP.
  expect(Object.values(counts.dialects).reduce((sum, count) => sum + count, 0)).toBe(counts.jobs - 1);
  expect(counts.dialects).toMatchObject({ alertmanager: 1, cloudmonitor: 1, schedule: 1 });
  expect(counts).toMatchObject({ replayed: 1, deadLettered: 1, accepted: requests.length, purchases: requests.length });
  expect(counts.nodes).toBe(requests.reduce((sum, { count }) => sum + count, 0));
  expect(new Set(requests.map(({ taskId }) => taskId)).size).toBe(requests.length);
}

test('npm start -- --once --json ends well, and its last line has the numbers', async () => {
  configure(copy, scheduled);
  const { ended, engineFile } = start(['--once', '--json'], copy);
  // It must not hide one that runs already.
  writeFileSync(engineFile, 'of another engine');
  const result = await ended;
  expect(result).toMatchObject({ code: 0, stderr: '' });
  const summary = summaryOf(result);
  expectOrder(summary);
  expect(summary.dialects).toEqual({ cloudwatch: 2, manual: 1, schedule: 1, alertmanager: 1, cloudmonitor: 1 });
  expect(result.stdout).not.toContain('WRONG');
  expect(readFileSync(engineFile, 'utf8')).toBe('of another engine');
});

test('npm start stays up, takes messages from any client of SQS, and stops at Ctrl-C', async () => {
  configure(copy, usual);
  const engine = start([], copy);
  await eventually('the commands to try next', () => engine.output().includes('Ctrl-C stops the engine.'));
  const { queueUrl, endpoints } = infoSchema.parse(JSON.parse(readFileSync(engine.engineFile, 'utf8')));
  // The page is there first, and its link is also at the end of what is printed.
  const links = [...engine.output().matchAll(/http:\S+\?token=\S+/g)].map(([link]) => link);
  expect(links).toHaveLength(2);
  expect(engine.output().indexOf(links[0] ?? '')).toBeLessThan(engine.output().indexOf('\n1  '));
  const { folder, cookie } = await admit(links[0] ?? '');
  expect(await (await fetch(`${folder}overview`, { headers: { cookie } })).text()).toContain('id="cluster-edge"');
  const job = {
    version: 1,
    kind: 'manual',
    key: 'from-outside',
    cluster: 'edge',
    add: 1,
    dryRun: true,
    requestedBy: 'a test',
    requestedAt: new Date().toISOString(),
  };
  const sqs = new SQSClient(clientOf(endpoints.sqs));
  const toldOf = (times: number) => () => {
    const [, after = ''] = engine.output().split('Ctrl-C stops the engine.');
    const lines = after.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' '));
    return lines.filter((line) => line.endsWith('/from-outside')).length === times && lines;
  };
  const send = () => sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(job) }));
  await send();
  await eventually('the first end', toldOf(1));
  // Sent together, both may be decided at once, and the second would be no replay.
  await send();
  const told = await eventually('both ends', toldOf(2));
  sqs.destroy();
  expect(told).toEqual(expect.arrayContaining(['skipped nothing is bought', 'key manual/edge/from-outside']));
  expect(told).toContain('replayed skipped before: nothing is bought again');
  // The command that it prints works as it is printed.
  const [, printed = ''] = /as any SDK does\n((?: .+\n)+)/.exec(engine.output()) ?? [];
  const { code, stdout } = await execute('sh', ['-c', printed], { PATH: process.env['PATH'] ?? '' });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ MessageId: expect.any(String), MD5OfMessageBody: expect.any(String) });
  await eventually('its purchase', () => engine.output().includes('manual/edge/from-curl'));
  engine.interrupt();
  // npm passes on the signal that the terminal has sent already.
  engine.interrupt();
  expect(await engine.ended).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(engine.engineFile)).toBe(false);
});

test.each([
  ['npm start', [], 0],
  ['npm start -- --once', ['--once'], 130],
])('%s that is interrupted while it starts ends as if it had been up', async (_, flags, expected) => {
  const engine = start(flags);
  await eventually('its beginning', () => engine.output().includes('Starting'));
  engine.interruptAll();
  const { code, stderr } = await engine.ended;
  expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
  expect(existsSync(engine.engineFile)).toBe(false);
});

test('npm start ends when nobody reads what it says any more', async () => {
  const engine = start([]);
  await eventually('the engine', () => engine.output().includes('Up after'));
  engine.stopReading();
  const { code, stderr } = await engine.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(existsSync(engine.engineFile)).toBe(false);
});

describe('the command line', () => {
  test('refuses a flag that it does not know, in one line', async () => {
    const { code, stdout, stderr } = await start(['--onse']).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe("npm start: Unknown option '--onse'; see npm start -- --help\n");
  });

  test('explains itself, with examples', async () => {
    const { code, stdout } = await start(['--help']).ended;
    expect(code).toBe(0);
    for (const flag of ['--once', '--json', '--logs', '--inspect', 'npm start -- --once'])
      expect(stdout).toContain(flag);
  });
});

describe('whatever the config holds', () => {
  const worker = `{
    worker_instance_type: 'ens.sn1.tiny', ens_region_id: 'cn-beijing-telecom', worker_image_id: 'm-1',
    ens_internet_charge_type: 'BandwidthByDay', worker_period: 1, worker_system_disk_size: 20,
  }`;
  const cluster = (more: string, limits = 'maxNodes: 50, maxPerPurchase: 40, maxPerDay: 100') =>
    `{ id: 'c${randomBytes(16).toString('hex')}', region: 'cn-hangzhou', worker: ${worker}, limits: { ${limits} }, ${more} }`;
  const configOf = (clusters: string) => `export const config = { clusters: { ${clusters} } };\n`;

  test.each([
    [
      'several clusters, the last with alarms',
      `a: ${cluster('cooldownMinutes: 0')}, b: ${cluster(`
        cooldownMinutes: 180,
        alarms: [{ name: 'x*y*', steps: [{ lowerBound: 0, percent: 200 }] }],
        schedules: [{ name: 'soon', at: 'rate(1 day)', add: 40 }]`)}`,
      { jobs: 7, accepted: 3, skipped: 1, ignored: 1 },
    ],
    [
      'no alarms and no schedules',
      `plain: ${cluster('cooldownMinutes: 0')}`,
      { jobs: 7, accepted: 2, skipped: 1, ignored: 2 },
    ],
    [
      'room for one node',
      `tiny: ${cluster('cooldownMinutes: 5', 'maxNodes: 1, maxPerPurchase: 1, maxPerDay: 1')}`,
      { jobs: 7, accepted: 1, skipped: 2, ignored: 2, nodes: 1 },
    ],
    [
      'a dry run',
      `dry: ${cluster("cooldownMinutes: 5, dryRun: true, alarms: [{ name: 'load', steps: [{ lowerBound: 0, add: 1 }] }]")}`,
      { jobs: 7, accepted: 0, skipped: 4, ignored: 1, purchases: 0, nodes: 0 },
    ],
  ])('works with %s', async (_, clusters, expected) => {
    configure(copy, configOf(clusters));
    const result = await start(['--once', '--json'], copy).ended;
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
    const summary = summaryOf(result);
    expectOrder(summary);
    expect(summary).toMatchObject(expected);
  });

  test('lists what is wrong with it', async () => {
    configure(
      copy,
      configOf(`plain: ${cluster("cooldownMinutes: -1, region: 'Hangzhou'")}`.replace("region: 'cn-hangzhou', ", '')),
    );
    const { code, stderr } = await start(['--once'], copy).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('functions/config.ts has 2 problem(s)');
    expect(stderr).toContain('clusters.plain.cooldownMinutes: -1 is not allowed');
    expect(stderr).toContain('clusters.plain.region: "Hangzhou" is not allowed');
  });
});
