// Everything that can go wrong at a call, by kind. Each row of the classification table is here, as the gateway, the
// service or the network would cause it.

import type { Fault as CoreFault } from '../../functions/backtest/world/ack/fault-schema.ts';
import type { RawAnswer } from '../../functions/domain/ack/classify-response.ts';

export type CallKind =
  | 'read'
  /** A read of many items. */
  | 'batch'
  | 'write'
  /** A queue call. */
  | 'message'
  | 'look'
  /** A question about an alarm. */
  | 'alarm'
  | 'purchase'
  | 'acknowledge';

/** Calls after which nothing is another than before. */
export const isReading = (kind: CallKind): boolean =>
  kind !== 'write' && kind !== 'message' && kind !== 'purchase' && kind !== 'acknowledge';

/**
 * What a purchase fault does: forces an answer that never reached the service, or sets faults in the simulator's core.
 * @param lastMs for so long the gateway takes the request
 */
type Effect = (random: () => number, lastMs: number) => readonly [RawAnswer] | readonly ['core', ...CoreFault[]];

const unconnected =
  (code: string): Effect =>
  () => [{ kind: 'failure', code, connected: false, message: 'simulated' }];
const core =
  (...faults: readonly CoreFault[]): Effect =>
  () => ['core', ...faults];
const refused = (status: number, code: string, spelling: 'gateway' | 'service' = 'gateway') =>
  core({ kind: 'error', status, when: 'before', code, spelling });

export const purchaseFaults: Readonly<Record<string, Effect>> = {
  'connection-refused': unconnected('ECONNREFUSED'),
  'dns-failure': unconnected('ENOTFOUND'),
  'tls-failure': unconnected('DEPTH_ZERO_SELF_SIGNED_CERT'),
  'connect-timeout': unconnected('ETIMEDOUT'),
  'request-lost': core({ kind: 'drop', when: 'before' }),
  'reset-after-executing': core({ kind: 'drop', when: 'after' }),
  'closed-after-executing': core({ kind: 'half-close' }),
  'json-cut': core({ kind: 'truncate', cut: 'json' }),
  'connection-cut': core({ kind: 'truncate', cut: 'connection' }),
  'no-task-id': core({ kind: 'no-task-id' }),
  redirected: () => [{ kind: 'answer', status: 302, headers: { location: 'https://example.org/' }, body: '' }],
  '500-before-executing': core({ kind: 'error', status: 500, when: 'before' }),
  '500-after-executing': core({ kind: 'error', status: 500, when: 'after' }),
  '503-before-executing': core({ kind: 'error', status: 503, when: 'before', code: 'ServiceUnavailable' }),
  '503-after-executing': core({ kind: 'error', status: 503, when: 'after', code: 'ServiceUnavailable' }),
  'throttled-400': core({ kind: 'throttle', status: 400 }),
  'throttled-429': core({ kind: 'throttle', status: 429, retryAfterMs: 2500 }),
  // Half of them at the very end of the time in which the gateway takes them (A1).
  'executes-late': (random, lastMs) => [
    'core',
    { kind: 'late-execution', delayMs: random() < 0.5 ? lastMs : Math.floor(random() * 20 * 60_000) },
  ],
  'no-stock': core({ kind: 'no-stock' }),
  'bad-signature': refused(403, 'SignatureDoesNotMatch'),
  'unknown-access-key': refused(404, 'InvalidAccessKeyId.NotFound'),
  'token-expired': refused(400, 'InvalidSecurityToken.Expired'),
  'date-expired': refused(400, 'InvalidTimeStamp.Expired'),
  'nonce-used': refused(400, 'SignatureNonceUsed'),
  'cluster-not-found': refused(404, 'ErrorClusterNotFound', 'service'),
  'access-denied': refused(403, 'ErrorCheckAcl', 'service'),
  forbidden: refused(403, 'Forbidden.RAM'),
  'bad-parameter': refused(400, 'InvalidParameter.worker_period', 'service'),
  'missing-parameter': refused(400, 'MissingParameter.count', 'service'),
  'quota-exceeded': refused(400, 'QuotaExceeded.EnsInstance', 'service'),
  'no-money': refused(400, 'InsufficientBalance', 'service'),
  'unknown-4xx': refused(409, 'Something.New', 'service'),
  partial: core({ kind: 'partial', got: 1 }),
  'task-fails': core({ kind: 'task-fails', code: 'NoStock', message: 'simulated' }),
  'node-never-joins': core({ kind: 'node-never-joins', count: 1 }),
};

export type Fault = string;

/** What can go wrong besides a crash, which can come before and after every call. */
export const faultsOf: Readonly<Record<CallKind, readonly Fault[]>> = {
  read: ['not-applied'],
  batch: ['not-applied', 'answered-in-part'],
  write: ['not-applied', 'answer-lost', 'applied-late'],
  message: ['not-applied', 'answer-lost'],
  look: ['not-applied', 'unreadable', 'dates-without-time'],
  alarm: ['not-applied'],
  acknowledge: ['not-applied', 'answer-lost'],
  purchase: Object.keys(purchaseFaults),
};
