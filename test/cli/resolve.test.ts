import { userInfo } from 'node:os';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Cluster, Purchase } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { nobody } from '../support/loopback-server.ts';
import { aPurchase, aStory, aVerdict, aWait, minute } from '../support/samples.ts';
import { configure, expectFailure, expectSuccess, linesOf, run, testWrongUsage } from './run.ts';
import { startStandIns } from './stand-ins.ts';
import { type Outcome, testClusters } from './support.ts';

const parts = await startStandIns();
const { id: clusterId } = testClusters['edge-beijing'];
/** A scale-out of this cluster, as somebody makes it in the console. */
const aTask = (): string => parts.ack.core.consoleScaleOut(clusterId, 3) ?? 'refused';
const [task, otherTask] = [aTask(), aTask()];

const me = userInfo().username;
const cluster = 'edge-beijing';
const key = (name: string) => `manual/${cluster}/${name}`;
const resolve = (line = '') => parts.run(`resolve ${line}`);
const hint = (command: string, name: string) => `npx scale-out ${command} ${key(name)}`;

/** A purchase in the slot of the cluster, signed so many minutes ago. Its nonce is its name. */
async function putIntoSlot(name: string, minutesAgo: number, phase: Purchase['phase'] = 'parked'): Promise<Purchase> {
  const { ledger } = parts;
  const signedAt = Date.now() - minutesAgo * minute;
  const purchase = aPurchase({ key: key(name), nonce: name, signedAt, clusterId, cost: 540, story: aStory() });
  await ledger.arm(await ledger.readCluster(cluster), purchase);
  if (phase !== 'sending') await ledger.mark(cluster, name);
  if (phase === 'parked') await ledger.park(cluster, name, 'T-7, T-8 could be it');
  return purchase;
}

const recordOf = async (name: string) => (await parts.ledger.readJobs([key(name)])).get(key(name));

describe('--accepted', () => {
  let outcome: Outcome;
  let before: Cluster;
  let after: Cluster;
  beforeAll(async () => {
    await putIntoSlot('bought', 1);
    before = await parts.ledger.readCluster(cluster);
    outcome = await resolve(`bought --accepted ${task} --reason 'order 2093 is in the console'`);
    after = await parts.ledger.readCluster(cluster);
  });

  test('settles the purchase with its task, frees the slot, and has its nodes followed', async () => {
    expectSuccess(outcome);
    expect(linesOf(outcome)).toEqual([
      `Using the local engine (process ${process.pid}).`,
      `${key('bought')} is settled as accepted with task ${task}.`,
      expect.stringMatching(new RegExp(`^ {2}by {7}${me}, 20[0-9-]{8} [0-9:]{8} \\+08:00 \\(.* UTC\\)$`)),
      '  reason   order 2093 is in the console',
      `The slot of ${cluster} is free. The reconciler follows the purchase (3 nodes) until it is Ready.`,
      `To see the job: ${hint('show', 'bought')}`,
    ]);
    expect(after.purchase).toBeUndefined();
    expect(after).toMatchObject({ used: before.used, pending: { [key('bought')]: { taskId: task, count: 3 } } });
    expect(await recordOf('bought')).toMatchObject({
      outcome: 'accepted',
      taskId: task,
      resolution: { by: me, reason: 'order 2093 is in the console' },
    });
  });

  test('is told by show, with who, when and why', async () => {
    const { stdout } = await parts.run('show bought');
    expect(stdout).toMatch(
      new RegExp(
        `20[0-9-]{8} .* UTC\\) {2}${me} settled it as accepted with task ${task}: order 2093 is in the console\\.`,
      ),
    );
  });

  test('does nothing more when it is repeated, and says who settled it', async () => {
    const { code, stdout } = await resolve(`bought --accepted ${task} --reason again --json`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      key: key('bought'),
      cluster,
      outcome: 'accepted',
      taskId: task,
      settledAt: expect.stringMatching(/^20.*Z$/),
      resolution: { by: me, reason: 'order 2093 is in the console' },
      next: hint('show', 'bought'),
    });
  });

  test('is refused for the task of another job', async () => {
    await putIntoSlot('second', 1);
    expectFailure(
      await resolve(`second --accepted ${task} --reason r`),
      `error: task ${task} already belongs to ${key('bought')}\n`,
    );
    expect((await parts.ledger.readCluster(cluster)).purchase?.phase).toBe('parked');
  });

  test('is refused for the task of a job that was settled long ago, too', async () => {
    const { ledger } = parts;
    const { purchase } = await ledger.readCluster(cluster);
    if (purchase)
      await ledger.settle(
        await ledger.readCluster(cluster),
        purchase,
        aVerdict({ outcome: 'abandoned', at: Date.now() }),
        0,
      );
    await ledger.forget(cluster, key('bought'), Date.now() + 2 * timings.forgetAfterMs);
    expect((await ledger.readCluster(cluster)).done).not.toHaveProperty([key('bought')]);
    await putIntoSlot('third', 1);
    expectFailure(
      await resolve(`third --accepted ${task} --reason r`),
      `error: task ${task} already belongs to ${key('bought')}\n`,
    );
    expect((await ledger.readCluster(cluster)).purchase?.phase).toBe('parked');
  });
});

describe('--accepted with a task', () => {
  test('that the task list does not have is refused, and the candidates are named', async () => {
    await putIntoSlot('typo', 1);
    const outcome = await resolve('typo --accepted T-nope --reason r');
    expectFailure(
      outcome,
      expect.stringMatching(
        new RegExp(
          `^error: --accepted: T-nope is not among the scale-outs of ${clusterId} since the request was signed; give one of ${otherTask} \\(20.*\\), or add --force if you know that it bought these nodes\\n$`,
        ),
      ),
    );
    expect((await parts.ledger.readCluster(cluster)).purchase?.phase).toBe('parked');
  });

  test('is refused where the list cannot be read, which is no proof', async () => {
    parts.ack.core.setFault({
      ...{ kind: 'error', when: 'before', operation: 'DescribeClusterTasks' },
      ...{ status: 403, code: 'Forbidden' },
    } as const);
    expectFailure(
      await resolve(`typo --accepted ${otherTask} --reason r`),
      expect.stringMatching(/^error: --accepted: .* cannot be checked: .*Forbidden.*; .*--force.*\n$/),
    );
    parts.ack.core.clearFaults();
  });

  test('is taken with --force all the same', async () => {
    expectSuccess(await resolve('typo --accepted T-nope --force --reason r'));
    expect(await recordOf('typo')).toMatchObject({ outcome: 'accepted', taskId: 'T-nope' });
  });

  test('that was wrong is put right, and stays accepted', async () => {
    const before = await parts.ledger.readCluster(cluster);
    expectFailure(
      await resolve('typo --accepted T-nope-either --reason r'),
      expect.stringContaining('T-nope-either is not among'),
    );
    const outcome = await resolve(`typo --accepted ${otherTask} --reason 'mistyped'`);
    expectSuccess(outcome);
    expect(linesOf(outcome)).toContain(`${key('typo')} is settled as accepted with task ${otherTask}.`);
    const after = await parts.ledger.readCluster(cluster);
    expect(after).toMatchObject({
      used: before.used,
      ver: before.ver + 1,
      pending: { [key('typo')]: { ...before.pending[key('typo')], taskId: otherTask } },
      done: { [key('typo')]: { outcome: 'accepted', taskId: otherTask } },
    });
    expect(await recordOf('typo')).toMatchObject({
      outcome: 'accepted',
      taskId: otherTask,
      resolution: { by: me, reason: 'mistyped', replaces: 'T-nope' },
    });
    expect((await parts.run('show typo')).stdout).toContain(
      `settled it as accepted with task ${otherTask} (in place of T-nope): mistyped.`,
    );
  });

  test('is looked up in the cluster that the purchase was sent to, whatever the config names by now', async () => {
    await putIntoSlot('moved', 1);
    expectSuccess(await resolve('moved --accepted T-mistyped --force --reason r'));
    const right = aTask();
    configure({ [cluster]: { ...testClusters[cluster], id: testClusters['edge-shanghai'].id } });
    const outcome = await resolve(`moved --accepted ${right} --reason 'mistyped'`);
    configure();
    expectSuccess(outcome);
    expect(await recordOf('moved')).toMatchObject({ taskId: right, clusterId });
  });

  test('is not replaced by an outcome', async () => {
    expectFailure(
      await resolve('typo --abandon --reason r'),
      expect.stringContaining(`it is already settled as accepted with task ${otherTask}`),
    );
  });

  test('is not replaced where ACK itself named it', async () => {
    const purchase = await putIntoSlot('answered', 1);
    const verdict = aVerdict({ at: Date.now(), taskId: 'T-answered', nonce: 'answered' });
    await parts.ledger.settle(await parts.ledger.readCluster(cluster), purchase, verdict, 0);
    expectFailure(
      await resolve('answered --accepted T-mine --force --reason r'),
      `error: ${key('answered')}: it is accepted with task T-answered, by ACK's own answer: no person can change that\n`,
    );
  });
});

describe('before the fence', () => {
  test.each([
    ['--abandon', '--abandon'],
    ['--abandon-and-ask-again', '--abandon-and-ask-again'],
    ['--rearm', '--abandon-and-ask-again'],
  ])('%s is refused, and told when it becomes possible', async (flag, named) => {
    const { signedAt } = await putIntoSlot('early', 12);
    const { code, stdout, stderr } = await resolve(`early ${flag} --reason 'no order'`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `Using the local engine (process ${process.pid}).\n` });
    const utc = new Date(signedAt + timings.fenceMs).toISOString().slice(11, 19);
    expect(stderr).toMatch(
      new RegExp(
        `^error: ${key('early')}: its request could still execute or show up; ${named} is possible from 20[0-9-]{8} [0-9:]{8} \\+08:00 \\(.*${utc} UTC\\) on, in 25 min\n$`,
      ),
    );
    expect((await parts.ledger.readCluster(cluster)).purchase?.nonce).toBe('early');
    expect(await parts.receive()).toEqual([]);
  });
});

describe('with a clock that is wrong, by which nobody can tell what is possible,', () => {
  test.each([
    ['25 minutes ahead', 25, 'ahead of', '--abandon'],
    ['25 minutes ahead', 25, 'ahead of', '--rearm'],
    ['2 hours behind', -120, 'behind', '--accepted T-8'],
  ])('%s, nothing is settled', async (_, minutesAhead, off, word) => {
    await putIntoSlot('early', 12);
    const now = () => Date.now() + minutesAhead * minute;
    const { code, stderr } = await parts.run(`resolve early ${word} --reason r`, { now });
    expect(stderr).toMatch(
      new RegExp(`^error: the clock of this machine is \\d+ s ${off} that of AWS; set it right: .*\\n$`),
    );
    expect(code).toBe(1);
    expect((await parts.ledger.readCluster(cluster)).purchase).toMatchObject({ phase: 'parked' });
    expect(await parts.receive()).toEqual([]);
  });
});

describe('--abandon', () => {
  let outcome: Outcome;
  let before: Cluster;
  let after: Cluster;
  beforeAll(async () => {
    await putIntoSlot('lost', 38);
    before = await parts.ledger.readCluster(cluster);
    outcome = await resolve(`${key('lost')} --abandon --reason 'no order'`);
    after = await parts.ledger.readCluster(cluster);
  });

  test('settles the purchase as not bought, and gives nodes and money back', async () => {
    expectSuccess(outcome);
    expect(linesOf(outcome)).toContain(`${key('lost')} is settled as abandoned.`);
    expect(linesOf(outcome)).toContain(`The slot of ${cluster} is free. The reservation of 3 nodes is cancelled.`);
    expect(after).toMatchObject({ used: before.used - 3, spent: before.spent - 540 });
    expect(after.purchase).toBeUndefined();
    expect(await parts.receive()).toEqual([]);
  });

  test('is told by show, and repeats without harm', async () => {
    expect((await resolve("lost --abandon --reason 'no order'")).code).toBe(0);
    const { stdout } = await parts.run('show lost');
    expect(stdout).toMatch(
      new RegExp(`UTC\\) {2}No usable answer came\\. ${me} abandoned the purchase: no order\\. It counts`),
    );
  });

  test('leaves nothing for --rearm to ask again', async () => {
    expectFailure(
      await resolve('lost --rearm --reason r'),
      `error: ${key('lost')}: it is already settled as abandoned; ask for nodes with npx scale-out enqueue\n`,
    );
    expect(await parts.receive()).toEqual([]);
  });
});

describe('--abandon-and-ask-again, or --rearm as it was called,', () => {
  const again = key('again-rearmed');
  let outcome: Outcome;
  let sent: readonly string[];
  beforeAll(async () => {
    await putIntoSlot('rearmed', 38);
    outcome = await resolve("rearmed --abandon-and-ask-again --reason 'no order'");
    sent = await parts.receive();
  });

  test('settles the purchase as abandoned, and asks for as many nodes again under a key of its nonce', async () => {
    expectSuccess(outcome);
    expect(linesOf(outcome).slice(-4)).toEqual([
      'Asked again for 3 more nodes, within the current limits.',
      `  key      ${again}`,
      expect.stringMatching(/^ {2}message {2}[0-9a-f-]{36}$/),
      `To see the job: npx scale-out show ${again}`,
    ]);
    expect(sent.map((body) => JSON.parse(body))).toEqual([
      {
        version: 1,
        kind: 'manual',
        key: 'again-rearmed',
        cluster,
        add: 3,
        reason: `again for ${key('rearmed')}: no order`,
        requestedBy: me,
        requestedAt: expect.any(String),
      },
    ]);
    expect(await recordOf('rearmed')).toMatchObject({
      outcome: 'abandoned',
      resolution: { by: me, reason: 'no order', rearmedAs: again },
    });
  });

  test('is told by show, with the new key', async () => {
    const { stdout } = await parts.run('show rearmed');
    expect(stdout).toContain(`${me} abandoned the purchase: no order.`);
    expect(stdout).toContain(`Its nodes were requested again as ${again}.`);
    expect(stdout).toContain(`To see the new request: npx scale-out show ${again}\n`);
  });

  test('asks under the same key when it is repeated, as after a crash between its two steps', async () => {
    const { code, stdout } = await resolve("rearmed --rearm --reason 'the command was cut off' --json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'abandoned', again: { key: again } });
    const [body = ''] = await parts.receive();
    expect(JSON.parse(body)).toMatchObject({
      key: 'again-rearmed',
      add: 3,
      reason: `again for ${key('rearmed')}: no order`,
    });
  });

  test('says how to go on when the queue does not answer after the first step', async () => {
    await putIntoSlot('halfway', 38);
    const environment = { ...parts.aws, AWS_ENDPOINT_URL_SQS: nobody, TABLE_NAME: parts.info.tableName };
    const line = `resolve halfway --rearm --reason 'no order' --queue-url ${nobody}/0/alerts`;
    expectFailure(
      await run(line, environment),
      expect.stringMatching(/settled as abandoned; .* Repeat this command.*ECONNREFUSED/),
    );
    expect((await resolve("halfway --rearm --reason 'no order'")).code).toBe(0);
    expect((await parts.receive()).map((body) => JSON.parse(body).key)).toEqual(['again-halfway']);
  });
});

describe('what is not parked is left alone:', () => {
  test.each<[string, Purchase['phase'], string]>([
    ['a purchase that is being sent', 'sending', 'its purchase is being sent, and the reconciler still looks'],
    ['a purchase that evidence may settle yet', 'unknown', 'its purchase is in doubt, and the reconciler still looks'],
  ])('%s', async (_what, phase, why) => {
    await putIntoSlot('busy', 40, phase);
    expectFailure(await resolve('busy --abandon --reason r'), expect.stringContaining(`${key('busy')}: ${why}`));
  });

  test('a job that bought nothing', async () => {
    const skip = { outcome: 'skipped', reason: 'satisfied', payload: 'add 3', at: 0, story: aStory() } as const;
    await parts.ledger.skip(cluster, key('skipped'), skip);
    expectFailure(await resolve('skipped --accepted T-9 --reason r'), expect.stringContaining('nothing to settle'));
  });

  test('a job that waits', async () => {
    await parts.waits.note(aWait({ key: key('waits'), cluster, at: Date.now() }));
    const { code, stderr } = await resolve('waits --abandon --reason r');
    const why = `error: ${key('waits')}: nothing was bought for it yet: it waits (cooldown)\n`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: why });
  });

  test('a key that nobody knows', async () => {
    expectFailure(
      await resolve('nobody --abandon --reason r'),
      expect.stringMatching(/^error: no job has the key nobody, or [^\n]+\n$/),
    );
  });

  test('a key that means two jobs', async () => {
    const { ledger } = parts;
    for (const name of [cluster, 'edge-shanghai']) await ledger.copy(name, `manual/${name}/both`, aVerdict());
    const { code, stderr } = await resolve('both --abandon --reason r');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: key: both names manual/edge-beijing/both and manual/edge-shanghai/both; give one of them\n',
    });
  });
});

testWrongUsage(parts.engine, [
  ['no key', 'resolve --abandon --reason r', "missing required argument 'key'; see npx scale-out resolve --help"],
  ['no reason', 'resolve k --abandon', "required option '--reason <text>' not specified"],
  ['an empty reason', "resolve k --abandon --reason ' '", 'It is empty'],
  ['a reason that is a novel', `resolve k --abandon --reason ${'r'.repeat(501)}`, 'use at most 500 characters'],
  [
    'no word',
    'resolve k --reason r',
    'no option says whether it was bought; give one of --accepted TASK_ID, --abandon, --abandon-and-ask-again',
  ],
  [
    'two words',
    'resolve k --abandon --rearm --reason r',
    '--abandon and --abandon-and-ask-again cannot be combined; give one of',
  ],
  ['no task', 'resolve k --reason r --accepted', "option '--accepted <task>' argument missing"],
  ['a force without a task', 'resolve k --abandon --force --reason r', '--force goes with --accepted TASK_ID only'],
  ['a task of several words', "resolve k --reason r --accepted 'a task'", 'Use the id of the task'],
  [
    'a rearm without a queue',
    'resolve k --rearm --reason r --table t',
    'the queue: missing, and --table t does not name it',
  ],
]);
