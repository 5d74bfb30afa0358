// When the leases of nodes end, as `clusters --expiring` reads them.
import type { ExpiringLeases } from '../../cli/jobs/expiring-leases.ts';

/** Nodes of a cluster whose leases end together. */
export interface Lease {
  readonly cluster: string;
  readonly nodes: number;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

export interface Leases {
  /** Those that have not ended, the earliest first. */
  readonly leases: readonly Lease[];
  /** Nodes of which the end of the lease is not known. */
  readonly endUnknown: number;
  /** Clusters whose nodes cannot be read. */
  readonly unread: readonly string[];
}

export function leasesOf(found: readonly ExpiringLeases[], now: number): Leases {
  const read = found.flatMap(({ cluster, leases }) => ('unknown' in leases ? [] : [{ cluster, ...leases }]));
  return {
    leases: read
      .flatMap(({ cluster, days }) =>
        [
          ...Map.groupBy(
            days.flatMap(({ nodes }) => nodes),
            ({ endsAt }) => endsAt,
          ),
        ].map(([endsAt, nodes]) => ({
          cluster,
          nodes: nodes.length,
          endsAt,
        })),
      )
      .filter(({ endsAt }) => endsAt > now)
      .toSorted((a, b) => a.endsAt - b.endsAt),
    endUnknown: read.reduce((all, { endUnknown }) => all + endUnknown, 0),
    unread: found.flatMap(({ cluster, leases }) => ('unknown' in leases ? [cluster] : [])),
  };
}
