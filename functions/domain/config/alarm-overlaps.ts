// Patterns of two clusters that match the same alarm: the longer one wins (alarm-rules.ts). That is meant where one is within
// the other, such as `edge-gpu-*` within `edge-*`. Otherwise the wrong cluster may buy.
import { canBothMatch, isWithin } from './alarm-rules.ts';
import type { AlarmRule } from './types.ts';

export interface PlacedAlarm {
  readonly cluster: string;
  /** A name or a pattern. */
  readonly name: string;
  /** In the config. */
  readonly place: string;
}

/** The alarms of all clusters; unreadable ones are absent. */
export function placedAlarms(
  clusters: Readonly<Record<string, { readonly alarms?: readonly (AlarmRule | undefined)[] | undefined }>>,
): readonly PlacedAlarm[] {
  return Object.entries(clusters).flatMap(([cluster, { alarms = [] }]) =>
    alarms.flatMap((rule, i) =>
      rule ? { cluster, name: rule.name, place: `clusters.${cluster}.alarms[${i}].name` } : [],
    ),
  );
}

/** Where it depends on the order of the clusters which one buys, and rules that get no alarm. */
export function overlapProblems(alarms: readonly PlacedAlarm[]): string[] {
  return overlapsOf(alarms).flatMap(({ winner, loser, example }) => {
    if (winner.name.length === loser.name.length)
      return `${loser.place}: ${loser.name} and ${winner.name} (${winner.place}) both match ${example}, and are as long; let their beginnings differ`;
    if (isWithin(loser.name, winner.name))
      return `${loser.place}: ${winner.name} (${winner.place}) takes every alarm of ${loser.name}; remove one of them, or let their beginnings differ`;
    return [];
  });
}

/** Where each of two patterns matches alarms of its own, and the longer one takes those that both match. */
export function overlapWarnings(alarms: readonly PlacedAlarm[]): string[] {
  return overlapsOf(alarms).flatMap(({ winner, loser, example }) =>
    winner.name.length === loser.name.length || isWithin(loser.name, winner.name)
      ? []
      : `${loser.place}: of the alarms of ${loser.name}, the longer ${winner.name} (${winner.place}) takes those that it matches, such as ${example}; if they ask for nodes here, let the beginnings differ`,
  );
}

interface Overlap {
  readonly winner: PlacedAlarm;
  readonly loser: PlacedAlarm;
  /** A name that both match. */
  readonly example: string;
}

/** Without those that are meant: a narrower pattern that wins. A pair with one exact name is meant, too. */
function overlapsOf(alarms: readonly PlacedAlarm[]): readonly Overlap[] {
  return alarms.flatMap((one, i) =>
    alarms.slice(0, i).flatMap((earlier): readonly Overlap[] => {
      if (one.cluster === earlier.cluster || one.name === earlier.name) return [];
      const example = canBothMatch(earlier.name, one.name);
      if (example === undefined) return [];
      const [winner, loser] = one.name.length > earlier.name.length ? [one, earlier] : [earlier, one];
      const isMeant =
        !winner.name.includes('*') ||
        !loser.name.includes('*') ||
        (winner.name.length > loser.name.length &&
          isWithin(winner.name, loser.name) &&
          !isWithin(loser.name, winner.name));
      return isMeant ? [] : [{ winner, loser, example }];
    }),
  );
}
