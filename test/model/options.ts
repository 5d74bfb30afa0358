// What one run of the checker explores.
import type { MutantName } from './mutant-names.ts';

export interface Options {
  readonly jobs: 1 | 2;
  /** Functions, visits of the reconciler and people at work at the same time. */
  readonly processes: number;
  /** Nodes that may be bought; every job buys one. */
  readonly cap: number;
  /** The cluster takes a second attempt past the fence. */
  readonly rearm: boolean;
  /** A person settles what is parked. */
  readonly person: boolean;
  /** The config says that only this function scales the cluster, so that one task is evidence enough to adopt it. */
  readonly exclusive: boolean;
  /** A task that is not ours may show up: one like ours, or one that is evidence only (another type, an older date). */
  readonly foreign: 'none' | 'like ours' | 'evidence';
  /** Our clock may be ahead of the gateway's: 35 minutes pass on it before the fence. */
  readonly tolerance: boolean;
  /** Weaker than assumption A4: our own task may be listed with another type or an older date. */
  readonly disguised: boolean;
  /** Weaker than assumption A4: one listing may miss what is there. */
  readonly incomplete: boolean;
  /** A person pauses and resumes the cluster, at any moment and as often as wanted. */
  readonly pause: boolean;
  /** What was accepted is followed to its end (FOLLOW, SHRINK), and cooldowns are counted. */
  readonly follow: boolean;
  /** Job 0 was accepted and forgotten before the run begins, and its nodes are on their way: it alone is followed. */
  readonly settledBefore: boolean;
  /** An earlier task failed, so the cooldown is the longer one at the beginning. */
  readonly failedBefore: boolean;
  /** Takes two states that differ in the names of the jobs for one. */
  readonly symmetric: boolean;
  readonly mutant?: MutantName;
}

export const defaults: Options = {
  jobs: 1,
  processes: 2,
  cap: 2,
  rearm: false,
  person: true,
  exclusive: true,
  foreign: 'none',
  tolerance: false,
  disguised: false,
  incomplete: false,
  pause: false,
  follow: false,
  settledBefore: false,
  failedBefore: false,
  symmetric: false,
};

/** Sends of one purchase, the first included. */
export const maxAttempts = 2;
