// A value of another service that is kept in memory. A process may be frozen at any time, also while it reads.

export interface Kept<T> {
  /** Reads once for all who ask at the same time, and again once the value is over. */
  get(): Promise<T>;
  /** Reads again at the next use. */
  forget(): void;
}

interface KeptOptions<T> {
  readonly read: () => Promise<T>;
  /** Until when a value is used. Epoch milliseconds, as `readAt`, when its reading began. */
  readonly until: (value: T, readAt: number) => number;
  /** From when on a use starts the next reading, and does not wait for it. By default that waits until the value is over. */
  readonly renewFrom?: (value: T) => number;
  /** Nothing waits for a reading that has been under way for longer: it is read anew. */
  readonly pendingMs: number;
  /** How long a failure is kept. */
  readonly failureTtlMs?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Entry<T> {
  readonly value: Promise<T>;
  /** When the reading began: what it answers is from then or later. */
  readonly readAt: number;
  until: number;
  renewFrom: number;
}

export function createKept<T>({ read, until, renewFrom, pendingMs, failureTtlMs = 0, now }: KeptOptions<T>): Kept<T> {
  let current: Entry<T> | undefined;
  let next: Entry<T> | undefined;

  function start(): Entry<T> {
    const readAt = now();
    const entry: Entry<T> = { value: read(), readAt, until: readAt + pendingMs, renewFrom: Number.POSITIVE_INFINITY };
    entry.value.then(
      (value) => {
        entry.until = until(value, readAt);
        entry.renewFrom = renewFrom?.(value) ?? entry.until;
        // A reading from before `forget` is none of them any more.
        if (next === entry) [current, next] = [entry, undefined];
      },
      () => {
        entry.until = now() + failureTtlMs;
        if (next === entry) next = undefined;
      },
    );
    return entry;
  }

  /** A clock that was set back tells nothing of the age. */
  const isUsable = ({ readAt, until: end }: Entry<T>): boolean => now() >= readAt && now() < end;

  return {
    get() {
      if (!current || !isUsable(current)) {
        current = next && isUsable(next) ? next : start();
        next = undefined;
      } else if (now() >= current.renewFrom && !(next && isUsable(next))) next = start();
      return current.value;
    },
    forget() {
      current = undefined;
      next = undefined;
    },
  };
}
