// What the ledger knows of one job, wherever it stands: in the cluster's slot, among its verdicts, in its own record, or in
// a note that it waits.
import type { Wait } from '../../adapters/ledger/waits.ts';
import { manualKey } from '../../domain/job/idempotency-key.ts';
import type {
  Cluster,
  JobRecord,
  Pending,
  Phase,
  Progress,
  Purchase,
  Skip,
  Verdict,
} from '../../domain/job/purchase.ts';

interface Common {
  readonly key: string;
  readonly cluster: string;
}

export type KnownJob =
  | (Common & {
      readonly state: Verdict['outcome'];
      readonly verdict: Verdict;
      readonly progress?: Progress;
      /** Nodes that were bought and are not ready yet. */
      readonly pending?: Pending;
    })
  | (Common & { readonly state: Skip['outcome']; readonly skip: Skip })
  | (Common & { readonly state: Phase; readonly purchase: Purchase })
  | (Common & { readonly state: 'waiting'; readonly wait: Wait });

export interface Candidate {
  readonly key: string;
  /** The cluster in the key, where the config has it: the ledger makes an item for whatever name it is asked for. */
  readonly cluster?: string;
}

/** The keys that a person may mean: the key as it is, and the caller's key of a manual job in each cluster. */
export function candidatesFor(key: string, clusters: readonly string[]): readonly Candidate[] {
  const [, named, ...rest] = key.split('/');
  const cluster = clusters.find((name) => name === named);
  const asIs: Candidate = { key, ...(cluster !== undefined && { cluster }) };
  if (cluster !== undefined && rest.length > 0) return [asIs];
  return [asIs, ...clusters.map((name) => ({ key: manualKey(name, key), cluster: name }))];
}

/**
 * Puts the pieces together. A verdict counts more than a slot, and a slot more than a skip: a skip that a slower handler
 * wrote gives way to what was really bought. A note that it waits counts least: it stays when the wait is over.
 */
export function knownJob(
  key: string,
  cluster: Cluster | undefined,
  record: JobRecord | undefined,
  wait?: Wait,
): KnownJob | undefined {
  const settled = record && record.outcome !== 'skipped' ? record : cluster?.done[key];
  const common = { key, cluster: record?.cluster ?? cluster?.name ?? wait?.cluster ?? '' };
  if (settled) {
    const pending = cluster?.pending[key];
    return {
      ...common,
      state: settled.outcome,
      verdict: settled,
      ...(record?.progress && { progress: record.progress }),
      ...(pending && { pending }),
    };
  }
  const purchase = cluster?.purchase;
  if (purchase?.key === key) return { ...common, state: purchase.phase, purchase };
  if (record?.outcome === 'skipped') return { ...common, state: 'skipped', skip: record };
  return wait && { ...common, state: 'waiting', wait };
}
