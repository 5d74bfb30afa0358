// What histories add up to, ours and the baselines'.

import type { HistoryResult } from './history.ts';
import { purchasesByKey } from './invariants.ts';

export interface Violation {
  /** Of the history; an exhaustive one has none. */
  readonly seed?: number;
  readonly what: string;
  /** What happened, step by step, where it is known. */
  readonly steps?: readonly string[];
}

export interface Tally {
  histories: number;
  steps: number;
  jobs: number;
  purchases: number;
  doublePurchases: number;
  lostJobs: number;
  capBreaches: number;
  stuckJobs: number;
  otherViolations: number;
  faults: Record<string, number>;
  /** Of the first ones. */
  violations: Violation[];
}

export const emptyTally = (): Tally => ({
  histories: 0,
  steps: 0,
  jobs: 0,
  purchases: 0,
  doublePurchases: 0,
  lostJobs: 0,
  capBreaches: 0,
  stuckJobs: 0,
  otherViolations: 0,
  faults: {},
  violations: [],
});

export function addHistory(tally: Tally, result: HistoryResult): void {
  tally.histories += 1;
  tally.steps += result.steps;
  tally.jobs += result.keys.size;
  tally.purchases += result.world.service.purchases().filter(({ by }) => by === 'api').length;
  for (const [fault, times] of result.faults) tally.faults[fault] = (tally.faults[fault] ?? 0) + times;
  const { violation } = result;
  if (violation === undefined) return;
  if (violation.startsWith('bought ')) tally.doublePurchases += 1;
  else if (/acknowledged|^lost/.test(violation)) tally.lostJobs += 1;
  else if (violation.startsWith('cap:')) tally.capBreaches += 1;
  else if (violation.startsWith('stuck:')) tally.stuckJobs += 1;
  else tally.otherViolations += 1;
  if (tally.violations.length < 10) tally.violations.push({ seed: result.seed, what: violation });
}

/** A baseline's history is not stopped at its first mistake: all of them are counted, in nodes' worth of keys. */
export function addBaseline(tally: Tally, result: HistoryResult): void {
  addHistory(tally, result);
  const { world, keys } = result;
  const its = purchasesByKey(world);
  const inDeadLetters = world.queue.deadLetters.length > 0;
  for (const purchases of its.values()) if (purchases.length > 1) tally.doublePurchases += 1;
  for (const key of keys) if (!its.has(key) && !inDeadLetters && !world.rejected.has(key)) tally.lostJobs += 1;
  const byDay = new Map<string, number>();
  for (const { nonce, count } of world.service.purchases()) {
    const owner = world.owners.get(nonce ?? '');
    if (!owner) continue;
    const day = `${owner.cluster} ${owner.window}`;
    byDay.set(day, (byDay.get(day) ?? 0) + count);
  }
  for (const [day, nodes] of byDay) {
    const limits = world.config.clusters[day.split(' ')[0] ?? '']?.limits;
    if (limits && nodes > limits.maxPerDay) tally.capBreaches += 1;
  }
}

export function mergeTallies(into: Tally, from: Tally): void {
  for (const name of [
    'histories',
    'steps',
    'jobs',
    'purchases',
    'doublePurchases',
    'lostJobs',
    'capBreaches',
    'stuckJobs',
    'otherViolations',
  ] as const)
    into[name] += from[name];
  for (const [fault, times] of Object.entries(from.faults)) into.faults[fault] = (into.faults[fault] ?? 0) + times;
  into.violations.push(...from.violations.slice(0, 10 - into.violations.length));
}
