// Alerts as life mixes them: each cluster buys once, and then come replays of that and alarms that buy nothing.
import type { SQSEvent } from 'aws-lambda';
import { createRandom } from '../fuzz/random.ts';
import { alarm, batchesOf, buy, poison, staleAlarm } from './alerts.ts';

/** What the mix is, for whoever reads its figures. */
export const mixNote =
  'Of the alerts, 10 % buy, 50 % are replays, 30 % too old, 9 % find their nodes on the way, 1 % is poison.';

const alertsPerCluster = 10;

interface Mix {
  readonly events: readonly SQSEvent[];
  /** That the alerts make. */
  readonly purchases: number;
}

/** In batches in which kinds and clusters alternate. @param series keeps the keys of one mix from those of another */
export function mixOf(clusters: readonly string[], alerts: number, series: number): Mix {
  const random = createRandom(series);
  const now = Date.now();
  const perRound = clusters.length * alertsPerCluster;
  const rounds = Math.ceil(alerts / perRound);
  const bodies = Array.from({ length: rounds }, (_, round) => {
    const left = Math.min(perRound, alerts - round * perRound);
    const its = clusters.slice(0, Math.ceil(left / alertsPerCluster));
    return Array.from({ length: left }, (_, n) => {
      const cluster = its[n % its.length] ?? '';
      const bought = buy(cluster, `${series}-${round}`);
      // The purchase comes first: what follows is a replay of it, or finds its nodes on the way.
      return n < its.length ? bought : later(random.integer(90), bought, cluster, round * perRound + n, now);
    });
  });
  return { events: bodies.flatMap(batchesOf), purchases: Math.ceil(alerts / alertsPerCluster) };
}

function later(drawn: number, bought: string, cluster: string, n: number, now: number): string {
  if (drawn < 50) return bought;
  if (drawn < 80) return staleAlarm(cluster, n, now);
  return drawn < 89 ? alarm(cluster, n, now) : poison(n);
}
