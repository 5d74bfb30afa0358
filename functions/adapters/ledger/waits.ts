// Notes on jobs that wait: neither a slot nor a record tells of them. They stand beside the protocol, which never reads
// them: a note that is lost, late or old costs people a sentence, and never a node.
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DecisionRecord } from '../../domain/job/decision-record.ts';

export interface Wait {
  readonly key: string;
  readonly cluster: string;
  /** What the job asks for, as in its record. */
  readonly payload: string;
  /** What it waits for, such as `cooldown`. */
  readonly reason: string;
  /** The same in words. */
  readonly why: string;
  /** When that is over, or is to be looked at again: epoch milliseconds. */
  readonly until: number;
  /** When it was last told to wait: epoch milliseconds. */
  readonly at: number;
  readonly story: DecisionRecord;
}

/** Both throw what the call throws. */
export interface Waits {
  /** Takes the place of what the job waited for before. */
  note(wait: Wait): Promise<void>;
  /** The notes on these jobs. A note stays when the wait is over: a slot or a record counts more than it. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Wait>>;
}

/** In the ledger's table, where the attributes `cluster`, `at` and `outcome` put it into the index of jobs. */
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
      // Written by this file alone, as the ledger's items are by theirs.
      const found = items.flatMap((item) => (item ? [item as unknown as Wait] : []));
      return new Map(found.map((wait) => [wait.key, wait]));
    },
  };
}
