// However long its keys and texts are: what is decided to be bought can be settled. Against DynamoDB's limit for an item, as dynalite keeps it.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, test } from '@jest/globals';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { leasesAfter } from '../../functions/domain/decision/leases.ts';
import { newPurchase, verdictOf } from '../../functions/domain/job/purchase.ts';
import { clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { startLedgerTable } from '../../infra/local/aws-stand-ins/ledger-table.ts';
import { decide } from '../support/decide.ts';
import { aFleet, aJob, aPolicy, sampleAt } from '../support/samples.ts';

const table = await startLedgerTable();
const client = new DynamoDBClient({ ...clientOf(table.endpoint), maxAttempts: 1 });
const ledger = createLedger(
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  table.name,
);
afterAll(async () => {
  client.destroy();
  await table.close();
});

/** Three bytes each. */
const wide = (characters: number) => '界'.repeat(characters);
const longest = { key: 2000, reason: 500, requestedBy: 200, said: 300, task: 256, resolution: 500 };
const fills: readonly (readonly [string, typeof longest])[] = [
  ['everything at its longest', longest],
  ['keys at their longest', { key: 2000, reason: 1, requestedBy: 1, said: 1, task: 1, resolution: 1 }],
  ['texts at their longest', { ...longest, key: 40 }],
];

test.each(fills)('a purchase that is decided can be parked and settled, with %s', async (name, of) => {
  const cluster = `edge-${fills.findIndex(([one]) => one === name)}`;
  const limits = { maxNodes: 1000, maxPerPurchase: 1, maxPerDay: 1000 };
  const policy = aPolicy({ limits, alarms: [{ name: wide(255), steps: [{ lowerBound: 0, add: 1 }] }] });
  const resumed = { by: wide(200), reason: wide(500), at: sampleAt };
  await ledger.pause(await ledger.readCluster(cluster), undefined, resumed);
  await ledger.reportUnowned(cluster, {
    taskIds: Array.from({ length: 10 }, (_, i) => wide(of.task) + i),
    at: sampleAt,
  });
  const lapsed = Array.from({ length: 1000 }, (_, i) => ({
    ...{ instanceId: `${i}`.padEnd(64, 'i'), status: 'NotReady', leaseEndsAt: sampleAt },
  }));
  const leases = leasesAfter(undefined, lapsed, policy, { from: sampleAt, to: sampleAt });
  if (leases) await ledger.recordLeases(await ledger.readCluster(cluster), leases);
  for (let n = 0; n < 100; n += 1) {
    const seen = await ledger.readCluster(cluster);
    const key = `manual/${cluster}/${n}/`.padEnd(of.key, 'k');
    const job = aJob({ key, cluster, reason: wide(of.reason), requestedBy: wide(of.requestedBy) });
    const decision = decide({ job, cluster: seen, policy, now: sampleAt, fleet: aFleet({ nodes: 1 }) });
    if (decision.kind !== 'buy') {
      expect(decision).toMatchObject({ kind: 'defer', reason: 'ledger-full' });
      expect(n).toBeGreaterThan(10);
      return;
    }
    const purchase = newPurchase(job, decision, policy, `n-${cluster}-${n}`, sampleAt);
    expect(await ledger.arm(seen, purchase)).toBe(true);
    await ledger.mark(cluster, purchase.nonce);
    expect(await ledger.park(cluster, purchase.nonce, wide(1000))).toBe(true);
    const said = { taskId: wide(of.task), requestId: wide(of.said), code: wide(of.said), message: wide(of.said) };
    const resolution = { by: wide(200), reason: wide(of.resolution), rearmedAs: key };
    const verdict = verdictOf(purchase, sampleAt, { outcome: 'accepted', ...said, resolution });
    expect(await ledger.settle(await ledger.readCluster(cluster), purchase, verdict, 0)).toBe(true);
  }
  throw new Error('the item never became full');
});
