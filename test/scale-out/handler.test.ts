import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import { config } from '../../functions/config.ts';
import { checkedConfig } from '../../functions/domain/config-schema.ts';
import { type FunctionStandIns, readLog, startFunctionStandIns } from '../support/function-stand-ins.ts';
import { aManualBody } from '../support/function-world.ts';
import { aPurchase } from '../support/samples.ts';

const clusters = checkedConfig(config).clusters;
const [name = ''] = Object.keys(clusters);
const before = { ...process.env };
let standIns: FunctionStandIns;
let log: readonly string[] = [];

beforeAll(async () => {
  standIns = await startFunctionStandIns(Object.values(clusters));
});
beforeEach(() => {
  log = readLog();
  Object.assign(process.env, standIns.env);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});
afterAll(() => standIns.close());

const aBody = (of: Readonly<Record<string, unknown>>) =>
  aManualBody({ cluster: name, add: 1, requestedAt: new Date().toISOString(), ...of });
const aContext = (ms = 60_000) => ({ getRemainingTimeInMillis: () => ms }) as Context;
const text = (stringValue: string): SQSMessageAttribute => ({ stringValue, dataType: 'String' });

function aRecord(body: string, of: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: 'm-1',
    receiptHandle: 'r-1',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:alerts',
    awsRegion: 'us-east-1',
    ...of,
  };
}

async function invoke(records: readonly SQSRecord[], context = aContext()) {
  const { handler } = await import('../../functions/scale-out/handler.ts');
  return handler({ Records: [...records] }, context);
}

test.each(['TABLE_NAME', 'ACK_SECRET_ID', 'QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'])(
  'a function without %s does not start, and says what is missing',
  async (variable) => {
    delete process.env[variable];
    jest.resetModules();
    await expect(import('../../functions/scale-out/handler.ts')).rejects.toThrow(
      `environment variable ${variable} is missing; the stack sets it`,
    );
    jest.resetModules();
  },
);

describe('the handler of the queue', () => {
  test('buys for a record, once, and reports no failure', async () => {
    const body = aBody({ key: 'once' });
    expect(await invoke([aRecord(body)])).toEqual({ batchItemFailures: [] });
    expect(await invoke([aRecord(body, { messageId: 'm-2' })])).toEqual({ batchItemFailures: [] });
    const [bought, ...more] = standIns.ack.purchases();
    expect([bought?.count, more]).toEqual([1, []]);
    expect(await standIns.ledger.readJobs([`manual/${name}/once`])).toEqual(
      new Map([[`manual/${name}/once`, expect.objectContaining({ outcome: 'accepted', taskId: bought?.taskId })]]),
    );
  });

  test('leaves no secret in table, queues and log', async () => {
    await invoke([aRecord(aBody({ key: 'secret' })), aRecord('no alert', { messageId: 'm-2' })]);
    const all = JSON.stringify([await standIns.items(), await standIns.alerts(), await standIns.deadLetters(), log]);
    expect(all).toContain('accepted');
    for (const secret of standIns.secrets) expect(all).not.toContain(secret);
  });

  test('reads id, receive count and text attributes of a record, and leaves out what SQS would not take again', async () => {
    const messageAttributes = {
      source: text('manual'),
      deferrals: text('2'),
      trace: { binaryValue: 'AAEC', dataType: 'Binary' } as const,
      empty: text(''),
    };
    expect(await invoke([aRecord('poison of its own', { messageId: 'm-77', messageAttributes })])).toEqual({
      batchItemFailures: [],
    });
    const letter = (await standIns.deadLetters()).ready.find(({ body }) => body === 'poison of its own');
    expect(letter?.attributes).toEqual({
      source: 'manual',
      deferrals: '2',
      reason: 'not-json',
      detail: expect.stringContaining('is no JSON'),
      messageId: 'm-77',
    });
  });

  test('names the messages that must come back, and only those', async () => {
    standIns.ack.setFault({ kind: 'error', status: 503, when: 'before', operation: 'DescribeClusterDetail', times: 1 });
    const records = [
      aRecord(aBody({ key: 'failing' }), { messageId: 'm-failing' }),
      aRecord(aBody({ key: 'skipped', reach: 1, add: undefined }), { messageId: 'm-fine' }),
    ];
    expect(await invoke(records)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-failing' }] });
  });

  test('hands back what it has no time for', async () => {
    const record = aRecord(aBody({ key: 'late' }), { messageId: 'm-late' });
    expect(await invoke([record], aContext(30_000))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-late' }] });
  });

  test('fails as a whole over an event that is none of SQS, and logs it', async () => {
    const { handler } = await import('../../functions/scale-out/handler.ts');
    await expect(handler(JSON.parse('{}'), aContext())).rejects.toThrow();
    expect(log.some((line) => line.includes('"batch-failed"'))).toBe(true);
  });

  test('helps to finish a purchase in doubt, and lets the job wait', async () => {
    const seen = await standIns.ledger.readCluster(name);
    const slot = aPurchase({ key: `manual/${name}/doubt`, phase: 'unknown', signedAt: Date.now() - 40 * 60_000 });
    expect(await standIns.ledger.arm(seen, slot)).toBe(true);
    const body = aBody({ key: 'behind' });
    expect(await invoke([aRecord(body)])).toEqual({ batchItemFailures: [] });
    expect((await standIns.alerts()).delayed).toMatchObject([{ body, attributes: { deferrals: '1' } }]);
    const { purchase, done } = await standIns.ledger.readCluster(name);
    // One empty listing, or the task that the other tests have made: either way it was looked for.
    expect(purchase?.emptyListings ?? purchase?.why ?? done[slot.key]).toBeDefined();
  });
});
