import { beforeEach, describe, expect, test } from '@jest/globals';
import { configure, run } from './run.ts';
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
      '  edge-beijing: ens.sn1.tiny for Cbeijing in cn-beijing; at most 5 per purchase, 10 per day, 20 in all, 6000 CNY per month; 1 alarm rule, 0 schedules',
      '  edge-shanghai: ens.sn1.tiny for Cshanghai in cn-beijing; at most 5 per purchase, 10 per day, 20 in all, no budget; 0 alarm rules, 0 schedules; dry run: buys nothing',
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
    config: { clusters: { edge: { id: 'Cbeijing', dryRun: false } } },
  });
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

test('keeps enqueue and show from working with a config that has problems', async () => {
  configure(broken);
  const stderr = 'error: functions/config.ts: it has problems; npx scale-out check lists them\n';
  for (const line of ['enqueue --cluster edge --add 1', 'show k'])
    expect(await run(line)).toEqual({ code: 1, stdout: '', stderr });
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
