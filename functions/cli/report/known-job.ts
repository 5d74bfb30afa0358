// One job, from where the ledger has it: the slot or a verdict of its cluster, its own record, or a note that it waits.
import type { Wait } from '../../adapters/notes/waits.ts';
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
      /** Nodes bought and not Ready yet. */
      readonly pending?: Pending;
    })
  | (Common & { readonly state: Skip['outcome']; readonly skip: Skip })
  | (Common & { readonly state: Phase; readonly purchase: Purchase })
  | (Common & { readonly state: 'waiting'; readonly wait: Wait });

export interface Candidate {
  readonly key: string;
  /** Only a configured one: the ledger creates an item for every name that it reads. */
  readonly cluster?: string;
}

/** The key itself, and the key of a manual job in each cluster. */
export function candidatesFor(key: string, clusters: readonly string[]): readonly Candidate[] {
  const [, named, ...rest] = key.split('/');
  const cluster = clusters.find((name) => name === named);
  const asIs: Candidate = { key, ...(cluster !== undefined && { cluster }) };
  if (cluster !== undefined && rest.length > 0) return [asIs];
  return [asIs, ...clusters.map((name) => ({ key: manualKey(name, key), cluster: name }))];
}

/** In this order: verdict, slot, skip, note. COPY replaces a skip of a slower handler; a note stays when its wait is over. */
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
