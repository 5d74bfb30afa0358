// A job as the index (job-index.ts) has it, and the filters of a listing.
import * as z from 'zod/mini';

/** `waiting` is the outcome of a note (../notes/waits.ts), the others are those of records. */
export const outcomes = ['accepted', 'rejected', 'abandoned', 'skipped', 'waiting'] as const;
const progressStates = ['completed', 'partial', 'failed', 'overdue'] as const;

export const listedJob = z.object({
  key: z.string(),
  cluster: z.string(),
  outcome: z.enum(outcomes),
  /** When it got its outcome or its latest note: epoch milliseconds. */
  at: z.number(),
  story: z.object({ source: z.string(), reason: z.string(), decision: z.string() }),
  count: z.optional(z.number()),
  cost: z.optional(z.number()),
  taskId: z.optional(z.string()),
  /** Of a skip or a wait. */
  reason: z.optional(z.string()),
  /** Of a rejection. */
  code: z.optional(z.string()),
  progress: z.optional(
    z.looseObject({
      state: z.enum(progressStates),
      at: z.optional(z.number()),
      readyNodes: z.optional(z.number()),
      got: z.optional(z.number()),
      ready: z.optional(z.number()),
    }),
  ),
  /** What a dry run would have bought. */
  dryRun: z.exactOptional(z.object({ count: z.number(), cost: z.number() })),
});
export type ListedJob = Readonly<z.output<typeof listedJob>>;

/** The last job that a listing has shown or read. */
export type Position = Pick<ListedJob, 'at' | 'cluster' | 'key'> & {
  /** Of a note only: its table. Those of versions before the notes' table are in the ledger's. */
  readonly noteIn?: 'ledger' | 'notes';
};

export interface Listing {
  readonly clusters: readonly string[];
  /** An outcome, or how an accepted task ended. */
  readonly state?: (typeof listedStates)[number];
  readonly source?: string;
  /** The task that a job was settled with. */
  readonly taskId?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
  /** Epoch milliseconds, inclusive. */
  readonly until?: number;
  readonly after?: Position;
}
export const listedStates = [...outcomes, ...progressStates] as const;

export const isWaiting = ({ outcome }: ListedJob): boolean => outcome === 'waiting';
