import * as z from 'zod';
import { parseJson } from '../../../functions/domain/record.ts';

const text = z.optional(z.catch(z.optional(z.string()), undefined));

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

/** undefined for other lines, such as the error of a crash. */
export const readLogEntry = (line: string): LogEntry | undefined => entrySchema.safeParse(parseJson(line)).data;

/** CloudWatch's embedded metric format. */
export const isMetrics = (line: string): boolean => line.startsWith('{"_aws":');
