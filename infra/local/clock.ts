/** Time that a test can control. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** @returns a function that cancels it */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const clockWithoutTimers: Clock = { ...systemClock, after: () => () => undefined };
