// What the engine and a function's process say to each other over the IPC channel.
import * as z from 'zod';

/** From the engine. */
export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Epoch milliseconds at which the process is killed. */
  readonly deadline: number;
}

/** From the function's process, which imports the type alone: zod would be a fifth of its start. */
export const replySchema = z.discriminatedUnion('kind', [
  /** The module is loaded and its handler found. */
  z.object({ kind: z.literal('ready') }),
  /** JSON has no word for a handler that returned nothing, so the value is left out then. */
  z.object({ kind: z.literal('returned'), requestId: z.string(), value: z.optional(z.unknown()) }),
  /** The handler threw. The process lives on, as Lambda keeps an environment after an error that was caught. */
  z.object({ kind: z.literal('threw'), requestId: z.string(), type: z.string(), message: z.string() }),
]);
export type Reply = z.infer<typeof replySchema>;
