// Ready nodes over time, rebuilt from what came: nothing stores a history. Nodes that others added or removed are not in it, so it ends at
// the number of today and is right as far back as purchases explain it.
import type { Line } from '../../cli/jobs/listing.ts';

/** At epoch milliseconds, until the next. */
export type Level = readonly [at: number, nodes: number];

/** @param ready now @param lines jobs of one cluster @param from epoch milliseconds */
export function nodeHistory(ready: number, lines: readonly Line[], from: number): readonly Level[] {
  const arrivals = lines
    .flatMap(({ came }) => (came && came.nodes > 0 && came.at >= from ? [came] : []))
    .toSorted((a, b) => b.at - a.at);
  let level = ready;
  const levels: Level[] = [];
  for (const { at, nodes } of arrivals) {
    levels.push([at, level]);
    level = Math.max(0, level - nodes);
  }
  return [[from, level], ...levels.toReversed()];
}
