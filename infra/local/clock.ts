/** Time, so that a test can be its master. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs something once, later. @returns what takes that back */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Tells the time, and runs nothing. */
export const clockWithoutTimers: Clock = { ...systemClock, after: () => () => undefined };
