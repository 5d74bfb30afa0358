import { beforeEach, describe, expect, test } from '@jest/globals';
import { configure, linesOf, run } from './run.ts';
import { createProject, testClusters } from './support.ts';

beforeEach(() => configure());

const broken = {
  edge: { ...testClusters['edge-beijing'], cooldownMinutes: -1, exclusive: 'yes' },
  other: { ...testClusters['edge-shanghai'], region: '' },
};

test('sums up what a sound config allows, one line for each cluster', async () => {
  expect(await run('check')).toEqual({
    code: 0,
    stdout: [
      'functions/config.ts is fine.',
      '  edge-beijing: ens.sn1.tiny for Cbe000000000000000000000000000000 in cn-beijing; at most 5 per purchase, 10 per day, 20 in all, 6000 CNY per month; 1 alarm rule, 0 schedules',
      '  edge-shanghai: ens.sn1.tiny for C5a000000000000000000000000000000 in cn-beijing; at most 5 per purchase, 10 per day, 20 in all, no budget; 0 alarm rules, 0 schedules; dry run: buys nothing',
      '',
    ].join('\n'),
    stderr: '',
  });
});

test('prints the config with its defaults as JSON', async () => {
  const { dryRun: _, ...withoutDefault } = testClusters['edge-beijing'];
  configure({ edge: withoutDefault });
  const { code, stdout, stderr } = await run('check --json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    problems: [],
    warnings: [],
    config: { clusters: { edge: { id: 'Cbe000000000000000000000000000000', dryRun: false } } },
  });
});

test('explains when schedules occur, where alarms go, and what a month can cost', async () => {
  const { 'edge-beijing': beijing, 'edge-shanghai': shanghai } = testClusters;
  const [rule] = beijing.alarms;
  const schedules = [
    { name: 'peak', at: 'cron(30 7 ? * MON-FRI *)', timezone: 'Asia/Shanghai', reach: 8 },
    { name: 'launch', at: 'at(2026-11-12T08:00:00)', add: 1 },
    { name: 'often', at: 'rate(1 day)', reach: 5 },
  ];
  configure({
    'edge-beijing': { ...beijing, schedules },
    'edge-shanghai': {
      ...shanghai,
      dryRun: false,
      alarms: [
        { ...rule, name: 'beijing-gpu' },
        { ...rule, name: 'b*' },
      ],
    },
  });
  const now = () => Date.parse('2026-11-13T08:00:00Z');
  const { code, stdout } = await run('check --explain', {}, { now });
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n').slice(-16)).toEqual([
    'Schedules occur next:',
    '  edge-beijing, peak: cron(30 7 ? * MON-FRI *) in Asia/Shanghai',
    '    2026-11-16 07:30:00 +08:00 (2026-11-15 23:30:00 UTC)',
    '    2026-11-17 07:30:00 +08:00 (2026-11-16 23:30:00 UTC)',
    '    2026-11-18 07:30:00 +08:00 (2026-11-17 23:30:00 UTC)',
    '  edge-beijing, launch: at(2026-11-12T08:00:00) in UTC',
    '    never again',
    '  edge-beijing, often: rate(1 day) in UTC',
    '    counted from its deployment',
    'Alarms go to the first of these that matches their name:',
    '  beijing-gpu: edge-shanghai',
    '  beijing-*: edge-beijing',
    '  b*: edge-shanghai',
    'The most that one UTC month can cost:',
    '  edge-beijing: 5940 CNY, 33 nodes (limits.budgetPerMonth)',
    '  edge-shanghai: no price is configured, 310 nodes (limits.maxPerDay)',
  ]);
});

test('lists every problem on a line of its own, and fails', async () => {
  configure(broken);
  const { code, stdout, stderr } = await run('check');
  expect(stdout.trimEnd().split('\n')).toEqual([
    'clusters.edge.cooldownMinutes: -1 is not allowed; use a whole number from 0 to 180 (minutes)',
    'clusters.edge.exclusive: "yes" is not allowed; use true or false',
    'clusters.other.region: "" is not allowed; use the region of the cluster, such as cn-hangzhou',
  ]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: functions/config.ts has 3 problem(s)\n' });
});

test('lists every problem as JSON, and fails', async () => {
  configure(broken);
  const { code, stdout } = await run('check --json');
  expect(code).toBe(1);
  const { ok, problems } = JSON.parse(stdout);
  expect(ok).toBe(false);
  expect(problems).toHaveLength(3);
});

test('keeps enqueue from working with a config that has problems', async () => {
  configure(broken);
  const stderr = 'error: functions/config.ts: it has problems; npx scale-out check lists them\n';
  expect(await run('enqueue --cluster edge --add 1', { QUEUE_URL: 'http://127.0.0.1:9/000000000000/alerts' })).toEqual({
    code: 1,
    stdout: '',
    stderr,
  });
});

test('warns of a time zone whose sign is inverted, and says which it is', async () => {
  const { 'edge-beijing': beijing } = testClusters;
  const schedules = ['Etc/GMT+8', 'Etc/GMT-5', 'Etc/GMT', 'Etc/GMT-0', 'Asia/Shanghai'].map((timezone, i) => ({
    ...{ name: `peak-${i}`, at: 'rate(1 day)', timezone, reach: 8 },
  }));
  configure({ 'edge-beijing': { ...beijing, schedules } });
  expect(JSON.parse((await run('check --json')).stdout).warnings).toEqual([
    'clusters.edge-beijing.schedules[0].timezone: Etc/GMT+8 is UTC-8, as the sign of these names is inverted; if UTC+8 is meant, use Etc/GMT-8, or a place such as Asia/Shanghai',
    'clusters.edge-beijing.schedules[1].timezone: Etc/GMT-5 is UTC+5, as the sign of these names is inverted; if UTC-5 is meant, use Etc/GMT+5, or a place such as Asia/Shanghai',
  ]);
});

test('warns of what is over by the clock, and of alarms that go to another cluster, and succeeds', async () => {
  const { 'edge-beijing': beijing, 'edge-shanghai': shanghai } = testClusters;
  const schedules = ['at(2026-11-11T08:00:00)', 'at(2026-11-11T08:00:01)', 'cron(0 8 10 NOV ? 2026)'].map((at, i) => ({
    name: `peak-${i}`,
    at,
    reach: 8,
  }));
  const [rule] = beijing.alarms;
  configure({
    'edge-beijing': { ...beijing, schedules },
    'edge-shanghai': { ...shanghai, alarms: [{ ...rule, name: '*-gpu' }] },
  });
  const now = () => Date.parse('2026-11-11T08:00:00Z');
  const warnings = [
    'clusters.edge-shanghai.alarms[0].name: of the alarms of *-gpu, the longer beijing-* (clusters.edge-beijing.alarms[0].name) takes those that it matches, such as beijing--gpu; if they ask for nodes here, let the beginnings differ',
    'clusters.edge-beijing.schedules[0].at: at(2026-11-11T08:00:00) is over; use a later date, or remove the schedule',
  ];
  const { code, stdout } = await run('check', {}, { now });
  expect(code).toBe(0);
  expect(linesOf({ code, stdout, stderr: '' })).toEqual([
    ...warnings.map((warning) => `warning: ${warning}`),
    'functions/config.ts is fine.',
    expect.stringContaining('3 schedules'),
    expect.stringContaining('0 schedules'),
  ]);
  const json = await run('check --json', {}, { now: () => now() + 3 * 24 * 60 * 60_000 });
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: true,
    warnings: [warnings[0], ...schedules.map((_, i) => expect.stringContaining(`schedules[${i}].at`))],
  });
});

test('refuses a name that no stack of this system can have', async () => {
  const longest = `E${'x'.repeat(72)}`;
  expect(await run(`check --stack ${longest}`)).toMatchObject({ code: 0 });
  expect(await run(`check --stack ${longest}x`)).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: --stack: ${longest}x is not allowed; use at most 73 characters: the names of queues begin with it\n`,
  });
});

describe('a file that cannot be loaded', () => {
  const project = createProject();

  test.each([
    ['is no TypeScript', 'export const config = {;', 'SyntaxError'],
    ['throws', "throw new Error('no file there');", 'no file there'],
  ])('is told in one line when it %s', async (_what, source, reason) => {
    project.configure(source);
    const { code, stdout } = await project.run(['check']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^functions\/config\.ts: cannot be loaded; .+\n$/);
    expect(stdout).toContain(reason);
  });

  test('leaves --help working', async () => {
    project.configure('export const config = {;');
    expect(await project.run(['check', '--help'])).toMatchObject({ code: 0, stderr: '' });
  });
});
