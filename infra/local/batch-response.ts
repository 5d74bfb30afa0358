// A batch response, by the rules of ReportBatchItemFailures:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
import * as z from 'zod';

/** Null and absent mean no failures. */
const responseSchema = z.nullish(
  z.object({
    batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string().min(1) }))),
  }),
);

export type BatchResult =
  | { readonly kind: 'judged'; readonly failed: ReadonlySet<string> }
  /** All messages are received again. */
  | { readonly kind: 'failed'; readonly why: string };

/** @param messageIds of the batch */
export function judgeBatch(response: unknown, messageIds: readonly string[]): BatchResult {
  const read = responseSchema.safeParse(response);
  if (!read.success) return { kind: 'failed', why: 'the function returned no batch response' };
  const failed = new Set(read.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const stranger = [...failed].find((identifier) => !messageIds.includes(identifier));
  if (stranger !== undefined)
    return { kind: 'failed', why: `the function returned ${stranger}, which is no message of the batch` };
  return { kind: 'judged', failed };
}
