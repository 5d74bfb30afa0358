// What the benchmark and the process of its environment say to each other.
import * as z from 'zod';

/** What the services hold. */
export const stateSchema = z.object({
  /** The clusters that ACK knows. */
  clusters: z.array(z.object({ id: z.string(), region: z.string() })),
  /** Names of those that have an item in the ledger, all with as many entries. */
  items: z.array(z.string()),
  /** Verdicts that the reconciler has not dropped yet, on each item. */
  done: z.number(),
  /** Purchases whose nodes are on their way, on each item. */
  pending: z.number(),
});
export type State = z.infer<typeof stateSchema>;

export const orderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start') }),
  /** Nothing else is in the tables, nothing was bought, and nothing is counted. */
  z.object({ kind: z.literal('reset'), state: stateSchema }),
  /** Every answer of ACK comes so much later. */
  z.object({ kind: z.literal('latency'), ms: z.number() }),
  z.object({ kind: z.literal('take') }),
]);
export type Order = z.infer<typeof orderSchema>;

const taken = z.object({
  /** Requests by service and operation. */
  calls: z.record(z.string(), z.number()),
  /** New ones to ACK, over the network. */
  connections: z.number(),
  /** That the simulator sold. */
  purchases: z.number(),
});
/** What was counted since the last time, or the last reset. */
export type Taken = z.infer<typeof taken>;

export const replySchema = z.discriminatedUnion('kind', [
  /** What a function needs to reach everything. */
  z.object({
    kind: z.literal('started'),
    env: z.record(z.string(), z.string()),
    overNetwork: z.record(z.string(), z.string()),
  }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('taken'), taken }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);
export type Reply = z.infer<typeof replySchema>;
