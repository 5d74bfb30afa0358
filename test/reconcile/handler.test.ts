import { describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { config } from '../../functions/config.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { timings } from '../../functions/domain/timings.ts';
import { asDeployed, startFunctionStandIns, testMissingVariables } from '../support/function-stand-ins.ts';
import { nobody } from '../support/loopback-server.ts';
import { aPurchase } from '../support/samples.ts';

const checked = checkedConfig(config);
const { clusters } = checked;
const names = Object.keys(clusters);
const [name = ''] = names;
const standIns = await startFunctionStandIns(checked);
const { lines } = asDeployed(() => {
  // The deployed one has none, unless a cluster opts into rearm.
  const { LOGIN_SECRET_ID: _, ...env } = standIns.env;
  return env;
});

async function invoke(): Promise<unknown> {
  const { handler } = await import('../../functions/reconcile/handler.ts');
  return handler({}, { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 60_000 } as Context);
}

testMissingVariables(
  ['LAMBDA_TASK_ROOT', 'TABLE_NAME', 'NOTES_TABLE_NAME', 'ACK_SECRET_ID', 'STACK_NAME'],
  () => import('../../functions/reconcile/handler.ts'),
);

describe('the handler of the timer', () => {
  test('visits every cluster, and makes its item on first sight', async () => {
    await invoke();
    expect((await standIns.items()).map(({ pk }) => pk).toSorted()).toEqual(
      names.map((one) => `CLUSTER#${one}`).toSorted(),
    );
    expect(lines()).toContainEqual(
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
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'reconcile-failed',
        cluster: name,
        error: expect.objectContaining({ name: 'AckReadError' }),
      }),
    );
    expect(lines()).toContainEqual(
      expect.objectContaining({ message: 'reconciled', failed: 1, function_request_id: 'invocation-1' }),
    );
    // A failed visit has measured its cluster all the same.
    expect(lines()).toContainEqual(expect.objectContaining({ cluster: name, DoubtAge: expect.any(Number) }));
    await expect(invoke()).resolves.toBeUndefined();
  });

  test('checks the leases of every cluster once an hour', async () => {
    const hour = Math.floor(Date.now() / timings.leaseCheckMs) * timings.leaseCheckMs;
    const now = jest.spyOn(Date, 'now');
    const checked = () =>
      lines()
        .filter((line) => 'NodesLapsed' in line)
        .map((line) => line['cluster']);
    for (const minutes of [1, 30, 59]) {
      now.mockReturnValue(hour + minutes * 60_000);
      await invoke();
      expect(checked()).toEqual([]);
    }
    now.mockReturnValue(hour + 59_999);
    await invoke();
    expect(checked().toSorted()).toEqual(names.toSorted());
    now.mockRestore();
  });

  test('fails when CloudWatch cannot be asked for alarms that nobody heard, after all clusters were visited', async () => {
    Object.assign(process.env, { READ_ALARMS: 'true', AWS_ENDPOINT_URL_CLOUDWATCH: nobody });
    const due = Math.floor(Date.now() / timings.alarmCheckMs) * timings.alarmCheckMs;
    jest.spyOn(Date, 'now').mockReturnValue(due);
    jest.resetModules();
    await expect(invoke()).rejects.toThrow('reconcile failed for the alarms');
    expect(lines()).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'alarm-check-failed' }));
    expect(lines()).toContainEqual(expect.objectContaining({ message: 'reconciled', failed: 0 }));
    jest.resetModules();
  });
});
