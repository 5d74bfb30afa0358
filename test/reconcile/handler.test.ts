import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { config } from '../../functions/config.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { timings } from '../../functions/domain/timings.ts';
import { type FunctionStandIns, readLog, startFunctionStandIns } from '../support/function-stand-ins.ts';
import { aPurchase } from '../support/samples.ts';

const clusters = checkedConfig(config).clusters;
const names = Object.keys(clusters);
const [name = ''] = names;
const before = { ...process.env };
let standIns: FunctionStandIns;
let log: readonly string[] = [];

beforeAll(async () => {
  standIns = await startFunctionStandIns(Object.values(clusters));
});
beforeEach(() => {
  log = readLog();
  Object.assign(process.env, standIns.env);
  // The deployed one has none, unless a cluster opts into rearm.
  delete process.env['LOGIN_SECRET_ID'];
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});
afterAll(() => standIns.close());

const events = () => log.map((line): Record<string, unknown> => JSON.parse(line));

async function invoke(): Promise<unknown> {
  const { handler } = await import('../../functions/reconcile/handler.ts');
  return handler({}, { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 60_000 } as Context);
}

test.each(['TABLE_NAME', 'ACK_SECRET_ID', 'STACK_NAME'])(
  'a function without %s does not start, and says what is missing',
  async (variable) => {
    delete process.env[variable];
    jest.resetModules();
    await expect(import('../../functions/reconcile/handler.ts')).rejects.toThrow(
      `environment variable ${variable} is missing; the stack sets it`,
    );
    jest.resetModules();
  },
);

describe('the handler of the timer', () => {
  test('visits every cluster, and makes its item on first sight', async () => {
    await invoke();
    expect((await standIns.items()).map(({ pk }) => pk).toSorted()).toEqual(
      names.map((one) => `CLUSTER#${one}`).toSorted(),
    );
    expect(events()).toContainEqual(
      expect.objectContaining({ message: 'reconciled', clusters: names.length, failed: 0 }),
    );
  });

  test('moves on what it finds', async () => {
    const slot = aPurchase({ key: `manual/${name}/lost`, signedAt: Date.now() - timings.leaseMs - 1000 });
    await standIns.ledger.arm(await standIns.ledger.readCluster(name), slot);
    await invoke();
    expect((await standIns.ledger.readCluster(name)).purchase).toMatchObject({ key: slot.key, phase: 'unknown' });
  });

  test('fails when a cluster cannot be visited, names it, and says why in the log', async () => {
    const doubt = aPurchase({ key: `manual/${name}/doubt`, phase: 'unknown', signedAt: Date.now() - timings.leaseMs });
    await standIns.ledger.arm(await standIns.ledger.readCluster(name), doubt);
    standIns.ack.setFault({ kind: 'error', status: 503, when: 'before', operation: 'DescribeClusterTasks' });
    await expect(invoke()).rejects.toThrow(`reconcile failed for ${name}`);
    standIns.ack.clearFaults();
    expect(events()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'reconcile-failed',
        cluster: name,
        error: expect.objectContaining({ name: 'AckReadError' }),
      }),
    );
    expect(events()).toContainEqual(
      expect.objectContaining({ message: 'reconciled', failed: 1, function_request_id: 'invocation-1' }),
    );
    // A failed visit has measured its cluster all the same.
    expect(events()).toContainEqual(expect.objectContaining({ cluster: name, DoubtAge: expect.any(Number) }));
    await expect(invoke()).resolves.toBeUndefined();
  });

  test('fails when CloudWatch cannot be asked for alarms that nobody heard, after all clusters were visited', async () => {
    // Nobody listens there.
    Object.assign(process.env, { READ_ALARMS: 'true', AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:1' });
    const due = Math.floor(Date.now() / timings.alarmCheckMs) * timings.alarmCheckMs;
    jest.spyOn(Date, 'now').mockReturnValue(due);
    jest.resetModules();
    await expect(invoke()).rejects.toThrow('reconcile failed for the alarms');
    expect(events()).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'alarm-check-failed' }));
    expect(events()).toContainEqual(expect.objectContaining({ message: 'reconciled', failed: 0 }));
    jest.resetModules();
  });
});
