import { describe, expect, jest, test } from '@jest/globals';
import type { Context, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import { config } from '../../functions/config.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { asDeployed, startFunctionStandIns, testMissingVariables } from '../support/function-stand-ins.ts';
import { aManualBody } from '../support/function-world.ts';
import { aPurchase, aVerdict, minute } from '../support/samples.ts';

const checked = checkedConfig(config);
const { clusters } = checked;
const [name = ''] = Object.keys(clusters);
const standIns = await startFunctionStandIns(checked);
const { log, lines } = asDeployed(() => standIns.env);

const aBody = (of: Readonly<Record<string, unknown>>) =>
  aManualBody({ cluster: name, add: 1, requestedAt: new Date().toISOString(), ...of });
const aContext = (ms = 60_000) => ({ awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => ms }) as Context;
const text = (stringValue: string): SQSMessageAttribute => ({ stringValue, dataType: 'String' });

function aRecord(body: string, of: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: 'm-1',
    receiptHandle: 'r-1',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1798790400000',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: standIns.env.QUEUE_ARN,
    awsRegion: 'us-east-1',
    ...of,
  };
}

async function invoke(records: readonly SQSRecord[], context = aContext()) {
  const { handler } = await import('../../functions/scale-out/handler.ts');
  return handler({ Records: [...records] }, context);
}

testMissingVariables(
  [
    'LAMBDA_TASK_ROOT',
    'TABLE_NAME',
    'NOTES_TABLE_NAME',
    'ACK_SECRET_ID',
    'QUEUE_URL',
    'QUEUE_ARN',
    'DEAD_LETTER_QUEUE_URL',
    'STACK_NAME',
  ],
  () => import('../../functions/scale-out/handler.ts'),
);

describe('the handler of the queue', () => {
  test('buys for a record, once, and reports no failure', async () => {
    const earlier = standIns.ack.purchases().length;
    const body = aBody({ key: 'once' });
    expect(await invoke([aRecord(body)])).toEqual({ batchItemFailures: [] });
    expect(await invoke([aRecord(body, { messageId: 'm-2' })])).toEqual({ batchItemFailures: [] });
    const [bought, ...more] = standIns.ack.purchases().slice(earlier);
    expect([bought?.count, more]).toEqual([1, []]);
    expect(await standIns.ledger.readJobs([`manual/${name}/once`])).toEqual(
      new Map([[`manual/${name}/once`, expect.objectContaining({ outcome: 'accepted', taskId: bought?.taskId })]]),
    );
  });

  test('tells on each line of the log to which invocation it belongs, and ends it with its metrics', async () => {
    await invoke([aRecord(aBody({ key: 'counted', dryRun: true }))]);
    const metrics = lines().filter((line) => '_aws' in line);
    const told = lines().filter((line) => !('_aws' in line));
    expect(told.map(({ message }) => message)).toEqual(['decided', 'job']);
    for (const line of told) expect(line).toMatchObject({ function_request_id: 'invocation-1' });
    expect(lines().slice(-metrics.length)).toEqual(metrics);
    expect(metrics).toContainEqual(expect.objectContaining({ source: 'manual', AlertsReceived: 1 }));
    expect(metrics).toContainEqual(expect.objectContaining({ kind: 'skip', reason: 'dry-run', Decisions: 1 }));
    for (const line of metrics) expect(line).toMatchObject({ service: standIns.env.STACK_NAME });
  });

  test('leaves no secret in table, queues and log', async () => {
    await invoke([aRecord(aBody({ key: 'secret' })), aRecord('no alert', { messageId: 'm-2' })]);
    const all = JSON.stringify([await standIns.items(), await standIns.alerts(), await standIns.deadLetters(), log()]);
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
      arrivedAt: '1798790400000',
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
    expect(log().some((line) => line.includes('"batch-failed"'))).toBe(true);
  });

  test('takes no record of another queue: it handles none of the batch, and fails loudly', async () => {
    const earlier = standIns.ack.purchases().length;
    const stray = { eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:orders' };
    await expect(invoke([aRecord(aBody({ key: 'stray' }), stray)])).rejects.toThrow(
      `a record of ${stray.eventSourceARN} came to the function of ${standIns.env.QUEUE_ARN}`,
    );
    expect(log().some((line) => line.includes('"batch-failed"') && line.includes(stray.eventSourceARN))).toBe(true);
    expect(standIns.ack.purchases()).toHaveLength(earlier);
  });

  test('takes alarms of the account and the Region of its queue only', async () => {
    const alarm = (AlarmArn: string) =>
      JSON.stringify({
        AlarmName: 'edge-beijing-cpu',
        AlarmArn,
        NewStateValue: 'ALARM',
        StateChangeTime: new Date().toISOString(),
      });
    const foreign = [
      alarm('arn:aws:cloudwatch:us-east-1:111122223333:alarm:edge-beijing-cpu'),
      alarm('arn:aws:cloudwatch:eu-west-1:000000000000:alarm:edge-beijing-cpu'),
    ];
    const earlier = standIns.ack.purchases().length;
    expect(await invoke(foreign.map((body, i) => aRecord(body, { messageId: `m-alarm-${i}` })))).toEqual({
      batchItemFailures: [],
    });
    const { ready } = await standIns.deadLetters();
    expect(ready.filter(({ body }) => foreign.includes(body)).map(({ attributes }) => attributes['reason'])).toEqual([
      'invalid-field',
      'invalid-field',
    ]);
    expect(standIns.ack.purchases()).toHaveLength(earlier);
  });

  test('shows how far the clocks differ when that keeps a purchase back', async () => {
    const gateway = await standIns.startGateway(10 * minute);
    process.env['ACK_ENDPOINT'] = gateway.url;
    jest.resetModules();
    try {
      expect(await invoke([aRecord(aBody({ key: 'skewed' }))])).toEqual({ batchItemFailures: [] });
    } finally {
      jest.resetModules();
      await gateway.close();
    }
    expect(gateway.core.purchases()).toEqual([]);
    const [skew] = lines().flatMap(({ ClockSkew }) => (ClockSkew === undefined ? [] : [ClockSkew].flat()));
    expect(Number(skew)).toBeCloseTo(600, -1);
    expect(lines()).toContainEqual(expect.objectContaining({ reason: 'clock-skew', Deferrals: 1 }));
  });

  test('helps to finish a purchase in doubt, and lets the job wait', async () => {
    const seen = await standIns.ledger.readCluster(name);
    const slot = aPurchase({ key: `manual/${name}/doubt`, phase: 'unknown', signedAt: Date.now() - 40 * 60_000 });
    expect(await standIns.ledger.arm(seen, slot)).toBe(true);
    const body = aBody({ key: 'behind' });
    expect(await invoke([aRecord(body)])).toEqual({ batchItemFailures: [] });
    const { delayed } = await standIns.alerts();
    expect(delayed).toContainEqual(
      expect.objectContaining({ body, attributes: { arrivedAt: expect.stringMatching(/^\d+$/), deferrals: '1' } }),
    );
    // The tasks that the other tests have made are settled, so none of them could be it: the listing counts as empty.
    const { purchase } = await standIns.ledger.readCluster(name);
    expect(purchase).toEqual({ ...slot, emptyListings: 1 });
    // The other tests buy, in whatever order they run.
    await standIns.ledger.settle(
      await standIns.ledger.readCluster(name),
      slot,
      aVerdict({ nonce: slot.nonce, outcome: 'abandoned', at: Date.now() }),
      0,
    );
  });
});
