// The table of notes: what is known for a while. It stands beside the ledger, because the ledger must not forget.

/** As infra/notes-table.ts creates it. */
export const notesTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** The jobs of a cluster that wait, by time. No other note has its key attributes. */
  index: {
    name: 'byCluster',
    partitionKey: 'cluster',
    sortKey: 'at',
    projected: ['key', 'outcome', 'reason', 'story'],
  },
} as const;

/** The value of `expiresAt`, at or after `ms`, in seconds. DynamoDB deletes up to two days later: readers leave out what is over. */
export const expiryAt = (ms: number): number => Math.ceil(ms / 1000);
