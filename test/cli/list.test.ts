import { expect, test } from '@jest/globals';
import type { Purchase } from '../../functions/domain/job/purchase.ts';
import { aPurchase, aStory, aVerdict, aWait, minute, sampleAt } from '../support/samples.ts';
import { expectSuccess, tellsOf, testWrongUsage } from './run.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';
import type { Outcome } from './support.ts';

const parts = await startStandIns();

const key = (name: string, cluster = 'edge-beijing') => `manual/${cluster}/${name}`;
const list = (line = '') => parts.run(`list ${line}`, { now: () => sampleAt + 10 * minute });
const keysOf = ({ stdout }: Outcome): string[] =>
  JSON.parse(stdout).jobs.map((job: { readonly key: string }) => job.key.split('/').at(-1));

async function fillLedger({ ledger, waits }: StandIns): Promise<void> {
  const arm = async (cluster: string, purchase: Purchase) => ledger.arm(await ledger.readCluster(cluster), purchase);
  const story = aStory();
  const skip = { outcome: 'skipped', reason: 'satisfied', payload: 'add 3' } as const;
  await ledger.skip('edge-beijing', key('skipped'), { ...skip, at: sampleAt + minute, story });
  const dryRun = { ...skip, reason: 'dry-run', dryRun: { count: 3, cost: 540 } };
  await ledger.skip('edge-shanghai', key('rehearsal', 'edge-shanghai'), { ...dryRun, at: sampleAt, story });
  await ledger.copy('edge-beijing', key('bought'), aVerdict({ at: sampleAt + 2 * minute, count: 1 }));
  await ledger.progress(key('bought'), 'T-1', { state: 'completed', readyNodes: 1, at: sampleAt + 9 * minute });
  const refused = aVerdict({ outcome: 'rejected', code: 'QuotaExceeded', at: sampleAt + 3 * minute });
  await ledger.copy('edge-shanghai', key('refused', 'edge-shanghai'), refused);
  const alarm = { source: 'cloudwatch', intent: { kind: 'breach', alarm: 'beijing-cpu' } } as const;
  await ledger.copy(
    'edge-beijing',
    key('alarm'),
    aVerdict({ at: sampleAt + 4 * minute, count: 2, story: aStory(alarm) }),
  );

  const uncopied = aPurchase({ key: key('uncopied'), nonce: 'n1', story });
  await arm('edge-beijing', uncopied);
  await ledger.settle(await ledger.readCluster('edge-beijing'), uncopied, aVerdict({ at: sampleAt + 5 * minute }), 0);
  await arm('edge-shanghai', aPurchase({ key: key('parked', 'edge-shanghai'), nonce: 'n2', story }));
  await ledger.mark('edge-shanghai', 'n2');
  await ledger.park('edge-shanghai', 'n2', 'T-7, T-8 could be it');
  await waits.note(aWait({ key: key('waits'), cluster: 'edge-beijing', at: sampleAt + 1.5 * minute }));
  // They waited once: each has its record, its slot or its verdict now.
  for (const [name, cluster] of [['alarm'], ['uncopied'], ['parked', 'edge-shanghai']] as const)
    await waits.note(aWait({ key: key(name, cluster), cluster: cluster ?? 'edge-beijing', at: sampleAt + 30_000 }));
}
await fillLedger(parts);

test('lists what is unfinished first, then the jobs with an outcome, newest first', async () => {
  const outcome = await list();
  expectSuccess(outcome);
  expect(tellsOf(outcome)).toEqual([
    'TIME                        STATE      NODES               SENDER      KEY',
    `2026-11-11 16:05:00 +08:00  accepted   3 nodes             manual      ${key('uncopied')}`,
    `2026-11-11 16:00:00 +08:00  parked     3 nodes             manual      ${key('parked', 'edge-shanghai')}`,
    `2026-11-11 16:04:00 +08:00  accepted   2 nodes             cloudwatch  ${key('alarm')}`,
    `2026-11-11 16:03:00 +08:00  rejected   -                   manual      ${key('refused', 'edge-shanghai')}`,
    `2026-11-11 16:02:00 +08:00  completed  1 node              manual      ${key('bought')}`,
    `2026-11-11 16:01:30 +08:00  waiting    -                   manual      ${key('waits')}`,
    `2026-11-11 16:01:00 +08:00  skipped    -                   manual      ${key('skipped')}`,
    `2026-11-11 16:00:00 +08:00  skipped    dry run of 3 nodes  manual      ${key('rehearsal', 'edge-shanghai')}`,
  ]);
});

test('prints one JSON object, with instants in UTC and the reasons', async () => {
  const { stdout, stderr } = await list('--state parked --json');
  expect(stderr).toBe(`Using the local engine (process ${process.pid}).\n`);
  expect(JSON.parse(stdout)).toEqual({
    jobs: [
      {
        key: key('parked', 'edge-shanghai'),
        cluster: 'edge-shanghai',
        state: 'parked',
        at: '2026-11-11T08:00:00.000Z',
        source: 'manual',
        count: 3,
        cost: 0,
        why: 'T-7, T-8 could be it',
      },
    ],
  });
});

test('prints what a dry run would have bought', async () => {
  const { stdout } = await list('--state skipped --cluster edge-shanghai --json');
  expect(JSON.parse(stdout)).toEqual({
    jobs: [
      {
        key: key('rehearsal', 'edge-shanghai'),
        cluster: 'edge-shanghai',
        state: 'skipped',
        at: '2026-11-11T08:00:00.000Z',
        source: 'manual',
        dryRun: { count: 3, cost: 540 },
        why: 'dry-run: add 3; buy 3',
      },
    ],
  });
});

test.each<[string, string, string[]]>([
  ['one cluster', '--cluster edge-shanghai', ['parked', 'refused', 'rehearsal']],
  ['one state', '--state completed', ['bought']],
  ['accepted jobs, the uncopied one included', '--state accepted', ['uncopied', 'alarm', 'bought']],
  ['one state by the word of its event', '--state ready', ['bought']],
  ['what an event calls bought', '--state bought', ['uncopied', 'alarm', 'bought']],
  ['what an event calls refused', '--state refused', ['skipped', 'rehearsal']],
  ['what an event calls in doubt', '--state in-doubt', []],
  ['one kind of sender', '--source cloudwatch', ['alarm']],
  ['what is not older than an instant', '--since 2026-11-11T08:04:00Z', ['uncopied', 'alarm']],
  ['what is not newer than an instant', '--until 2026-11-11T08:01:00Z', ['parked', 'skipped', 'rehearsal']],
  ['what is not older than a day', '--since 2026-11-12', []],
  [
    'a long time',
    '--since 999999d --limit 1000',
    ['uncopied', 'parked', 'alarm', 'refused', 'bought', 'waits', 'skipped', 'rehearsal'],
  ],
  ['what waits, and not what waited once', '--state waiting', ['waits']],
])('a filter leaves %s', async (_what, filter, expected) => {
  const outcome = await list(`${filter} --json`);
  expect(outcome.code).toBe(0);
  expect(keysOf(outcome)).toEqual(expected);
});

test('prints comma-separated values, and all else beside them', async () => {
  const { code, stdout, stderr } = await list('--limit 1 --state completed --csv');
  expect(code).toBe(0);
  expect(stdout).toBe(
    `at,state,nodes,sender,cluster,key,task\n2026-11-11T08:02:00.000Z,completed,1,manual,edge-beijing,${key('bought')},T-1\n`,
  );
  expect(stderr).toBe(`Using the local engine (process ${process.pid}).\n`);
});

test('says so when no job is like that', async () => {
  const outcome = await list('--state sending');
  expect({ code: outcome.code, rows: tellsOf(outcome) }).toEqual({ code: 0, rows: ['No job matches.'] });
});

test('prints the command for the next page, which shows what comes after, and no slot again', async () => {
  const first = await list('--limit 2 --since 2026-11-11');
  const [more = ''] = tellsOf(first).slice(-1);
  expect(tellsOf(first)).toHaveLength(6);
  expect(more).toMatch(/^More: npx scale-out list --since 2026-11-11 --limit 2 --cursor [\w-]+$/);
  const second = await list(more.split(' ').slice(4).join(' '));
  expect(
    tellsOf(second)
      .slice(1, 3)
      .map((row) => row.split('/').at(-1)),
  ).toEqual(['bought', 'waits']);
});

test('goes on from a cursor as JSON until there is none', async () => {
  const seen: string[] = [];
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page += 1) {
    const outcome = await list(`--limit 1 --json ${cursor === undefined ? '' : `--cursor ${cursor}`}`);
    seen.push(...keysOf(outcome));
    cursor = JSON.parse(outcome.stdout).cursor;
  }
  expect(seen).toEqual(['uncopied', 'parked', 'alarm', 'refused', 'bought', 'waits', 'skipped', 'rehearsal']);
});

test('lists a cluster that the config has no more, with a warning, and leaves no item of it behind', async () => {
  await parts.ledger.copy('edge-old', key('old', 'edge-old'), aVerdict());
  const outcome = await list('--cluster edge-old --json');
  expect(keysOf(outcome)).toEqual(['old']);
  expect(outcome.stderr).toContain(
    'warning: --cluster: edge-old is not in functions/config.ts; it has edge-beijing and edge-shanghai\n',
  );
  expect(await parts.tableKeys()).not.toContain('CLUSTER#edge-old');
});

test('refuses a cluster that neither the config nor a job has', async () => {
  const { code, stderr } = await list('--cluster edge-paris');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: cluster: "edge-paris" is not in functions/config.ts; use edge-beijing or edge-shanghai\n',
  });
});

testWrongUsage(parts.engine, [
  ['an unknown state', 'list --state lost', "argument 'lost' is invalid. Allowed choices are accepted, completed,"],
  ['an unknown sender', 'list --source pager', "argument 'pager' is invalid. Allowed choices are cloudwatch"],
  ['a time that is none', 'list --since yesterday', 'Use 30m, 12h, 7d, a UTC day'],
  ['a day that does not exist', 'list --since 2026-02-30', 'Use 30m, 12h, 7d, a UTC day'],
  ['a page of nothing', 'list --limit 0', 'Use a whole number from 1 to 1000'],
  ['a cursor of something else', 'list --cursor abc', 'Use the cursor that the previous page printed'],
  ['an argument', 'list edge-beijing', "too many arguments for 'list'"],
]);
