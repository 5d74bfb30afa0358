import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../support/decide.ts';
import { aJob, aVerdict } from '../support/samples.ts';
import { configure, tellsOf, testWrongUsage } from './run.ts';
import { startStandIns } from './stand-ins.ts';
import { testClusters } from './support.ts';

const parts = await startStandIns();
beforeEach(() => setPaused(undefined));

const me = userInfo().username;
const { run } = parts;
/** As a command before this one left it. */
async function setPaused(reason: string | undefined): Promise<void> {
  const paused = reason === undefined ? undefined : { by: me, reason, at: Date.now() };
  expect(await parts.ledger.pause(await cluster(), paused)).toBe(true);
}
const cluster = () => parts.ledger.readCluster('edge-beijing');

test('pause stops purchases, with who, when and why, and moves the version on', async () => {
  const before = await cluster();
  const outcome = await run("pause edge-beijing --reason 'the bill is looked at'");
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(tellsOf(outcome)).toEqual([
    'edge-beijing buys nothing until it is resumed.',
    'To let it buy again: npx scale-out resume edge-beijing --reason TEXT',
  ]);
  const after = await cluster();
  expect(after).toMatchObject({
    ver: before.ver + 1,
    paused: { by: me, reason: 'the bill is looked at', at: expect.any(Number) },
  });
  const job = aJob({ cluster: 'edge-beijing', occurredAt: Date.now() });
  const policy = testClusters['edge-beijing'];
  expect(decide({ job, cluster: after, policy, now: Date.now() })).toMatchObject({ kind: 'defer', reason: 'paused' });
});

test('clusters tells who paused it, and why', async () => {
  await setPaused('the bill is looked at');
  const { stdout } = await run('clusters');
  expect(stdout).toMatch(new RegExp(`paused {4}by ${me}, 20[0-9-]{8} .*UTC\\): the bill is looked at\n`));
});

test('pause of what is paused says who did it before, and its own reason counts', async () => {
  await setPaused('the bill is looked at');
  const outcome = await run("pause edge-beijing --reason 'and it is wrong'");
  expect(tellsOf(outcome)[0]).toMatch(
    new RegExp(`until it is resumed; it was already paused by ${me} on 20.*: the bill is looked at\\.$`),
  );
  expect((await cluster()).paused?.reason).toBe('and it is wrong');
});

test('resume lets it buy again, and is recorded with who, when and why', async () => {
  await setPaused('the bill is wrong');
  const before = await cluster();
  const outcome = await run("resume edge-beijing --reason 'it is right now'");
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(tellsOf(outcome)).toEqual([
    expect.stringMatching(
      new RegExp(`^edge-beijing buys again\\. It was paused by ${me} on 20.*: the bill is wrong\\.$`),
    ),
  ]);
  const after = await cluster();
  expect(after.paused).toBeUndefined();
  expect(after).toMatchObject({ ver: before.ver + 1, resumed: { by: me, reason: 'it is right now' } });
});

test('resume of what is not paused changes nothing', async () => {
  const before = await cluster();
  const outcome = await run('resume edge-beijing --reason r --json');
  expect(outcome.code).toBe(0);
  expect(JSON.parse(outcome.stdout)).toEqual({ cluster: 'edge-beijing', resumed: null, before: null });
  expect(await cluster()).toEqual(before);
});

test('both print one JSON object', async () => {
  const paused = await run('pause edge-shanghai --reason r --json');
  expect(JSON.parse(paused.stdout)).toEqual({
    cluster: 'edge-shanghai',
    paused: { by: me, reason: 'r', at: expect.stringMatching(/^20.*Z$/) },
    before: null,
    next: 'npx scale-out resume edge-shanghai --reason TEXT',
  });
  const resumed = await run('resume edge-shanghai --reason s --json');
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    resumed: { by: me, reason: 's' },
    before: { by: me, reason: 'r' },
  });
});

test('six at the same time all have their way, one after the other', async () => {
  const { ver } = await cluster();
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, (_, i) => run(`pause edge-beijing --reason 'reason ${i}'`)),
  );
  expect(outcomes.map(({ code }) => code)).toEqual(Array(6).fill(0));
  expect((await cluster()).ver).toBe(ver + 6);
});

describe('pause --until', () => {
  const now = () => Date.parse('2026-11-11T08:00:00Z');
  // Times are those of the machine: of Shanghai in this test.
  test.each([
    ['18:00', '2026-11-11T10:00:00.000Z'],
    ['9:30', '2026-11-12T01:30:00.000Z'],
    ['90m', '2026-11-11T09:30:00.000Z'],
    ['2026-11-12T08:00:00Z', '2026-11-12T08:00:00.000Z'],
  ])('%s is stored with the pause', async (until, expected) => {
    const { code, stdout } = await parts.run(`pause edge-beijing --until ${until} --reason r --json`, { now });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).paused).toEqual({ by: me, reason: 'r', at: '2026-11-11T08:00:00.000Z', until: expected });
    expect((await cluster()).paused?.until).toBe(Date.parse(expected));
  });

  test.each([
    ['9:30', 'warning: --until: 9:30 is over today, so this is 9:30 of tomorrow\n'],
    ['18:00', ''],
    ['20h', ''],
  ])('warns when the time of day is over: %s', async (until, expected) => {
    expect((await parts.run(`pause edge-beijing --until ${until} --reason r`, { now })).stderr).toBe(expected);
  });
});

test('pause --all and resume --all change every cluster', async () => {
  const paused = await run('pause --all --reason r --json');
  expect(JSON.parse(paused.stdout).clusters).toMatchObject([
    { cluster: 'edge-beijing', paused: { reason: 'r' } },
    { cluster: 'edge-shanghai', paused: { reason: 'r' } },
  ]);
  expect(tellsOf(await run('resume --all --reason s'))).toEqual([
    expect.stringMatching(/^edge-beijing buys again/),
    expect.stringMatching(/^edge-shanghai buys again/),
  ]);
});

testWrongUsage(parts.engine, [
  [
    'an end that is over',
    'pause edge-beijing --until 2020-01-01T00:00:00Z --reason r',
    '--until: 2020-01-01T00:00:00Z is over',
  ],
  ['an end that is no time', 'pause edge-beijing --until soon --reason r', '--until: soon is no time'],
  ['a cluster and all', 'pause edge-beijing --all --reason r', 'edge-beijing and --all cannot be combined'],
]);

describe('with a config that has problems', () => {
  const warning = 'warning: functions/config.ts: it has problems; npx scale-out check lists them\n';
  const broken = { 'edge-beijing': { ...testClusters['edge-beijing'], region: 7 }, 'edge-shanghai': {} };
  afterEach(() => configure());

  test.each([
    ['pause', "pause edge-beijing --reason 'in a hurry'"],
    ['resume', "resume edge-beijing --reason 'in a hurry'"],
  ])('%s works', async (_command, line) => {
    configure(broken);
    expect(await run(line)).toMatchObject({ code: 0, stderr: warning });
    expect((await cluster()).paused?.reason).toBe(line.startsWith('pause') ? 'in a hurry' : undefined);
  });

  test('show works', async () => {
    await parts.ledger.copy('edge-beijing', 'manual/edge-beijing/k', aVerdict());
    for (const clusters of [broken, 7]) {
      configure(clusters);
      const { code, stdout, stderr } = await run('show manual/edge-beijing/k');
      expect({ code, stderr }).toEqual({ code: 0, stderr: warning });
      expect(stdout).toContain('bought: 3 nodes');
    }
  });

  test('show says that it looks up no short key without the names of the clusters', async () => {
    configure(7);
    expect(await run('show k')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'warning: k: the clusters are not known, so it is looked up only as it is; give the whole key, such as manual/CLUSTER/k\n',
      ),
    });
  });

  test('a name that the config cannot check is paused, and that is said', async () => {
    configure(7);
    expect(await run('pause edge-beijing --reason r')).toMatchObject({
      code: 0,
      stderr: `${warning}warning: edge-beijing: it is not checked whether it is spelled as in the config\n`,
    });
    expect((await cluster()).paused?.reason).toBe('r');
    expect((await run('pause --all --reason r')).stderr).toContain('so the clusters are not known; name each of them');
  });
});

for (const command of ['pause', 'resume'])
  testWrongUsage(parts.engine, [
    [`${command} without a cluster`, `${command} --reason r`, "missing required argument 'cluster'"],
    [`${command} without a reason`, `${command} edge-beijing`, "required option '--reason <text>' not specified"],
    [`${command} for an empty reason`, `${command} edge-beijing --reason ''`, 'It is empty'],
    [
      `${command} of an unknown cluster`,
      `${command} edge-paris --reason r`,
      'cluster: "edge-paris" is not in functions/config.ts; use edge-beijing or edge-shanghai',
    ],
  ]);
