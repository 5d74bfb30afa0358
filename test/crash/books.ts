// What was asked for, sold, written down and left over in a crash test: all that its audit looks at.
import type { Purchase } from '../../functions/backtest/world/ack/scale-out.ts';

export interface Books {
  /** What was asked for under each key: more than one thing only where a key was used again for another. */
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly poison: ReadonlySet<string>;
  readonly purchases: readonly Purchase[];
  /** Every item of the ledger's table. */
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** Of what still waits on the queue. */
  readonly waiting: readonly string[];
  readonly deadLetters: readonly DeadLetter[];
  /** The ledger's name of a cluster, by its id. */
  readonly nameOf: (clusterId: string) => string | undefined;
}

export interface DeadLetter {
  readonly body: string;
  /** Of the jobs in it; none in poison. */
  readonly jobs: readonly { readonly key: string; readonly payload: string }[];
}
