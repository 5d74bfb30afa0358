import type { AckClient } from '../adapters/ack/client.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { Recoveries } from '../adapters/notes/recoveries.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import type { Metrics } from '../adapters/telemetry/metrics.ts';
import type { ClockSkewMs } from '../domain/ack/clock-problem.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import type { RecheckAlert } from './recheck-alert.ts';

/** What the protocol works with. */
export interface PurchaseDeps {
  readonly ledger: Ledger;
  readonly recoveries: Pick<Recoveries, 'read'>;
  readonly ack: AckClient;
  readonly recheckAlert: RecheckAlert;
  readonly policyOf: (cluster: string) => ClusterConfig;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Unguessable and never the same twice. */
  readonly newNonce: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clockSkewMs: ClockSkewMs;
}
