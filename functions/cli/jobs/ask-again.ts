// `resolve --abandon-and-ask-again` (DECISIONS.md 13): a manual job for as many nodes as the abandoned purchase. Its key
// is made of the abandoned nonce, so a repeated command asks once. All limits are checked again.
import { excerpt } from '../../domain/alerts/excerpt.ts';
import { manualKey } from '../../domain/job/idempotency-key.ts';
import type { KnownJob } from '../report/known-job.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';
import { manualMessage, send } from './manual-request.ts';

/** The longest reason of a manual job (domain/alerts/manual.ts). */
const maxReason = 500;

export interface NextJob {
  readonly key: string;
  readonly messageId: string;
}

export const keyOfNextJob = (cluster: string, nonce: string): string => manualKey(cluster, callersKey(nonce));

/** @throws CommandFailed that says how to continue */
export async function askAgain(
  { key, cluster }: KnownJob,
  { nonce, count, reason }: { readonly nonce: string; readonly count: number; readonly reason: string },
  now: number,
  target: Target,
): Promise<NextJob> {
  const why = excerpt(`again for ${key}: ${reason}`, maxReason);
  try {
    const messageId = await send(manualMessage({ cluster, add: count, reason: why }, callersKey(nonce), now), target);
    return { key: keyOfNextJob(cluster, nonce), messageId };
  } catch (error) {
    throw new CommandFailed(
      `The purchase is settled as abandoned; the new request may not have been sent. Repeat this command: it asks only once. The queue said: ${describeError(error)}`,
    );
  }
}

const callersKey = (nonce: string): string => `again-${nonce}`;
