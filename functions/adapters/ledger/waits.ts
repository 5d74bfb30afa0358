// Notes on jobs that wait, for `show`, `list` and the check for missed alarms. No decision to buy reads them.
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DecisionRecord } from '../../domain/job/decision-record.ts';

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
}

/** Both throw what the call throws. */
export interface Waits {
  /** Replaces an earlier note. */
  note(wait: Wait): Promise<void>;
  /** A note stays after its wait: a slot or a record replaces it. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Wait>>;
}

/** In the ledger's table: the attributes `cluster`, `at` and `outcome` put a note into the index of jobs. */
export function createWaits(db: DynamoDBDocumentClient, table: string): Waits {
  const pkOf = (key: string): string => `WAIT#${key}`;
  return {
    async note(wait) {
      const Item = { pk: pkOf(wait.key), outcome: 'waiting', ...wait };
      await db.send(new PutCommand({ TableName: table, Item }));
    },
    async read(keys) {
      const gets = [...new Set(keys)].map((key) => new GetCommand({ TableName: table, Key: { pk: pkOf(key) } }));
      const items = await Promise.all(gets.map(async (get) => (await db.send(get)).Item));
      // Only this file writes notes.
      const found = items.flatMap((item) => (item ? [item as unknown as Wait] : []));
      return new Map(found.map((wait) => [wait.key, wait]));
    },
  };
}
