import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { readFunctionConfig } from '../adapters/config-file.ts';
import { required } from '../adapters/environment.ts';
import { policyOf } from '../domain/config/defaults.ts';
import { timings } from '../domain/timings.ts';
import { createFunctionAdapters, createFunctionEnqueue } from '../purchase/adapters.ts';
import { createRecheckAlert } from '../purchase/recheck-alert.ts';
import { checkLeases } from '../purchase/visit/check-leases.ts';
import { reconcileCluster } from '../purchase/visit/finish-cluster.ts';
import { lookForUnowned } from '../purchase/visit/report-unowned.ts';
import { isDue } from './is-due.ts';
import { checkIntervalMs, raiseMissedAlarms } from './raise-missed-alarms.ts';

const config = readFunctionConfig(process.env);
const adapters = createFunctionAdapters('reconcile', process.env);
const deps = {
  ...adapters,
  recheckAlert: createRecheckAlert(adapters),
  policyOf: (name: string) => policyOf(config, name),
};
const { alarms } = deps;
const stackName = required(process.env, 'STACK_NAME');
const checkEveryMs = checkIntervalMs(config);
const check = alarms && { ...deps, config, stackName, alarms, queue: createFunctionEnqueue(process.env) };

async function handle(_event: unknown, context: Context): Promise<void> {
  deps.log.startInvocation(context.awsRequestId);
  try {
    const now = deps.now();
    await visitClusters(now, now + context.getRemainingTimeInMillis() - timings.jobTimeMs);
  } finally {
    deps.metrics.publish();
  }
}

/** What fails does not keep the others from their visit, and shows as a failed invocation. */
async function visitClusters(now: number, until: number): Promise<void> {
  const names = Object.keys(config.clusters);
  // Those of a call that failed are read apart, where a failure is that of one cluster.
  const read = await deps.ledger.readClusters(names).catch(() => undefined);
  const visits = await Promise.allSettled(names.map((name) => reconcileCluster(name, deps, until, read?.get(name))));
  if (isDue(now, timings.unownedCheckMs)) await Promise.all(names.map((name) => lookForUnowned(name, deps, until)));
  if (isDue(now, timings.leaseCheckMs)) await Promise.all(names.map((name) => checkLeases(name, deps, until)));
  const failed = visits.flatMap((visit, i) =>
    visit.status === 'rejected' ? [{ cluster: names[i], error: visit.reason as unknown }] : [],
  );
  for (const failure of failed) deps.log.error('reconcile-failed', failure);
  deps.log.info('reconciled', { clusters: names.length, failed: failed.length });
  const unchecked = (await lookForAlarms(now)) ? [] : ['the alarms'];
  const parts = [...failed.map(({ cluster }) => cluster), ...unchecked];
  if (parts.length > 0) throw new Error(`reconcile failed for ${parts.join(', ')}`);
}

/** @param startedAt by which it is due or not: visits take longer or shorter. @returns false when it was due, and failed */
async function lookForAlarms(startedAt: number): Promise<boolean> {
  if (!check || !isDue(startedAt, checkEveryMs)) return true;
  try {
    await raiseMissedAlarms(check);
    return true;
  } catch (error) {
    deps.log.error('alarm-check-failed', { error });
    return false;
  }
}

export const handler = middy().handler(handle);
