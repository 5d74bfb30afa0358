// Notes on alerts that ended: a job that waits for one of them is cancelled. One item holds what one call tells of a sender
// and a cluster.
import { hash } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Recovery } from '../../domain/job/recovery.ts';
import type { Source } from '../../domain/job/scale-job.ts';
import { timings } from '../../domain/timings.ts';
import { stored } from '../stored.ts';
import { expiryAt } from './notes-table.ts';

/** Both throw what the call throws. */
export interface Recoveries {
  /** Safe to repeat. One write for each sender and cluster among them, and for every 250 KB of their alerts. */
  write(recoveries: readonly Recovery[]): Promise<void>;
  /** The latest end of each alert that ended after `since`: epoch milliseconds, by the sender's clock. */
  read(source: Source, cluster: string, since: number): Promise<ReadonlyMap<string, number>>;
}

interface Ended {
  readonly alert: string;
  readonly endedAt: number;
}

/** A list, as no attribute of a map can have every name that an alert can have. */
interface Note {
  readonly ended: readonly Ended[];
  readonly expiresAt: number;
}

/** DynamoDB takes items of 400 KB, names of attributes included. */
const maxBytes = 250_000;
const bytesOf = ({ alert }: Ended): number => Buffer.byteLength(alert) + 50;

export function createRecoveries(db: DynamoDBDocumentClient, table: string, now: () => number): Recoveries {
  return {
    async write(recoveries) {
      const expiresAt = expiryAt(now() + timings.recoveryNoteMs);
      const items = notesOf(recoveries).map(([pk, ended]) => ({ pk, sk: sortKeyOf(ended), ended, expiresAt }));
      await Promise.all(items.map((Item) => db.send(new PutCommand({ TableName: table, Item }))));
    },

    async read(source, cluster, since) {
      const latest = new Map<string, number>();
      let from: Record<string, unknown> | undefined;
      do {
        const answer = await db.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk AND sk > :since',
            ExpressionAttributeValues: { ':pk': partitionOf(source, cluster), ':since': padded(since) },
            ConsistentRead: true,
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        for (const { ended, expiresAt } of (answer.Items ?? []).map(stored<Note>)) {
          if (expiresAt * 1000 <= now()) continue;
          for (const { alert, endedAt } of ended)
            if (endedAt > (latest.get(alert) ?? since)) latest.set(alert, endedAt);
        }
        from = answer.LastEvaluatedKey;
      } while (from);
      return latest;
    },
  };
}

const partitionOf = (source: Source, cluster: string): string => `RECOVERED#${source}#${cluster}`;

/** As long as the latest instant that a Date can hold: in the order of texts they are in the order of time. */
const padded = (at: number): string => String(at).padStart(16, '0');

/** By the latest end, for who reads since an instant. The same entries have the same key. */
function sortKeyOf(ended: readonly Ended[]): string {
  return `${padded(Math.max(...ended.map(({ endedAt }) => endedAt)))}#${hash('sha256', JSON.stringify(ended))}`;
}

/** The entries of each item, in an order that does not depend on that of the recoveries. */
function notesOf(recoveries: readonly Recovery[]): readonly (readonly [pk: string, readonly Ended[]])[] {
  const partitions = new Map<string, Map<string, number>>();
  for (const { source, cluster, alert, endedAt } of recoveries) {
    const pk = partitionOf(source, cluster);
    const latest = partitions.get(pk) ?? new Map<string, number>();
    partitions.set(pk, latest.set(alert, Math.max(endedAt, latest.get(alert) ?? endedAt)));
  }
  return [...partitions].flatMap(([pk, latest]) => {
    const ended = [...latest].map(([alert, endedAt]) => ({ alert, endedAt }));
    return split(ended.toSorted((a, b) => a.endedAt - b.endedAt || (a.alert < b.alert ? -1 : 1))).map(
      (part) => [pk, part] as const,
    );
  });
}

function split(ended: readonly Ended[]): readonly (readonly Ended[])[] {
  const parts: Ended[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of ended) {
    bytes += bytesOf(entry);
    if (bytes > maxBytes) {
      parts.push([]);
      bytes = bytesOf(entry);
    }
    parts.at(-1)?.push(entry);
  }
  return parts;
}
