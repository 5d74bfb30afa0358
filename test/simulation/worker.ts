// One process of a simulation run: histories one after the other, their tally sent to the parent as they go.
import { ourHandler } from './actors.ts';
import { idempotencyRecord } from './baselines/idempotency-record.ts';
import { leaseOnly } from './baselines/lease-only.ts';
import { naiveRetry } from './baselines/naive-retry.ts';
import { type ExhaustiveReport, exhaust } from './exhaustive.ts';
import { runHistory } from './history.ts';
import { smallCases } from './small-cases.ts';
import { addBaseline, addHistory, emptyTally, type Tally } from './tally.ts';
import type { Budget } from './ways.ts';

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
  /** Instead of random histories: every placement of so many deviations in a small one. */
  readonly exhaust?: { readonly smallCase: number; readonly budget: Budget };
}

/** What a process says: what was added since its last report, and whether the order is carried out. */
export interface WorkerReport {
  readonly tally: Tally;
  readonly ended: boolean;
}

/** The seed of the n-th history of a run. */
export const historySeed = (seed: number, n: number): number => (Math.imul(seed, 0x9e3779b1) + n) | 0;

const reportEvery = 250;

export async function work(order: Order, report: (tally: Tally) => void): Promise<void> {
  // Simulated errors are thrown by the thousand and never printed: their stacks would be half of the work.
  Error.stackTraceLimit = 0;
  const handler = handlers[order.handler];
  let tally = emptyTally();
  if (order.exhaust) return workExhaustively(order.exhaust, report);
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

async function workExhaustively(
  { smallCase, budget }: NonNullable<Order['exhaust']>,
  report: (tally: Tally) => void,
): Promise<void> {
  const one = smallCases()[smallCase];
  if (!one) throw new RangeError(`no small case ${smallCase}`);
  let reported = { histories: 0, steps: 0 };
  const tell = ({ histories, steps }: ExhaustiveReport, rest: Partial<Tally> = {}): void => {
    const since = { histories: histories - reported.histories, steps: steps - reported.steps };
    report({ ...emptyTally(), ...since, ...rest });
    reported = { histories, steps };
  };
  const end = await exhaust(one, budget, tell);
  tell(end, { otherViolations: end.violations.length, violations: [...end.violations] });
}

if (process.send) {
  const send = process.send.bind(process) as (report: WorkerReport) => boolean;
  process.on('message', (order: Order) => {
    const report = (tally: Tally) => send({ tally, ended: false });
    work(order, report).then(
      () => send({ tally: emptyTally(), ended: true }),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
