// A person settles what evidence could not. Only a parked slot: anything else is still being found out by itself.
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { fenceOf, type Resolution, type Verdict, verdictOf } from '../../domain/job/purchase.ts';
import { settlePurchase } from '../settle-purchase.ts';

/** accepted: the order book shows the task. abandoned: the order book shows that nothing was bought. */
export type PersonsWord = { readonly outcome: 'accepted'; readonly taskId: string } | { readonly outcome: 'abandoned' };

export type Resolved =
  | { readonly kind: 'settled'; readonly verdict: Verdict }
  | {
      readonly kind: 'refused';
      readonly why: string;
      /** Epoch milliseconds from which it is possible. */
      readonly from?: number;
    };

export async function resolveParked(
  name: string,
  key: string,
  word: PersonsWord,
  resolution: Resolution,
  deps: { readonly ledger: Ledger; readonly policyOf: (cluster: string) => ClusterConfig; readonly now: () => number },
): Promise<Resolved> {
  const cluster = await deps.ledger.readCluster(name);
  const { purchase, done, pending } = cluster;
  if (purchase?.key !== key)
    return { kind: 'refused', why: `${key} does not hold the slot of ${name}: there is no doubt to settle` };
  if (purchase.phase !== 'parked')
    return {
      kind: 'refused',
      why: `the purchase of ${key} is ${purchase.phase}; the reconciler is still finding out by itself`,
    };
  // Before the fence "nothing was bought" can still become untrue: the request may execute late, or show late.
  const from = fenceOf(purchase);
  if (word.outcome === 'abandoned' && deps.now() < from)
    return { kind: 'refused', from, why: 'its request could still execute or show up' };
  if (word.outcome === 'accepted') {
    // Of a verdict that is forgotten while its nodes are on their way, only `pending` knows a task that was corrected just now.
    const [owner] = Object.entries({ ...done, ...pending }).find(([, { taskId }]) => taskId === word.taskId) ?? [];
    if (owner !== undefined) return { kind: 'refused', why: `task ${word.taskId} was settled for ${owner} already` };
  }

  const verdict = verdictOf(purchase, deps.now(), { ...word, resolution });
  if (!(await settlePurchase(cluster, purchase, verdict, deps)))
    return { kind: 'refused', why: `${name} was changed just now, perhaps by somebody who settled it; look again` };
  await deps.ledger.copy(name, key, verdict);
  return { kind: 'settled', verdict };
}
