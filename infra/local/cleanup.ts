/** What was started, to be stopped in the opposite order: each part may rely on those before it until it has ended. */
export interface Cleanup {
  add(stop: () => Promise<void> | void): void;
  /** Runs everything, also after a failure. @throws the first failure */
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
