/** Stops parts in the opposite order of their start. */
export interface Cleanup {
  add(stop: () => Promise<void> | void): void;
  /** Runs all, also after a failure. @throws the first failure */
  run(): Promise<void>;
}

export function createCleanup(): Cleanup {
  const stops: (() => Promise<void> | void)[] = [];
  return {
    add: (stop) => {
      stops.push(stop);
    },
    async run() {
      const failures: unknown[] = [];
      for (let stop = stops.pop(); stop; stop = stops.pop()) {
        try {
          await stop();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
