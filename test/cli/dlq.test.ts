import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aPurchase, aStory, aVerdict, hour } from '../support/samples.ts';
import { expectFailure, expectSuccess, tellsOf, testWrongUsage } from './run.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';

const parts = await startStandIns();
beforeEach(() => {
  ids.clear();
});
afterEach(async () => {
  await parts.receive();
  await parts.receiveDead();
});

const key = (name: string) => `manual/edge-beijing/${name}`;
const dlq = (line = '') => parts.run(`dlq ${line}`);
const wouldBuy = 'would buy: add 3 (4 in the cluster, 0 on their way); buy 3 for 540 CNY';
/** Ids of the dead letters of a test, by the name of the letter. */
const ids = new Map<string, string>();
const short = (name: string) => (ids.get(name) ?? '').slice(0, 8);

async function fillLedger({ ledger }: StandIns): Promise<void> {
  const story = aStory();
  await ledger.copy('edge-beijing', key('bought'), aVerdict());
  const skip = { outcome: 'skipped', reason: 'max-per-day', payload: 'add 3', at: 0, story } as const;
  await ledger.skip('edge-beijing', key('skipped'), skip);
}
await fillLedger(parts);

const manual = (name: string, of: object = {}) =>
  JSON.stringify({
    version: 1,
    kind: 'manual',
    key: name,
    cluster: 'edge-beijing',
    add: 3,
    requestedBy: 'ana',
    requestedAt: new Date().toISOString(),
    ...of,
  });

/** As the function puts it there; or, without a reason, as SQS does. */
async function bury(name: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
  const strings = Object.entries(attributes).map(([at, StringValue]) => [at, { DataType: 'String', StringValue }]);
  const { MessageId = '' } = await parts.sqs.send(
    new SendMessageCommand({
      QueueUrl: parts.info.deadLetterQueueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(strings),
    }),
  );
  ids.set(name, MessageId);
}

const poison = { reason: 'not-json', detail: 'the message is no JSON', messageId: 'm-1', source: 'grafana' };

describe('list', () => {
  test('shows the ids, when they were sent, and why they are there', async () => {
    await bury('poison', 'no json', poison);
    await bury('failed', manual('new'));
    const outcome = await dlq('list');
    expectSuccess(outcome);
    expect(tellsOf(outcome)).toEqual([
      expect.stringMatching(
        new RegExp(`^${short('poison')}  20[0-9-]{8} .* \\+08:00  not-json  the message is no JSON$`),
      ),
      expect.stringMatching(new RegExp(`^${short('failed')}  20.* {2}failed +it failed at every receive; see the log`)),
      'To see what a redrive would do: npx scale-out dlq redrive --all --dry-run',
    ]);
  });

  test('leaves them where they are, for others to see at once', async () => {
    await bury('failed', manual('new'));
    for (const _ of [1, 2]) expect(JSON.parse((await dlq('list --json')).stdout).letters).toHaveLength(1);
    expect(await parts.receiveDead()).toHaveLength(1);
  });

  test('prints one JSON object', async () => {
    await bury('poison', 'no json', poison);
    const { stdout } = await dlq('list --json');
    expect(JSON.parse(stdout)).toEqual({
      letters: [
        {
          id: ids.get('poison'),
          sentAt: expect.stringMatching(/^20.*Z$/),
          reason: 'not-json',
          detail: 'the message is no JSON',
          attributes: poison,
        },
      ],
    });
  });

  test('says so when there are none', async () => {
    expect(tellsOf(await dlq('list'))).toEqual(['There are no dead letters.']);
  });

  test('does not say so while somebody else looks at them, or has just stopped halfway', async () => {
    await bury('failed', manual('new'));
    const { sqs, info } = parts;
    const QueueUrl = info.deadLetterQueueUrl;
    const { Messages: [held] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 300 }));
    const said = 'No dead letter is visible. Another command holds about 1, for five minutes at most.';
    expect(tellsOf(await dlq('list'))).toEqual([said]);
    expect(tellsOf(await dlq('redrive --all'))).toEqual([said]);
    expect(JSON.parse((await dlq('list --json')).stdout)).toEqual({ letters: [], held: 1 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: held?.ReceiptHandle }));
  });

  test('shows more than SQS hands out at once', async () => {
    for (let i = 0; i < 23; i += 1) await bury(`letter ${i}`, manual(`new-${i}`));
    const { letters } = JSON.parse((await dlq('list --json')).stdout);
    expect(new Set(letters.map(({ id }: { id: string }) => id))).toEqual(new Set(ids.values()));
    while ((await parts.receiveDead()).length > 0);
  });
});

describe('show', () => {
  test('tells of one by the beginning of its id, with its body and what a redrive would make of it', async () => {
    await bury('failed', manual('new'), { deferrals: '2' });
    const outcome = await dlq(`show ${short('failed')}`);
    expect(outcome.code).toBe(0);
    expect(tellsOf(outcome).slice(0, 6)).toEqual([
      ids.get('failed'),
      expect.stringMatching(/^ {2}sent {7}20.*UTC\)$/),
      '  reason     failed',
      '  detail     it failed at every receive; see the log of the function',
      '  deferrals  2',
      `  redrive    ${key('new')}: ${wouldBuy}`,
    ]);
    expect(JSON.parse(tellsOf(outcome).slice(6).join('\n'))).toMatchObject({ kind: 'manual', key: 'new' });
  });

  test('finds a letter by the id that the alert had in its life', async () => {
    await bury('poison', 'no json', poison);
    const { stdout } = await dlq('show m-1 --json');
    expect(JSON.parse(stdout)).toMatchObject({
      id: ids.get('poison'),
      body: 'no json',
      prospects: [{ kind: 'poison', says: expect.stringMatching(/^poison: would come back: the message/) }],
    });
  });

  test('keeps what a terminal would obey from it', async () => {
    await bury('evil', JSON.stringify({ kind: '\u001b[2J\u001b]0;owned\u0007' }), {
      reason: 'unknown-kind',
      detail: 'x',
    });
    expect((await dlq(`show ${short('evil')}`)).stdout).not.toContain('\u001b');
  });

  test('fails for an id that is not there', async () => {
    expectFailure(
      await dlq('show nobody'),
      'error: no visible dead letter has the id nobody; npx scale-out dlq list\n',
    );
  });
});

describe('redrive --dry-run says what would become of each, and moves nothing:', () => {
  test.each<readonly [string, string | (() => string), Readonly<Record<string, string>>, string]>([
    ['what was bought', manual('bought'), {}, `${key('bought')}: accepted before: replay, buys nothing`],
    ['what was skipped', manual('skipped'), {}, `${key('skipped')}: skipped before: replay, buys nothing`],
    ['what nobody decided', manual('new'), {}, `${key('new')}: ${wouldBuy}`],
    [
      'what is stale',
      // Made when the test runs: the tests before it take a while, and its age is told in minutes.
      () => manual('old', { requestedAt: new Date(Date.now() - 25 * hour).toISOString() }),
      {},
      `${key('old')}: stale: would be skipped: it arose 1500 min ago and is stale after 1440 min`,
    ],
    [
      'what uses a key for something else',
      manual('bought', { add: 4 }),
      {},
      `${key('bought')}: conflict: would come back: key manual/edge-beijing/bought was used before to add 3, and asks now to add 4`,
    ],
    ['poison', 'no json', poison, 'poison: would come back: the message is no JSON (7 characters)'],
    [
      'a cluster that is not ours',
      manual('k', { cluster: 'edge-paris' }),
      {},
      'poison: would come back: cluster: "edge-paris" is not in the config',
    ],
    [
      'an alarm that no cluster takes',
      JSON.stringify({
        version: '4',
        alerts: [
          { status: 'firing', labels: { alertname: 'Disk' }, startsAt: '2026-11-11T08:00:00Z', fingerprint: 'f' },
        ],
      }),
      {},
      'unconfigured: would come back: alerts[0] is left out: no cluster has a rule for alarm Disk',
    ],
    ['a sender that is not known', manual('k'), { source: 'pager' }, 'poison: would come back: its source'],
  ])('%s', async (_what, body, attributes, expected) => {
    await bury('letter', typeof body === 'function' ? body() : body, attributes);
    const outcome = await dlq('redrive --all --dry-run');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const [line = '', last] = tellsOf(outcome);
    expect(line).toMatch(new RegExp(`^${short('letter')}  `));
    expect(line.slice(10)).toContain(expected);
    expect(last).toBe('Nothing was moved: this was a dry run.');
    expect(await parts.receive()).toEqual([]);
    expect(await parts.receiveDead()).toHaveLength(1);
  });

  test('a message that had more jobs when it began to wait, for each of those that are left, too', async () => {
    await bury('letter', manual('new'), { jobs: '2', deferrals: '1' });
    const { letters } = JSON.parse((await dlq('redrive --all --json')).stdout);
    expect(letters).toMatchObject([
      {
        prospects: [
          { kind: 'buy', key: key('new') },
          { kind: 'unconfigured', says: expect.stringContaining('would come back: 1 of its 2 jobs') },
        ],
      },
    ]);
    expect(await parts.receive()).toEqual([]);
    expect(await parts.receiveDead()).toHaveLength(1);
  });

  const saidOf = async (letter: string) => {
    const { letters } = JSON.parse((await dlq('redrive --all --dry-run --json')).stdout);
    const found = letters.find(({ id }: { id: string }) => id === ids.get(letter));
    return found?.prospects[0]?.says;
  };

  test('what waits for a pause', async () => {
    const { ledger } = parts;
    await ledger.pause(await ledger.readCluster('edge-beijing'), { by: 'ana', reason: 'the bill', at: 0 });
    await bury('waits', manual('new'));
    expect(await saidOf('waits')).toBe('would wait (paused): edge-beijing is paused by ana: the bill');
    await ledger.pause(await ledger.readCluster('edge-beijing'), undefined);
  });

  test('what has a purchase in doubt, and what waits for its slot', async () => {
    const { ledger } = parts;
    const purchase = aPurchase({ key: key('parked'), nonce: 'n1', signedAt: Date.now() });
    await ledger.arm(await ledger.readCluster('edge-beijing'), purchase);
    await ledger.mark('edge-beijing', 'n1');
    await bury('waits', manual('new'));
    await bury('doubt', manual('parked'));
    expect(await saidOf('doubt')).toMatch(/^its purchase is unknown; .*: replay, buys nothing$/);
    expect(await saidOf('waits')).toBe(`would wait (busy): the purchase of ${key('parked')} is unknown`);
    const verdict = aVerdict({ nonce: 'n1', outcome: 'abandoned' });
    await ledger.settle(await ledger.readCluster('edge-beijing'), purchase, verdict, 0);
  });
});

describe('redrive', () => {
  test('puts one back as the alert that it was, and takes it off the dead letters', async () => {
    await bury('one', manual('new'), {
      source: 'manual',
      deferrals: '1',
      reason: 'not-json',
      detail: 'd',
      messageId: 'm',
    });
    await bury('other', manual('other'));
    const outcome = await dlq(`redrive ${ids.get('one') ?? ''}`);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(tellsOf(outcome)).toEqual([
      expect.stringMatching(new RegExp(`^${short('one')}  redriven as [0-9a-f]{8}; ${key('new')}: would buy: .*$`)),
      '1 of 1 redriven.',
    ]);
    const [moved, ...others] = await parts.receiveWhole();
    expect(others).toEqual([]);
    expect(JSON.parse(moved?.body ?? '')).toMatchObject({ kind: 'manual', key: 'new' });
    expect(moved?.attributes).toEqual({ source: 'manual', deferrals: '1', arrivedAt: expect.stringMatching(/^\d+$/) });
    expect((await parts.receiveDead()).map((body) => JSON.parse(body).key)).toEqual(['other']);
  });

  test('--all moves all but what would come back at once', async () => {
    await bury('new', manual('new'));
    await bury('bought', manual('bought'));
    await bury('poison', 'no json', poison);
    const { code, stdout } = await dlq('redrive --all --json');
    expect(code).toBe(0);
    const { dryRun, redriven, letters } = JSON.parse(stdout);
    expect({ dryRun, redriven, letters: letters.length }).toEqual({ dryRun: false, redriven: 2, letters: 3 });
    expect((await parts.receive()).map((body) => JSON.parse(body).key).toSorted()).toEqual(['bought', 'new']);
    expect(await parts.receiveDead()).toEqual(['no json']);
  });

  test('moves poison that is named', async () => {
    await bury('poison', 'no json', poison);
    expect((await dlq(`redrive ${short('poison')}`)).code).toBe(0);
    expect(await parts.receive()).toEqual(['no json']);
  });

  test('says so when there is nothing', async () => {
    expect(tellsOf(await dlq('redrive --all'))).toEqual(['There are no dead letters.']);
  });
});

describe('drop', () => {
  test('deletes one for good', async () => {
    await bury('poison', 'no json', poison);
    await bury('other', manual('other'));
    const outcome = await dlq(`drop ${short('poison')} --yes`);
    expect(tellsOf(outcome)).toEqual([`Dropped ${ids.get('poison')}.`]);
    expect((await parts.receiveDead()).map((body) => JSON.parse(body).key)).toEqual(['other']);
    expect(await parts.receive()).toEqual([]);
  });

  test('deletes nothing without --yes', async () => {
    await bury('poison', 'no json', poison);
    const { code, stderr } = await dlq(`drop ${short('poison')}`);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: --yes: missing; a dropped message cannot be restored. See it first: npx scale-out dlq show ${short('poison')}\n`,
    });
    expect(await parts.receiveDead()).toHaveLength(1);
  });
});

testWrongUsage(parts.engine, [
  ['an unknown subcommand', 'dlq purge', "unknown command 'purge'; see npx scale-out dlq --help"],
  ['redrive of nothing', 'dlq redrive', 'no dead letter is named; give an ID or --all'],
  ['redrive of one and of all', 'dlq redrive a --all', 'a and --all cannot be combined'],
  ['show of nothing', 'dlq show', "missing required argument 'id'; see npx scale-out dlq show --help"],
  ['drop of nothing', 'dlq drop --yes', "missing required argument 'id'; see npx scale-out dlq drop --help"],
  ['an argument of list', 'dlq list a', "too many arguments for 'list'"],
  ['no dead-letter queue', 'dlq list --table t', 'the dead-letter queue: missing, and --table t does not name it'],
]);

test('without a subcommand it shows the help, on standard error', async () => {
  const { code, stdout, stderr } = await dlq();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: npx scale-out dlq /);
});
