// What tests of the local engine share: waiting for facts, and a clock whose master is the test.
import type { Clock } from '../../../infra/local/clock.ts';

type Something<T> = Exclude<T, undefined | null | false>;
const isSomething = <T>(found: T): found is Something<T> => found !== undefined && found !== null && found !== false;

/** Looks again and again until there is something. @param seconds after which it throws; a busy machine takes its time */
export async function eventually<T>(what: string, look: () => T | Promise<T>, seconds = 50): Promise<Something<T>> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (isSomething(found)) return found;
    if (performance.now() > deadline) throw new Error(`${what} did not happen in ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A promise and what settles it, to hold a function up and to let it go. */
export function createGate(): { readonly passed: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

export interface TestClock extends Clock {
  /** Lets time pass; what falls due meanwhile runs at its own instant. */
  pass(ms: number): void;
  /** How many timers are set. */
  readonly waiting: () => number;
  /** The longest wait that was ever asked for. */
  readonly longestWait: () => number;
}

export function createTestClock(startAt: number): TestClock {
  let now = startAt;
  let longest = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      longest = Math.max(longest, ms);
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = next.at;
        next.run();
      }
      now = until;
    },
    waiting: () => timers.size,
    longestWait: () => longest,
  };
}
