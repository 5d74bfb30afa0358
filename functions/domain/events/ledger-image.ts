// A ledger item in the table's stream. Only public fields are read: the request of a purchase is not, so it cannot be
// published.
import * as z from 'zod/mini';

const story = z.object({
  source: z.string(),
  /** Of the intent, only its kind and the alarm of a breach. */
  intent: z.object({ kind: z.exactOptional(z.string()), alarm: z.exactOptional(z.string()) }),
  reason: z.string(),
  requestedBy: z.exactOptional(z.string()),
  occurredAt: z.number(),
  decidedAt: z.number(),
  decision: z.string(),
  basis: z.exactOptional(
    z.object({
      wanted: z.exactOptional(z.number()),
      limit: z.exactOptional(z.object({ name: z.string() })),
    }),
  ),
});
export type DecisionImage = Readonly<z.output<typeof story>>;

const purchase = z.object({
  key: z.string(),
  count: z.number(),
  cost: z.number(),
  nonce: z.string(),
  signedAt: z.number(),
  attempt: z.number(),
  phase: z.enum(['sending', 'unknown', 'parked']),
  story,
  why: z.exactOptional(z.string()),
});
export type PurchaseImage = Readonly<z.output<typeof purchase>>;

const verdict = z.object({
  outcome: z.enum(['accepted', 'rejected', 'abandoned']),
  count: z.number(),
  cost: z.number(),
  at: z.number(),
  story,
  taskId: z.exactOptional(z.string()),
  code: z.exactOptional(z.string()),
  message: z.exactOptional(z.string()),
  resolution: z.exactOptional(z.object({ by: z.string(), reason: z.string(), rearmedAs: z.exactOptional(z.string()) })),
});
export type VerdictImage = Readonly<z.output<typeof verdict>>;

const pauseChange = z.object({ by: z.string(), reason: z.string(), at: z.number() });

const cluster = z.object({
  purchase: z.exactOptional(purchase),
  done: z.record(z.string(), verdict),
  paused: z.exactOptional(pauseChange),
  resumed: z.exactOptional(pauseChange),
  unowned: z.exactOptional(z.object({ taskIds: z.array(z.string()), at: z.number() })),
  leases: z.exactOptional(
    z.object({
      expiring: z.array(
        z.object({
          day: z.string(),
          days: z.literal([7, 1]),
          nodes: z.number(),
          endsAt: z.number(),
          renews: z.boolean(),
          at: z.number(),
        }),
      ),
    }),
  ),
  stillShort: z.exactOptional(z.object({ key: z.string(), why: z.string(), at: z.number() })),
});

const progress = z.discriminatedUnion('state', [
  z.object({ state: z.literal('completed'), readyNodes: z.number(), at: z.number() }),
  z.object({ state: z.literal('partial'), got: z.number(), why: z.string(), at: z.number() }),
  z.object({ state: z.literal('failed'), code: z.string(), message: z.string(), at: z.number() }),
  z.object({ state: z.literal('overdue'), ready: z.number(), why: z.string(), at: z.number() }),
]);
export type ProgressImage = Readonly<z.output<typeof progress>>;

const job = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('skipped'),
    key: z.string(),
    cluster: z.string(),
    at: z.number(),
    story,
    reason: z.string(),
  }),
  z.extend(verdict, { key: z.string(), cluster: z.string(), progress: z.exactOptional(progress) }),
]);
export type JobImage = Readonly<z.output<typeof job>>;
export type ClusterImage = Readonly<z.output<typeof cluster>>;

export type LedgerImage =
  | { readonly kind: 'cluster'; readonly name: string; readonly item: ClusterImage }
  | { readonly kind: 'job'; readonly item: JobImage }
  /** A note changes no state. */
  | { readonly kind: 'wait' };

const keyed = z.object({ pk: z.string() });

/** @throws ZodError or Error that does not quote the item */
export function readLedgerImage(item: unknown): LedgerImage {
  const { pk } = keyed.parse(item);
  if (pk.startsWith('CLUSTER#'))
    return { kind: 'cluster', name: pk.slice('CLUSTER#'.length), item: cluster.parse(item) };
  if (pk.startsWith('JOB#')) return { kind: 'job', item: job.parse(item) };
  if (pk.startsWith('WAIT#')) return { kind: 'wait' };
  throw new Error('the item is neither a cluster nor a job');
}
