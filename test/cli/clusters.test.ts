import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { aPurchase, aStory, aVerdict, day, hour, minute, sampleAt } from '../support/samples.ts';
import { configure, expectSuccess, linesOf, run, testWrongUsage } from './run.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';
import { testClusters } from './support.ts';

const now = sampleAt;
jest.spyOn(Date, 'now').mockReturnValue(now);
const parts = await startStandIns();
beforeEach(() => configure());

const key = (name: string) => `manual/edge-beijing/${name}`;
const clusters = (line = '') => parts.run(`clusters ${line}`);
const at8 = expect.stringMatching(/until 20[0-9-]{8} [0-9:]{8} \+08:00 \(.* UTC\)$/);

/** In Beijing a purchase of 2 minutes ago, whose nodes are on their way, and one that is parked for 40 minutes. */
async function fillLedger({ ledger }: StandIns): Promise<void> {
  const story = aStory();
  const bought = aPurchase({ key: key('bought'), nonce: 'n1', signedAt: now - 2 * minute, count: 2, cost: 360, story });
  const verdict = aVerdict({ nonce: 'n1', count: 2, cost: 360, taskId: 'T-1', at: now - 2 * minute, story });
  await ledger.arm(await ledger.readCluster('edge-beijing'), bought);
  await ledger.settle(await ledger.readCluster('edge-beijing'), bought, verdict, now + 8 * minute);
  await ledger.copy('edge-beijing', bought.key, verdict);
  const doubt = aPurchase({
    key: key('doubt'),
    nonce: 'n2',
    signedAt: now - 40 * minute,
    count: 1,
    cost: 180.1,
    story,
  });
  await ledger.arm(await ledger.readCluster('edge-beijing'), doubt);
  await ledger.mark('edge-beijing', 'n2');
  await ledger.park('edge-beijing', 'n2', 'T-7, T-8 could be it');
}
await fillLedger(parts);

test('tells of every cluster what it has, what is on its way or in doubt, and what it may still buy', async () => {
  const outcome = await clusters();
  expectSuccess(outcome);
  expect(linesOf(outcome)).toEqual([
    `Using the local engine (process ${process.pid}).`,
    'edge-beijing',
    '  nodes     4, all Ready, 2 on their way',
    expect.stringMatching(/^ {2}slot {6}parked for 4[0-9] min, 1 node: manual\/edge-beijing\/doubt$/),
    '  today     3 of 10 nodes bought',
    '  month     540.1 of 6000 CNY spent, 5459.9 left',
    at8,
    expect.stringMatching(/^ {2}last {6}2 nodes, \d+ (s|min) ago: manual\/edge-beijing\/bought$/),
    'edge-shanghai',
    '  nodes     4, all Ready',
    '  slot      free',
    '  today     0 of 10 nodes bought',
    '  month     no budget',
    '  cooldown  over',
    '  last      no purchase in 90 days',
  ]);
});

test('prints one JSON object, with null for what is not so', async () => {
  const { code, stdout } = await clusters('--json');
  expect(code).toBe(0);
  const [beijing, shanghai] = JSON.parse(stdout).clusters;
  expect(beijing).toEqual({
    cluster: 'edge-beijing',
    nodes: { total: 4, ready: 4 },
    pending: 2,
    overdue: 0,
    limits: { maxNodes: 20, maxPerPurchase: 5, maxPerDay: 10, budgetPerMonth: 6000 },
    slot: {
      phase: 'parked',
      key: key('doubt'),
      count: 1,
      cost: 180.1,
      signedAt: new Date(now - 40 * minute).toISOString(),
    },
    today: { used: 3, limit: 10 },
    month: { spent: 540.1, budget: 6000, left: 5459.9, currency: 'CNY' },
    cooldownUntil: new Date(now + 8 * minute).toISOString(),
    paused: null,
    resumed: null,
    lastPurchase: { key: key('bought'), at: new Date(now - 2 * minute).toISOString(), count: 2, taskId: 'T-1' },
  });
  expect(shanghai).toMatchObject({ slot: null, cooldownUntil: null, lastPurchase: null, month: { spent: 0 } });
});

describe('a cluster whose nodes cannot be counted says so in words and by its exit code, and all else is told:', () => {
  test('one that ACK does not know', async () => {
    configure({ 'edge-beijing': { ...testClusters['edge-beijing'], id: 'Ce15e0000000000000000000000000000' } });
    const outcome = await clusters();
    expect(outcome).toMatchObject({ code: 5, stderr: 'error: the nodes of edge-beijing cannot be read\n' });
    expect(linesOf(outcome)[2]).toMatch(
      /^ {2}nodes {5}not known, 2 on their way: AckReadError: DescribeClusterNodes: /,
    );
    expect(linesOf(outcome)).toContain('  today     3 of 10 nodes bought');
  });

  test('one whose key nobody names', async () => {
    const outcome = await run(`clusters --table ${parts.info.tableName}`, { ...parts.aws });
    expect(linesOf(outcome)[2]).toBe(
      '  nodes     not known, 2 on their way: the secret of the RAM key that reads is not known; give --stack NAME, or set ACK_READ_SECRET_ID',
    );
  });
});

test('reads the key from the secret of the environment', async () => {
  const { aws, info } = parts;
  const variables = { ACK_READ_SECRET_ID: 'edge/ack-read', ACK_ENDPOINT: info.endpoints.ack };
  const outcome = await run(`clusters --table ${info.tableName}`, { ...aws, ...variables });
  expect(linesOf(outcome)[2]).toBe('  nodes     4, all Ready, 2 on their way');
});

test('tells what scaled a cluster that the config calls exclusive', async () => {
  const exclusive = { ...testClusters['edge-beijing'], exclusive: true };
  configure({ 'edge-beijing': exclusive });
  await parts.ledger.reportUnowned('edge-beijing', { taskIds: ['T-8', 'T-9'], at: now });
  expect(linesOf(await clusters())[2]).toMatch(/^ {2}others {4}T-8, T-9 scaled it, .* UTC\): it is not exclusive$/);
  const { stdout } = await clusters('--json');
  expect(JSON.parse(stdout).clusters[0].unowned).toEqual({ taskIds: ['T-8', 'T-9'], at: new Date(now).toISOString() });
});

test('tells which alert has bought as often as it may, and stood, where one may ask again', async () => {
  const policy = testClusters['edge-beijing'];
  const stillShort = { key: 'grafana/edge/a', times: 2, why: 'it has bought 3 times', at: now };
  await parts.ledger.reportStillShort('edge-beijing', stillShort);
  const alarms = policy.alarms.map((rule) => ({ ...rule, again: { afterMinutes: 5, times: 2 } }));
  configure({ 'edge-beijing': { ...policy, alarms } });
  expect((await clusters()).stdout).toMatch(
    /^ {2}short {5}grafana\/edge\/a may buy no more, and stood, .* UTC\): it has bought 3 times$/m,
  );
  const jsonOf = async () => JSON.parse((await clusters('--json')).stdout).clusters[0];
  expect((await jsonOf()).stillShort).toEqual({ ...stillShort, at: new Date(now).toISOString() });
  configure({ 'edge-beijing': policy });
  expect(await jsonOf()).not.toHaveProperty('stillShort');
});

describe('leases that end', () => {
  const { id } = testClusters['edge-beijing'];
  const { core } = parts.ack;
  const nodeIds = core.nodesOf(id).map(({ instanceId }) => instanceId);
  const [soon = '', later = '', over = '', far = ''] = nodeIds;
  /** Two in six days, one that is over for two days and not Ready, one that ends in a year. */
  const end = () => {
    for (const one of [soon, later]) core.setLease(id, one, now + 6 * day + (one === later ? hour : 0));
    core.setLease(id, over, now - 2 * day);
    core.setLease(id, far, now + 365 * day);
  };
  const remember = async () => {
    const lapsed = [{ id: over, endedAt: now - 2 * day, since: now - day }];
    const seen = await parts.ledger.readCluster('edge-beijing');
    await parts.ledger.recordLeases(seen, { at: now + (seen.leases?.at ?? 0), lapsed, expiring: [] });
  };

  test('are listed by day, with those that are over', async () => {
    end();
    const outcome = await clusters('--expiring 14d');
    expectSuccess(outcome);
    expect(linesOf(outcome).slice(1)).toEqual([
      'edge-beijing',
      `  2026-11-09  1 node   over for 2 d, 0 Ready: ${over}`,
      `  2026-11-17  2 nodes  in 6 d, all Ready, nothing renews them: ${soon}, ${later}`,
      'edge-shanghai',
      expect.stringMatching(/^ {2}no lease ends until 2026-11-25 .*UTC\)$/),
    ]);
    expect((await clusters('--expiring 5d')).stdout).not.toContain(soon);
  });

  test('say which nodes do not count any more, as the state of the cluster does', async () => {
    end();
    await remember();
    expect((await clusters('--expiring 1d')).stdout).toContain(`over for 2 d, 0 Ready, 1 not counted: ${over}`);
    expect(linesOf(await clusters())[2]).toBe(
      '  nodes     4, 3 Ready, 1 not counted, as their lease is over, 2 on their way',
    );
    expect(JSON.parse((await clusters('--json')).stdout).clusters[0].nodes).toEqual({ total: 4, ready: 3, lapsed: 1 });
  });

  test('say that they will be renewed where auto-renewal is on', async () => {
    end();
    const { worker } = testClusters['edge-beijing'];
    const renewing = { ...worker, worker_auto_renew: true, worker_auto_renew_period: 1 };
    configure({ 'edge-beijing': { ...testClusters['edge-beijing'], worker: renewing } });
    expect((await clusters('--expiring 14d')).stdout).toContain('in 6 d, all Ready, will be renewed: ');
  });

  test('are one JSON object', async () => {
    end();
    await remember();
    const { code, stdout } = await clusters('--expiring 1d --json');
    expect(code).toBe(0);
    const endsAt = new Date(now - 2 * day).toISOString();
    expect(JSON.parse(stdout)).toEqual({
      until: new Date(now + day).toISOString(),
      clusters: [
        {
          ...{ cluster: 'edge-beijing', renews: false, endUnknown: 0 },
          days: [{ day: '2026-11-09', nodes: [{ id: over, endsAt, ready: false, counts: false }] }],
        },
        { cluster: 'edge-shanghai', renews: false, endUnknown: 0, days: [] },
      ],
    });
  });

  test('of a cluster that cannot be read say so, by the exit code as well', async () => {
    configure({ 'edge-beijing': { ...testClusters['edge-beijing'], id: 'Ce15e0000000000000000000000000000' } });
    const outcome = await clusters('--expiring 14d');
    expect(outcome).toMatchObject({ code: 5, stderr: 'error: the nodes of edge-beijing cannot be read\n' });
    expect(linesOf(outcome)[2]).toMatch(/^ {2}not known: AckReadError: DescribeClusterNodes: /);
    const { stdout } = await clusters('--expiring 14d --json');
    expect(JSON.parse(stdout).clusters[0]).toMatchObject({ cluster: 'edge-beijing', unknown: expect.any(String) });
  });
});

test('never prints a key', async () => {
  const { stdout, stderr } = await clusters('--json');
  expect(stdout + stderr).not.toContain('secret-0123456789');
});

testWrongUsage(parts.engine, [
  ['an argument', 'clusters edge-beijing', "too many arguments for 'clusters'"],
  ['a time that is none', 'clusters --expiring soon', 'Use 90s, 30m, 12h or 7d'],
  ['a queue alone', 'clusters --queue-url https://q/alerts', 'the table: missing, and --queue-url https://q/alerts'],
]);
