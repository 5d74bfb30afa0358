// Rearm is "abandon, and ask again" (DECISIONS.md 13): a manual job for as many nodes, under a key made of the nonce that
// is given up. It is one purchase per key like any other, and all limits are checked anew.
import { excerpt } from '../../domain/alerts/excerpt.ts';
import { manualKey } from '../../domain/job/idempotency-key.ts';
import type { KnownJob } from '../report/known-job.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';
import { messageOf, send } from './manual-request.ts';

/** What a manual job's reason may hold (domain/alerts/manual.ts). */
const maxReason = 500;

export interface Again {
  /** The key as `show` takes it. */
  readonly key: string;
  readonly messageId: string;
}

/** The key of the job that asks again: the same, however often the purchase with this nonce is rearmed. */
export function againKey(cluster: string, nonce: string): string {
  return manualKey(cluster, callersKey(nonce));
}

/** Sends the job that asks again. Sent twice, it still buys once. @throws CommandFailed that says how to go on */
export async function askAgain(
  { key, cluster }: KnownJob,
  { nonce, count, reason }: { readonly nonce: string; readonly count: number; readonly reason: string },
  now: number,
  target: Target,
): Promise<Again> {
  const why = excerpt(`again for ${key}: ${reason}`, maxReason);
  try {
    const messageId = await send(messageOf({ cluster, add: count, reason: why }, callersKey(nonce), now), target);
    return { key: againKey(cluster, nonce), messageId };
  } catch (error) {
    throw new CommandFailed(
      `${describeError(error)}. It is settled as abandoned, and maybe not asked for again yet: repeat this command, which asks once however often it is sent`,
    );
  }
}

const callersKey = (nonce: string): string => `again-${nonce}`;
