// What a preview is made from, on a target: the ledger, the notes, the alarms, and the cluster by the reader's key.
import type { AckClient } from '../../adapters/ack/client.ts';
import { createClockSkew } from '../../adapters/ack/clock-skew.ts';
import type { Config } from '../../domain/config/types.ts';
import { createRecheckAlert } from '../../purchase/recheck-alert.ts';
import { homeOfTarget, type Target } from '../target/target.ts';
import type { PreviewDeps } from './preview-redrive.ts';

export async function connectPreview(target: Target, config: Config, now: () => number): Promise<PreviewDeps> {
  const { connectAck, connectAlarms, connectLedger, connectRecoveries } = await import('../target/connect.ts');
  const clockSkew = createClockSkew(now);
  // On demand: without the reader's key, a dead letter can still be found and moved.
  let client: AckClient | undefined;
  const ack = () => {
    client ??= connectAck(target, 'ack-read', (skewMs, region) => clockSkew.measured(region, skewMs));
    return client;
  };
  return {
    config,
    home: homeOfTarget(target),
    ledger: connectLedger(target),
    recoveries: connectRecoveries(target, now),
    ack: {
      describeCluster: async (id, region) => ack().describeCluster(id, region),
      listNodes: async (id, region) => ack().listNodes(id, region),
    },
    recheckAlert: createRecheckAlert({ alarms: connectAlarms(target), now }),
    clockSkewMs: clockSkew.worstMs,
    now,
  };
}
