// What is measured of the throughput: each kind of alert, on each side, over few clusters and many.

/** buy: bought. replay: the same job again. skip: too old. look: nothing is missing, which takes a look at the cluster. */
export const kinds = ['buy', 'replay', 'skip', 'look', 'poison'] as const;
export type Kind = (typeof kinds)[number];
export type Side = 'ours' | 'reference';

/** Medians over fresh processes. */
export interface Cell {
  readonly side: Side;
  readonly kind: Kind;
  /** Milliseconds. */
  readonly latency: number;
  /** Clusters. */
  readonly spread: number;
  readonly alertsPerSecond: number;
  /** Processor time per alert. */
  readonly cpuMs: number;
}
