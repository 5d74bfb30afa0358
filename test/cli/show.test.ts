import { describe, expect, test } from '@jest/globals';
import type { Purchase } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { aBasis, aPurchase, aStory, aVerdict, aWait, hour, minute, sampleAt } from '../support/samples.ts';
import { expectFailure, expectSuccess, expectWrongUsage, linesOf, run, tellsOf, testWrongUsage } from './run.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';

const parts = await startStandIns();

const key = (name: string, cluster = 'edge-beijing') => `manual/${cluster}/${name}`;
const basis = aBasis({ used: { before: 2, after: 5 }, spent: { before: 360, after: 900 } });
const story = aStory({ requestedBy: 'alice', decision: 'add 3; buy 3 for 540 CNY', basis });
const now = () => sampleAt + 10 * minute;
const show = (line = '') => parts.run(`show ${line}`, { now });

/** One job in each state, written by the ledger itself. */
async function fillLedger({ ledger, waits }: StandIns): Promise<void> {
  const arm = async (cluster: string, purchase: Purchase) => ledger.arm(await ledger.readCluster(cluster), purchase);
  const accepted = aPurchase({ key: key('accepted'), nonce: 'n1', story });
  const verdict = aVerdict({ story, requestId: 'R-1', at: sampleAt + 2000 });
  await arm('edge-beijing', accepted);
  await ledger.settle(await ledger.readCluster('edge-beijing'), accepted, verdict, 0);
  await ledger.copy('edge-beijing', accepted.key, verdict);
  await ledger.progress(accepted.key, 'T-1', {
    state: 'partial',
    asked: 3,
    got: 2,
    why: 'sold out',
    at: sampleAt + 60_000,
  });

  const uncopied = aPurchase({ key: key('uncopied'), nonce: 'n2', story });
  await arm('edge-beijing', uncopied);
  await ledger.settle(await ledger.readCluster('edge-beijing'), uncopied, aVerdict({ story }), 0);

  const skip = { outcome: 'skipped', reason: 'satisfied', payload: 'add 3', at: sampleAt, story } as const;
  await ledger.skip('edge-beijing', key('skipped'), skip);
  const dryRun = { ...skip, reason: 'dry-run', dryRun: { count: 3, cost: 540 } };
  await ledger.skip('edge-beijing', key('rehearsal'), dryRun);
  for (const cluster of ['edge-beijing', 'edge-shanghai']) await ledger.skip(cluster, key('both', cluster), skip);

  await arm('edge-beijing', aPurchase({ key: key('parked'), nonce: 'n3', story }));
  await ledger.mark('edge-beijing', 'n3');
  await ledger.park('edge-beijing', 'n3', 'T-7, T-8 could be it');
  for (const name of ['waits', 'parked', 'skipped'])
    await waits.note(aWait({ key: key(name), cluster: 'edge-beijing' }));
}
await fillLedger(parts);

test('tells the story of a job by its whole key, with local times and UTC', async () => {
  const outcome = await show(`${key('accepted')}`);
  expectSuccess(outcome);
  const at8 = '2026-11-11 16:00:00 +08:00 (08:00:00 UTC)';
  const blank = ' '.repeat(at8.length);
  expect(linesOf(outcome)).toEqual([
    `Using the local engine (process ${process.pid}).`,
    'manual/edge-beijing/accepted',
    'bought in part: 2 of 3 nodes came',
    `  ${at8}  alice asked for 3 more nodes in edge-beijing: the sale starts.`,
    `  ${at8}  Decided: add 3; buy 3 for 540 CNY.`,
    `  ${blank}  Nodes in that UTC day: 2 before, 5 after.`,
    `  ${blank}  Money in that UTC month: 360 before, 900 after.`,
    `  ${blank}  The request for 3 nodes was sent.`,
    '  2026-11-11 16:00:02 +08:00 (08:00:02 UTC)  ScaleOutCluster accepted it as task T-1 (request R-1).',
    '  2026-11-11 16:01:00 +08:00 (08:01:00 UTC)  Found 2 of 3 nodes Ready, and no more will come: sold out.',
    `  ${blank}  Not Ready yet: 3 nodes.`,
  ]);
});

describe('a key that was given to enqueue', () => {
  test('is found in the cluster that has it', async () => {
    const outcome = await show('skipped');
    expect(outcome.code).toBe(0);
    expect(linesOf(outcome).slice(1, 3)).toEqual([key('skipped'), 'not bought: satisfied']);
  });

  test('is found in every cluster that has it', async () => {
    const { stdout } = await show('both --json');
    expect(JSON.parse(stdout).jobs.map((job: { readonly key: string }) => job.key)).toEqual([
      key('both'),
      key('both', 'edge-shanghai'),
    ]);
  });
});

test('names the state that a listing shows', async () => {
  const { stdout } = await show(`${key('accepted')} --json`);
  expect(JSON.parse(stdout).jobs).toMatchObject([{ state: 'partial', progress: { state: 'partial', got: 2 } }]);
});

test('tells what a dry run would have bought, and prints it as numbers', async () => {
  expect(linesOf(await show(`${key('rehearsal')}`))[2]).toBe('a dry run: would have bought 3 nodes');
  const { stdout } = await show(`${key('rehearsal')} --json`);
  expect(JSON.parse(stdout).jobs).toMatchObject([
    {
      state: 'skipped',
      skip: { reason: 'dry-run', dryRun: { count: 3, cost: 540 } },
      headline: 'a dry run: would have bought 3 nodes',
    },
  ]);
});

test('prints what was decided on as numbers', async () => {
  const { stdout } = await show(`${key('accepted')} --json`);
  expect(JSON.parse(stdout).jobs).toMatchObject([{ verdict: { story: { basis } } }]);
});

test('tells of a verdict that is not copied yet', async () => {
  expect(linesOf(await show(`${key('uncopied')}`))[2]).toBe('bought and on the way: 0 of 3 nodes Ready');
});

test('tells what a job waits for, and until when', async () => {
  const outcome = await show('waits');
  expectSuccess(outcome);
  expect(tellsOf(outcome)).toEqual([
    key('waits'),
    'waiting: cooldown',
    '  2026-11-11 16:00:00 +08:00 (08:00:00 UTC)  A person asked for 3 more nodes in edge-beijing: the sale starts.',
    '  2026-11-11 16:00:00 +08:00 (08:00:00 UTC)  Decided to wait (cooldown): edge cools down for another 10 min.',
    '  2026-11-11 16:10:00 +08:00 (08:10:00 UTC)  From then on it is decided again, when the queue delivers it.',
    'If that is long ago, look at the dead-letter queue: npx scale-out dlq list',
  ]);
  const { stdout } = await show('waits --json');
  expect(JSON.parse(stdout).jobs).toMatchObject([{ state: 'waiting', wait: { reason: 'cooldown', payload: 'add 3' } }]);
  // An hour after its note nobody has its message any more.
  expect((await parts.run('show waits', { now: () => sampleAt + hour })).code).toBe(1);
});

test('tells what a person is to do about a parked purchase', async () => {
  const outcome = await show(`${key('parked')}`);
  expect(linesOf(outcome)[2]).toMatch(/^in doubt and parked/);
  expect(outcome.stdout).toContain('settle it: T-7, T-8 could be it.');
  expect(linesOf(outcome).at(-1)).toContain(`npx scale-out resolve ${key('parked')}`);
});

test('prints the ledger and the story as one JSON object, and the place beside it', async () => {
  const { code, stdout, stderr } = await show(`${key('parked')} --json`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `Using the local engine (process ${process.pid}).\n` });
  const { lookedUp, jobs } = JSON.parse(stdout);
  expect(lookedUp).toEqual([key('parked')]);
  expect(jobs).toMatchObject([
    {
      key: key('parked'),
      cluster: 'edge-beijing',
      state: 'parked',
      purchase: { nonce: 'n3', phase: 'parked', why: 'T-7, T-8 could be it' },
      headline: expect.stringMatching(/parked/),
      next: expect.stringMatching(/resolve/),
    },
  ]);
  expect(jobs[0].moments.at(-1).at).toBe(new Date(sampleAt + timings.fenceMs).toISOString());
});

describe('an unknown key', () => {
  test('fails with all that was looked up, and where it may still be', async () => {
    expectFailure(
      await show('nobody'),
      `error: no job has the key nobody, or ${key('nobody')}, or ${key('nobody', 'edge-shanghai')}; its message may still be on the queue, or on the dead-letter queue (npx scale-out dlq list)\n`,
    );
  });

  test('fails with an empty list as JSON', async () => {
    const { code, stdout } = await show(`${key('nobody')} --json`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ lookedUp: [key('nobody')], jobs: [] });
  });

  test('leaves no item of a cluster behind that the config does not have', async () => {
    expect((await show('manual/typo/accepted')).code).toBe(1);
    expect(await parts.tableKeys()).not.toContain('CLUSTER#typo');
  });
});

test('reads the tables of the environment through the AWS SDK', async () => {
  const { engine, aws, info } = parts;
  const tables = { TABLE_NAME: info.tableName, NOTES_TABLE_NAME: info.notesTableName };
  const outcome = await run('show waits', { ...engine, ...aws, ...tables }, { now });
  expectSuccess(outcome);
  expect(linesOf(outcome)[0]).toBe(`Using TABLE_NAME ${info.tableName}.`);
});

test('without the table of notes it shows what has a record, and warns that it misses what waits', async () => {
  const { engine, aws, info } = parts;
  const environment = { ...engine, ...aws, TABLE_NAME: info.tableName };
  const { code, stderr } = await run('show skipped', environment, { now });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `warning: notes: TABLE_NAME ${info.tableName} names no table of notes, so jobs that wait are missing here; set NOTES_TABLE_NAME, or deploy the stack again\n`,
  });
  expect((await run('show waits', environment, { now })).code).toBe(1);
});

test('fails in one line when the table does not exist', async () => {
  expectFailure(
    await run('show skipped --table typo', { ...parts.aws, NOTES_TABLE_NAME: parts.info.notesTableName }),
    expect.stringMatching(/^error: ResourceNotFoundException: [^\n]+\n$/),
  );
});

testWrongUsage(parts.engine, [
  ['no key', 'show', "missing required argument 'key'; see npx scale-out show --help"],
  ['an empty key', "show ''", "error: value '' is invalid for argument 'key'. It is empty"],
  ['two keys', 'show a b', "too many arguments for 'show'. Expected 1 argument but got 2: a, b; see"],
  ['an unknown option', 'show a --yaml', "unknown option '--yaml'; see npx scale-out show --help"],
  ['a queue alone', 'show a --queue-url https://q/alerts', 'the table: missing, and --queue-url https://q/alerts'],
]);

test('refuses to guess where to work', async () => {
  expectWrongUsage(await run('show a'), 'target: missing; give --stack NAME, ');
});
