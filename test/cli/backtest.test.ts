import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { BacktestResult } from '../../functions/backtest/result.ts';
import { configOf } from '../support/samples.ts';
import { configure, expectSuccess, expectWrongUsage, home, run } from './run.ts';
import { testClusters } from './support.ts';

const { 'edge-beijing': beijing } = testClusters;
const minuteOf = (i: number) => new Date(Date.UTC(2026, 5, 1, 8, i)).toISOString();
const csvOf = (loads: readonly (number | string)[]) =>
  ['timestamp,value', ...loads.map((load, i) => `${minuteOf(i)},${load}`)].join('\n');

const alarmChange = (minute: number, stateValue: string, alarm = 'beijing-cpu') => ({
  ...{ AlarmName: alarm, Timestamp: minuteOf(minute), HistoryItemType: 'StateUpdate' },
  HistoryData: JSON.stringify({
    newState: {
      stateValue,
      stateReason: 'Threshold Crossed: 1 datapoint [75.0 (01/06/26 08:00:00)] was greater than the threshold (70.0).',
    },
  }),
});

/** @returns the path of a file with this text */
function file(name: string, text: string): string {
  const at = path.join(home, name);
  writeFileSync(at, text);
  return at;
}

const load = file(
  'load.csv',
  csvOf([...Array.from({ length: 5 }, () => 200), ...Array.from({ length: 25 }, () => 450)]),
);
const world = '--per-node 100 --nodes 4 --task-minutes 1 --join-minutes 1';

beforeEach(() => configure({ 'edge-beijing': beijing }));

test('prints the headline, a line for each policy, and the load', async () => {
  const outcome = await run(`backtest --metric ${load} ${world}`);
  expectSuccess(outcome);
  // 112 % of four nodes, and 90 % of five: it is short until the first one is Ready, and only then.
  expect(outcome.stdout.split('\n').slice(0, 7)).toEqual([
    'With functions/config.ts, edge-beijing would have bought 1 node for 180 CNY, and been short of nodes for 4 minutes in 30 minutes.',
    'A buyer who knows the future would have paid 180 CNY and never been short.',
    '',
    'policy               bought  CNY  min short  node-min short  idle node-h  most  min to Ready  regret',
    'functions/config.ts       1  180          4               4            0     5         4 / 4       0',
    'buys once per alarm       1  180          4               4            0     5         4 / 4       0',
    'a fixed fleet             1  180          0               0            0     5                     0',
  ]);
  expect(outcome.stdout).toContain('demand ▄▄▄▄▄██');
});

test('prints one JSON object, and writes the page that shows the same', async () => {
  const html = path.join(home, 'report.html');
  const outcome = await run(`backtest --metric ${load} ${world} --json --html ${html}`);
  expectSuccess(outcome);
  const { version, cluster, input, runs } = JSON.parse(outcome.stdout) as BacktestResult;
  expect([version, cluster, input.name, input.minutes]).toEqual([1, 'edge-beijing', 'load.csv', 30]);
  expect(runs[0]?.figures).toMatchObject({ nodesBought: 1, cents: 18_000, minutesShort: 4 });
  expect(readFileSync(html, 'utf8')).toContain('been short of nodes for 4 minutes');
});

test('compares with another config, of the same cluster', async () => {
  const other = file(
    'other-config.ts',
    configOf({ 'edge-beijing': { ...beijing, limits: { ...beijing.limits, maxNodes: 4 } } }),
  );
  const { stdout } = await run(`backtest --metric ${load} ${world} --against ${other}`);
  expect(stdout).toContain('other-config.ts costs 180 CNY less and is short for 21 minutes more.');
  expect(stdout).toMatch(/They differ in:\n {2}limits\.maxNodes {2}20 {2}4\n/);
});

test('suggests settings', async () => {
  const { stdout } = await run(`backtest --metric ${load} ${world} --suggest`);
  expect(stdout).toMatch(/Within the same limits, cheapest first\..*\nbought +CNY +min short +node-min short +with\n/);
  expect(stdout).toContain('as it is');
});

test('plays an alarm history, where no load is known', async () => {
  const history = file(
    'history.json',
    JSON.stringify({ AlarmHistoryItems: [alarmChange(20, 'OK'), alarmChange(0, 'ALARM')] }),
  );
  const outcome = await run(`backtest --metric ${history} --nodes 4`);
  expectSuccess(outcome);
  expect(outcome.stdout).toMatch(
    /^With functions\/config\.ts, edge-beijing would have bought 1 node for 180 CNY in 24 hours\.\n/,
  );
});

test('tells what is odd in the file, with its line', async () => {
  const odd = file('odd.csv', csvOf([200, 'NaN', 450, 450, 450, 'x', 450]));
  const { code, stderr } = await run(`backtest --metric ${odd} ${world}`);
  expect(code).toBe(0);
  expect(stderr).toContain(
    'warning: odd.csv, line 3 and 1 more: has no number of 0 or more, so its value is missing\n',
  );
});

test('asks whether more than 100 percent are meant', async () => {
  const { code, stderr } = await run(`backtest --metric ${load} --nodes 4 --task-minutes 1 --join-minutes 1`);
  expect(code).toBe(0);
  expect(stderr).toBe(
    'warning: load.csv: its highest value is 450 percent; if it is a load, give --per-node, the load that one node carries\n',
  );
});

describe('a mistake ends in one line that says what to do:', () => {
  const empty = file('empty.csv', '');
  const text = file('notes.txt', 'These are\nnotes.');
  const foreign = file(
    'foreign.json',
    JSON.stringify({ AlarmHistoryItems: [alarmChange(20, 'OK', 'wuhan-cpu'), alarmChange(0, 'ALARM', 'wuhan-cpu')] }),
  );
  const fractions = file('fractions.csv', csvOf([0.2, 0.9]));
  test.each([
    ['no file', 'backtest --nodes 4', "required option '--metric <file>' not specified"],
    ['a file that is not there', `backtest --metric none.csv ${world}`, '--metric: none.csv cannot be read'],
    [
      'a file that is not there, without the words of the system',
      `backtest --metric none.csv ${world}`,
      'no such file or directory\n',
    ],
    ['an empty file', `backtest --metric ${empty} ${world}`, 'it is empty; print the metric into it again'],
    ['another file', `backtest --metric ${text} ${world}`, 'give lines TIMESTAMP,VALUE'],
    ['a fraction', `backtest --metric ${fractions} --nodes 4`, 'multiply it by 100, or give --per-node'],
    ['load without --per-node', `backtest --metric ${load.replace('load', 'none')} --nodes 4`, 'cannot be read'],
    [
      'another unit',
      `backtest --metric ${load} --per-node 0.1 --nodes 4`,
      'would need 4500 nodes of --per-node 0.1; give --per-node in the unit of the metric',
    ],
    [
      'no alarm ever',
      `backtest --metric ${load} --per-node 1000 --nodes 4`,
      '--alarm-at: the alarm never goes off at 70%: the load takes 0.5 of 4 nodes at most; use a lower threshold, fewer --nodes, or a smaller --per-node',
    ],
    [
      'another cluster',
      `backtest --metric ${load} ${world} --cluster edge-wuhan`,
      '--cluster: edge-wuhan is not in functions/config.ts; use edge-beijing\n',
    ],
    [
      'an alarm that no rule matches',
      `backtest --metric ${load} ${world} --alarm wuhan-cpu`,
      '--alarm: no alarm rule of edge-beijing matches wuhan-cpu; its rules are for beijing-*',
    ],
    [
      'a history of alarms that no rule matches',
      `backtest --metric ${foreign} --nodes 4`,
      '--metric: no alarm rule of edge-beijing matches wuhan-cpu; its rules are for beijing-*',
    ],
    [
      'no such nodes',
      `backtest --metric ${load} --per-node 100 --nodes 0`,
      '--nodes: 0 is not possible; use a whole number from 1 to 1000, or a file',
    ],
    [
      'a load as threshold of utilisation',
      `backtest --metric ${load} --nodes 4 --alarm-at 70`,
      '--alarm-at: 70 is a load, and the metric is utilisation; use 70%',
    ],
    ['half a minute', `backtest --metric ${load} ${world} --for 30s`, 'Use whole minutes from 1m to 24h'],
    [
      'no config to compare with',
      `backtest --metric ${load} ${world} --against none.ts`,
      '--against: none.ts cannot be loaded',
    ],
    [
      'no alarm history',
      `backtest --metric ${load} ${world} --alarm-history ${load}`,
      'is no alarm history; give what aws cloudwatch describe-alarm-history prints',
    ],
    [
      'a page that cannot be written',
      `backtest --metric ${load} ${world} --html ${home}`,
      `--html: ${home} cannot be written`,
    ],
    [
      'a page in no folder, before the search',
      `backtest --metric ${load} ${world} --suggest --html ${home}/none/report.html`,
      `--html: ${home}/none/report.html cannot be written; no such file or directory\n`,
    ],
  ])('%s', async (_, line, told) => {
    expectWrongUsage(await run(line), told);
  });

  test('a cluster without an alarm rule', async () => {
    configure({ 'edge-beijing': { ...beijing, alarms: [] } });
    expectWrongUsage(
      await run(`backtest --metric ${load} ${world}`),
      'it has no alarm rule, and so buys for no load; give it one',
    );
  });
});

describe('of several clusters', () => {
  const calm = file(
    'calm.csv',
    csvOf([...Array.from({ length: 10 }, () => 200), ...Array.from({ length: 20 }, () => 300)]),
  );
  const shanghai = {
    ...beijing,
    id: `c${'5'.repeat(32)}`,
    alarms: [{ name: 'shanghai-*', steps: [{ lowerBound: 0, add: 1 }] }],
  };
  const both = { 'edge-beijing': beijing, 'edge-shanghai': shanghai };
  const metrics = `--metric edge-beijing=${load} --metric edge-shanghai=${calm}`;
  const its = '--per-node 100 --nodes 4 --nodes edge-shanghai=3 --task-minutes 1 --join-minutes 1';

  test('each is played with its own metric, policy and nodes, and the last line has what they come to together', async () => {
    configure(both);
    const outcome = await run(`backtest ${metrics} ${its}`);
    expectSuccess(outcome);
    const lines = outcome.stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('With functions/config.ts, edge-'))).toEqual([
      expect.stringContaining('edge-beijing would have bought 1 node'),
      expect.stringContaining('edge-shanghai would have bought 1 node'),
    ]);
    expect(lines.at(-1)).toBe('In all 2 clusters: 2 nodes for 360 CNY, short for 4 min.');
  });

  test('as JSON, each is a line; each has a page of its own', async () => {
    configure(both);
    const html = path.join(home, 'both.html');
    const outcome = await run(`backtest ${metrics} ${its} --json --html ${html}`);
    expectSuccess(outcome);
    const results = outcome.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as BacktestResult);
    expect(results.map(({ cluster, input }) => [cluster, input.initialNodes])).toEqual([
      ['edge-beijing', 4],
      ['edge-shanghai', 3],
    ]);
    for (const { cluster } of results)
      expect(readFileSync(path.join(home, `both-${cluster}.html`), 'utf8')).toContain(`${cluster}</`);
  });

  test.each([
    [
      'a name that the config has not',
      `--metric edge-x=${load} --nodes 4`,
      '--metric: edge-x is not in functions/config.ts; use one of edge-beijing, edge-shanghai',
    ],
    [
      'a file without a name beside others',
      `--metric ${load} --metric edge-beijing=${load} --nodes 4`,
      '--metric: CLUSTER=FILE names the cluster; give it for each file, and no --cluster',
    ],
    [
      'a cluster without nodes',
      `${metrics} --nodes edge-beijing=4`,
      '--nodes: edge-shanghai has none; give --nodes edge-shanghai=N',
    ],
  ])('%s is refused', async (_what, flags, problem) => {
    configure(both);
    expectWrongUsage(await run(`backtest ${flags} --per-node 100`), problem);
  });
});
