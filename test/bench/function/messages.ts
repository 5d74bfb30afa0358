// What the benchmark and the process of a function say to each other.
import * as z from 'zod';

/** To the function's process: invocations to be made one after the other. */
export interface Order {
  readonly events: readonly unknown[];
  /** Whether to look at the memory afterwards. */
  readonly looks: boolean;
}

const cost = {
  /** Milliseconds that passed. */
  wallMs: z.number(),
  /** Milliseconds of processor time that the whole process took, its garbage collection included. */
  cpuMs: z.number(),
};

const work = z.object({
  ...cost,
  /** What the handler returned for each event. JSON has no word for nothing. */
  values: z.array(z.unknown()),
  /** After a garbage collection, where the process was started with one to call. 0 without a look. */
  heapBytes: z.number(),
  rssBytes: z.number(),
});
export type Work = z.infer<typeof work>;

const imported = z.object({
  ...cost,
  /** Files of the bundle that importing it has loaded. */
  files: z.array(z.string()),
});
export type Imported = z.infer<typeof imported>;

export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('imported'), imported }),
  z.object({ kind: z.literal('worked'), work, files: z.array(z.string()) }),
  z.object({ kind: z.literal('threw'), why: z.string() }),
]);
export type Reply = z.infer<typeof replySchema>;
