import type { Ending } from './audit.ts';
import type { Evidence, LedgerRequest } from './evidence.ts';
import type { Outcome } from './fates.ts';

/** The last line of `npm start -- --json`. */
export interface Summary {
  /** Messages sent; each ended as one of the next four, if all went well. */
  readonly jobs: number;
  readonly accepted: number;
  readonly skipped: number;
  readonly replayed: number;
  readonly deadLettered: number;
  /** Counted by the simulator, as `nodes`. */
  readonly purchases: number;
  readonly nodes: number;
  /** From the ledger. */
  readonly requests: readonly LedgerRequest[];
}

export function summarize(endings: readonly Ending[], { requests, purchases }: Evidence): Summary {
  const ended = (outcome: Outcome) => endings.filter(({ fate }) => fate.outcome === outcome).length;
  return {
    jobs: endings.length,
    accepted: ended('accepted'),
    skipped: ended('skipped'),
    replayed: ended('replayed'),
    deadLettered: ended('dead-lettered'),
    purchases: purchases.length,
    nodes: purchases.reduce((sum, { nodesGot }) => sum + nodesGot, 0),
    requests,
  };
}
