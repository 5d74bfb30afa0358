import type { Source } from '../../../functions/domain/job/scale-job.ts';
import type { DemoResult } from './audit.ts';
import type { DemoRecords, LedgerRequest } from './demo-records.ts';
import type { Outcome } from './message-outcomes.ts';

/** The output of `npm start -- --json`. */
export interface Summary {
  /** Messages sent. */
  readonly jobs: number;
  readonly accepted: number;
  readonly skipped: number;
  readonly replayed: number;
  readonly ignored: number;
  readonly deadLettered: number;
  /** Ended messages by dialect. */
  readonly dialects: Readonly<Partial<Record<Source, number>>>;
  /** Counted by the simulator, as `nodes`. */
  readonly purchases: number;
  readonly nodes: number;
  /** From the ledger. */
  readonly requests: readonly LedgerRequest[];
}

export function summarize(results: readonly DemoResult[], { requests, purchases }: DemoRecords): Summary {
  const ended = (outcome: Outcome) => results.filter(({ result }) => result.outcome === outcome).length;
  return {
    jobs: results.length,
    accepted: ended('accepted'),
    skipped: ended('skipped'),
    replayed: ended('replayed'),
    ignored: ended('ignored'),
    deadLettered: ended('dead-lettered'),
    dialects: countDialects(results),
    purchases: purchases.length,
    nodes: purchases.reduce((sum, { nodesGot }) => sum + nodesGot, 0),
    requests,
  };
}

function countDialects(results: readonly DemoResult[]): Partial<Record<Source, number>> {
  const settled = results.filter(({ result }) => result.outcome !== 'unsettled');
  const dialects = Map.groupBy(settled, ({ message }) => message.dialect);
  return Object.fromEntries([...dialects].flatMap(([dialect, of]) => (dialect ? [[dialect, of.length]] : [])));
}
