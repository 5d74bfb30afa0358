// What the ACK service has sold, and how it changes the nodes from minute to minute.
import type { ClusterConfig } from '../domain/config/types.ts';
import type { Functions } from './functions.ts';
import type { BoughtNodes } from './result.ts';
import { minuteMs } from './trace.ts';

export interface PlayedPurchase extends Omit<BoughtNodes, 'cents'> {
  /** When the lease of each node that came begins: epoch milliseconds of the simulated clock. */
  readonly leasesFrom: readonly number[];
  /** The minute in which the first one is Ready; Infinity where none came. */
  readonly firstReady: number;
}

interface ShopOptions {
  readonly functions: Functions;
  readonly policy: ClusterConfig;
  readonly startAt: number;
  readonly minutes: number;
  readonly leasesEnd: boolean;
}

export function followShop({ functions, policy, startAt, minutes, leasesEnd }: ShopOptions) {
  const { ack } = functions;
  const [readyChange, paidChange] = [new Int16Array(minutes), new Int16Array(minutes)];
  const purchases: PlayedPurchase[] = [];
  const change = (of: Int16Array, at: number, by: number, earliest: number): void => {
    if (!Number.isFinite(at)) return;
    const minute = Math.max(earliest, Math.ceil((at - startAt) / minuteMs));
    if (minute < minutes) of[minute] = (of[minute] ?? 0) + by;
  };
  return {
    readyChange,
    paidChange,
    purchases: purchases as readonly PlayedPurchase[],
    /** What was bought since it was asked last. */
    take(minute: number): readonly PlayedPurchase[] {
      const all = ack.purchases();
      const fresh = all.slice(purchases.length).map(({ taskId, count }): PlayedPurchase => {
        const nodes = ack.tasksOf(policy.id).find((task) => task.taskId === taskId)?.nodes ?? [];
        for (const { readyAt, expiresAt } of nodes) {
          // Nodes are counted at the start of a minute, so these count from the next one on.
          change(readyChange, readyAt, 1, minute + 1);
          if (!leasesEnd) continue;
          if (readyAt < expiresAt) change(readyChange, expiresAt, -1, minute + 1);
          change(paidChange, expiresAt, -1, minute + 1);
        }
        const readyMinutes = nodes.map(({ readyAt }) => Math.ceil((readyAt - startAt) / minuteMs));
        const [firstReady, lastReady] = [Math.min(...readyMinutes), Math.max(...readyMinutes)];
        return {
          ...{ minute, count, got: nodes.length, leasesFrom: nodes.map(({ bootAt }) => bootAt), firstReady },
          ...(nodes.length > 0 && lastReady < minutes && { readyMinute: lastReady }),
        };
      });
      purchases.push(...fresh);
      return fresh;
    },
  };
}
