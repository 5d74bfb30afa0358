// The person who is asked about parked purchases: looks into the order book, and says what it shows. Only where others
// wait behind one; a parked purchase that nobody waits for stays, as a legal end.
import type { Ledger } from '../../functions/adapters/ledger/ledger.ts';
import type { AckCore } from '../../functions/backtest/world/ack/core.ts';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { policyOf } from '../../functions/domain/config/defaults.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import { resolveParked } from '../../functions/purchase/visit/resolve-parked.ts';
import type { StoredMessage } from '../../infra/local/aws-stand-ins/messaging.ts';

interface PersonDeps {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly simulator: Pick<AckCore, 'purchases'>;
}

/** @returns how many were settled */
export async function settleParked(
  clusters: readonly Cluster[],
  waiting: readonly StoredMessage[],
  { config, ledger, simulator }: PersonDeps,
): Promise<number> {
  const awaited = new Set(waiting.flatMap(({ body }) => clustersOf(body, config)));
  let settled = 0;
  for (const { name, purchase } of clusters) {
    if (purchase?.phase !== 'parked' || !awaited.has(name)) continue;
    const order = simulator.purchases().find(({ nonce }) => nonce === purchase.nonce);
    const { kind } = await resolveParked(
      name,
      purchase.key,
      order ? { outcome: 'accepted', taskId: order.taskId } : { outcome: 'abandoned' },
      { by: 'the crash test', reason: 'the order book shows it' },
      { ledger, policyOf: (cluster) => policyOf(config, cluster), now: Date.now },
    );
    // Refused before the fence, as it has to be: then the person comes back later.
    if (kind === 'settled') settled += 1;
  }
  return settled;
}

function clustersOf(body: string, config: Config): readonly string[] {
  const parsed = parseAlert(body, { config, now: Number.POSITIVE_INFINITY });
  return parsed.kind === 'jobs' ? parsed.jobs.map(({ cluster }) => cluster) : [];
}
