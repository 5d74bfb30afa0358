import * as z from 'zod';

const text = z.optional(z.catch(z.optional(z.string()), undefined));

/** A line of the functions' log, as far as the demo reads it. */
const entrySchema = z.object({
  level: z.string(),
  /** The name of the event. */
  message: z.string(),
  key: text,
  cluster: text,
  messageId: text,
  kind: text,
  outcome: text,
  reason: text,
  why: text,
  state: text,
  taskId: text,
  /** Of an event that was announced. */
  subject: text,
  readyNodes: z.optional(z.number()),
  /** Of an answer over HTTP. */
  status: z.optional(z.number()),
});
export type LogEntry = z.infer<typeof entrySchema>;

/** undefined for what is no line of ours, such as the last words of a process that crashed. */
export function readLogEntry(line: string): LogEntry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Whether a line is numbers for CloudWatch, in its embedded metric format. */
export const isMetrics = (line: string): boolean => line.startsWith('{"_aws":');
