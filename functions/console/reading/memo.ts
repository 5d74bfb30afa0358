// What is read for many pages, kept for a while.
import { setTimeout as delay } from 'node:timers/promises';

interface MemoOptions {
  /** How old a value may be: milliseconds. */
  readonly ageMs: number;
  /** A page waits no longer than this for a first value: milliseconds. */
  readonly waitMs: number;
  /** Readings at the same time. */
  readonly atOnce: number;
  readonly now: () => number;
}

interface Kept<T> {
  readonly stamp: unknown;
  readonly at: number;
  readonly value: Promise<T>;
}

/**
 * Values by key. An old value, or one with another stamp, is read again in the background and serves until then.
 * @throws Error('it is being read') where the first value takes long; what `read` throws is kept like a value
 */
export function createMemo<T>({ ageMs, waitMs, atOnce, now }: MemoOptions) {
  const values = new Map<string, Kept<T>>();
  const reading = new Map<string, Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn(read: () => Promise<T>): Promise<T> {
    if (running >= atOnce) await new Promise<void>((go) => waiting.push(go));
    running += 1;
    try {
      return await read();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  function start(key: string, stamp: unknown, read: () => Promise<T>): Promise<unknown> {
    const value = inTurn(read);
    const done = value
      .catch(() => undefined)
      .then(() => {
        values.set(key, { stamp, at: now(), value });
        reading.delete(key);
      });
    reading.set(key, done);
    return done;
  }

  return async (key: string, stamp: unknown, read: () => Promise<T>): Promise<T> => {
    const kept = values.get(key);
    const isFresh = kept && kept.stamp === stamp && now() - kept.at < ageMs;
    if (kept && isFresh) return kept.value;
    const done = reading.get(key) ?? start(key, stamp, read);
    await Promise.race([done, delay(waitMs, undefined, { ref: false })]);
    const { value } = values.get(key) ?? {};
    if (value === undefined) throw new Error('it is being read');
    return value;
  };
}

interface RefreshOptions {
  readonly everyMs: number;
  readonly waitMs: number;
  readonly now: () => number;
}

/**
 * One value that is read again when it is asked for and old. Reading takes a quarter of the time at most, however long it takes.
 * @returns the newest value, after `waitMs` an older one; the first one is waited for
 */
export function createRefreshed<T>(read: () => Promise<T>, { everyMs, waitMs, now }: RefreshOptions): () => Promise<T> {
  let latest: { readonly value: T } | undefined;
  let current: Promise<void> | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;
  function start(): Promise<void> {
    const startedAt = now();
    current = read()
      .then((value) => {
        latest = { value };
      })
      .finally(() => {
        current = undefined;
        // Without a value, the next page tries again.
        notBefore = latest ? startedAt + Math.max(everyMs, 4 * (now() - startedAt)) : now();
      });
    return current;
  }
  return async () => {
    const running = current ?? (now() >= notBefore ? start() : undefined);
    if (!latest) await running;
    else if (running)
      // An error shows when there is no value; the next page tries again.
      await Promise.race([running.catch(() => undefined), delay(waitMs, undefined, { ref: false })]);
    if (!latest) throw new Error('nothing was read');
    return latest.value;
  };
}
