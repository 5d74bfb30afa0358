// IPC messages between the engine and a function's process.
import * as z from 'zod';

/** From the engine. */
export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Epoch milliseconds at which the process is killed. */
  readonly deadline: number;
}

/** The function's process imports the type only: zod would slow its start. */
export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** Without a value when the handler returned undefined. */
  z.object({ kind: z.literal('returned'), requestId: z.string(), value: z.optional(z.unknown()) }),
  /** The process continues, as in Lambda. */
  z.object({ kind: z.literal('threw'), requestId: z.string(), type: z.string(), message: z.string() }),
]);
export type Reply = z.infer<typeof replySchema>;
