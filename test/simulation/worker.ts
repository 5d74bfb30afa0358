// One process of a simulation run: histories one after the other, their tally sent to the parent as they go.
import { ourHandler } from './actors.ts';
import { idempotencyRecord } from './baselines/idempotency-record.ts';
import { leaseOnly } from './baselines/lease-only.ts';
import { naiveRetry } from './baselines/naive-retry.ts';
import { type Budget, exhaust } from './exhaustive.ts';
import { runHistory } from './history.ts';
import { addBaseline, addHistory, emptyTally } from './tally.ts';

export const handlers = {
  ours: ourHandler,
  'naive retry': naiveRetry,
  'idempotency record': idempotencyRecord,
  'lease only': leaseOnly,
} as const;

export type HandlerName = keyof typeof handlers;

export interface Order {
  readonly handler: HandlerName;
  readonly seed: number;
  /** Histories from..to (exclusive), every `stride`-th. */
  readonly from: number;
  readonly to: number;
  readonly stride: number;
  readonly stopAtViolation: boolean;
  /** Instead of random histories: every placement of this many faults and preemptions. */
  readonly budgets?: readonly Budget[];
}

/** The seed of the n-th history of a run. */
export const historySeed = (seed: number, n: number): number => (Math.imul(seed, 0x9e3779b1) + n) | 0;

const reportEvery = 250;

export async function work(order: Order, report: (tally: ReturnType<typeof emptyTally>) => void): Promise<void> {
  // Simulated errors are thrown by the thousand and never printed: their stacks would be half of the work.
  Error.stackTraceLimit = 0;
  const handler = handlers[order.handler];
  let tally = emptyTally();
  if (order.budgets) {
    for (const budget of order.budgets) {
      const { histories, steps, violations } = await exhaust(budget);
      report({
        ...emptyTally(),
        histories,
        steps,
        otherViolations: violations.length,
        violations: [...violations],
      });
    }
    return;
  }
  for (let n = order.from; n < order.to; n += order.stride) {
    const ours = order.handler === 'ours';
    const result = await runHistory({ seed: historySeed(order.seed, n), handler, keepGoing: !ours });
    if (ours) addHistory(tally, result);
    else addBaseline(tally, result);
    if (tally.histories === reportEvery) {
      report(tally);
      tally = emptyTally();
    }
    if (result.violation && order.stopAtViolation) break;
  }
  report(tally);
}

if (process.send) {
  const send = process.send.bind(process);
  process.once('message', (order: Order) => {
    void work(order, (tally) => send(tally)).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
