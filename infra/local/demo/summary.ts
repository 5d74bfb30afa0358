import type { Source } from '../../../functions/domain/job/scale-job.ts';
import type { Ending } from './audit.ts';
import type { Evidence, LedgerRequest } from './evidence.ts';
import type { Outcome } from './fates.ts';

/** The last line of `npm start -- --json`. */
export interface Summary {
  /** Messages sent; each ended as one of the next five, if all went well. */
  readonly jobs: number;
  readonly accepted: number;
  readonly skipped: number;
  readonly replayed: number;
  readonly ignored: number;
  readonly deadLettered: number;
  /** How many of them ended, by the dialect that they were in. */
  readonly dialects: Readonly<Partial<Record<Source, number>>>;
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
    ignored: ended('ignored'),
    deadLettered: ended('dead-lettered'),
    dialects: countDialects(endings),
    purchases: purchases.length,
    nodes: purchases.reduce((sum, { nodesGot }) => sum + nodesGot, 0),
    requests,
  };
}

function countDialects(endings: readonly Ending[]): Partial<Record<Source, number>> {
  const settled = endings.filter(({ fate }) => fate.outcome !== 'unsettled');
  const dialects = Map.groupBy(settled, ({ chapter }) => chapter.dialect);
  return Object.fromEntries([...dialects].flatMap(([dialect, of]) => (dialect ? [[dialect, of.length]] : [])));
}
