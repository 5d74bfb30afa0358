// Notes on jobs that wait, for `show`, `list` and the check for missed alarms. No decision to buy reads them.
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DecisionRecord } from '../../domain/job/decision-record.ts';
import { timings } from '../../domain/timings.ts';
import { batchGet } from '../batch-get.ts';
import { stored } from '../stored.ts';
import { expiryAt } from './notes-table.ts';

export interface Wait {
  readonly key: string;
  readonly cluster: string;
  /** As in its record. */
  readonly payload: string;
  /** Such as `cooldown`. */
  readonly reason: string;
  readonly why: string;
  /** When the job is decided again: epoch milliseconds. */
  readonly until: number;
  /** When the note was written: epoch milliseconds. */
  readonly at: number;
  readonly story: DecisionRecord;
  /** How many alerts of its message it stands for, when more than one. */
  readonly alerts?: number;
}

/** Both throw what the call throws. */
export interface Waits {
  /** Replaces an earlier note. */
  note(wait: Wait): Promise<void>;
  /** Those whose message still comes back. A note stays after its wait: a slot or a record replaces it. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Wait>>;
}

/** When the oldest note was written that is not over: epoch milliseconds. */
export const oldestWait = (now: number): number => now - timings.waitNoteMs + 1;

/** Of its item. */
export const waitKey = (key: string) => ({ pk: `WAIT#${key}`, sk: '-' });

export function createWaits(db: DynamoDBDocumentClient, table: string, now: () => number): Waits {
  return {
    async note(wait) {
      const expiresAt = expiryAt(wait.at + timings.waitNoteMs);
      const Item = { ...waitKey(wait.key), outcome: 'waiting', ...wait, expiresAt };
      await db.send(new PutCommand({ TableName: table, Item }));
    },
    async read(keys) {
      const items = await batchGet(db, table, [...new Set(keys)].map(waitKey));
      const oldest = oldestWait(now());
      return new Map(
        items
          .map(stored<Wait>)
          .filter(({ at }) => at >= oldest)
          .map((wait) => [wait.key, wait]),
      );
    },
  };
}
