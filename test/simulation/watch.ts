// What is noticed while a history runs, whatever its ledger says afterwards: who armed each nonce, requests that should not
// have left, and secrets where they do not belong.
import type { Log } from '../../functions/adapters/telemetry/log.ts';
import { windowsAt } from '../../functions/domain/decision/usage-window.ts';
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { MemoryTable } from '../support/memory-table.ts';
import { holdsSecret } from './secrets.ts';

/** Who armed a nonce, learned from the table after each write. */
export interface Owner {
  readonly key: string;
  readonly cluster: string;
  readonly window: string;
  readonly month: string;
  readonly signedAt: number;
}

/** What was noticed up to a moment. */
export interface Seen {
  readonly owners: ReadonlyMap<string, Owner>;
  readonly alarms: readonly string[];
}

export type Watch = ReturnType<typeof createWatch>;

interface Watched {
  readonly table: MemoryTable;
  readonly now: () => number;
  readonly gatewaySkewMs: () => number;
}

export function createWatch({ table, now, gatewaySkewMs }: Watched, before?: Seen) {
  const owners = new Map(before?.owners);
  const alarms = [...(before?.alarms ?? [])];

  function learnOwners(): void {
    for (const [pk, item] of table.items) {
      if (!pk.startsWith('CLUSTER#')) continue;
      const { purchase, ...counted } = item as unknown as Cluster;
      if (!purchase || owners.has(purchase.nonce)) continue;
      // The day of the request, unless another clock has seen a later one.
      const its = windowsAt(purchase.signedAt);
      const window = its.window > counted.window ? its.window : counted.window;
      const month = its.month > counted.month ? its.month : counted.month;
      const cluster = pk.slice('CLUSTER#'.length);
      const before =
        purchase.attempt > 1 ? [...owners.values()].findLast((owner) => owner.cluster === cluster) : undefined;
      // Clocks may differ by a minute each: that much is the fence's to give.
      if (before && now() - before.signedAt < timings.fenceMs - 2 * timings.maxClockSkewMs)
        alarms.push(`${purchase.key} was armed again ${now() - before.signedAt} ms after its first send`);
      owners.set(purchase.nonce, { key: purchase.key, cluster, window, month, signedAt: purchase.signedAt });
    }
  }

  function guard(where: string, value: unknown): void {
    if (holdsSecret(value)) alarms.push(`a secret is in ${where}`);
  }

  /** No send without a slot that was written less than five seconds before, by a clock that agrees with the gateway's. */
  function checkSend({ skewMs }: { readonly skewMs: number }, headers: Readonly<Record<string, string>>): void {
    const nonce = headers['x-acs-signature-nonce'] ?? '';
    const owner = owners.get(nonce);
    if (!owner) alarms.push(`a request left with nonce ${nonce}, which no slot ever held`);
    else if (now() + skewMs - owner.signedAt >= timings.sendWithinMs)
      alarms.push(`a request left ${now() + skewMs - owner.signedAt} ms after its slot was written`);
    if (Math.abs(gatewaySkewMs() - skewMs) > timings.maxClockSkewMs + 1000)
      alarms.push('a request left although the clocks differ by more than 60 s');
  }

  const log: Log = {
    info: (event, fields) => guard(`the log line ${event}`, fields),
    warn: (event, fields) => guard(`the log line ${event}`, fields),
    error: (event, fields) => {
      guard(`the log line ${event}`, fields);
      if (event === 'late-verdict') alarms.push('a verdict found neither its slot nor its outcome');
    },
  };

  const seen = (): Seen => ({ owners: new Map(owners), alarms: [...alarms] });
  return { owners, alarms, seen, learnOwners, guard, checkSend, log };
}
