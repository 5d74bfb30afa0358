// Leases of minutes and a fence of 35 would make a crash test last for days. Its world runs fast instead: Date.now, the
// only clock that the functions, the queue and the simulator have, goes at this rate in every process of the test, and is
// moved on by minutes now and then. A faster rate would leave a busy machine no time for the short limits: a purchase
// leaves within five seconds of its signature, or not at all.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A minute of the test's world is three seconds of ours. */
export const clockRate = 20;
const variable = 'CRASH_TEST_CLOCK';
/** What the processes share is one number in a file: by how much the clock was moved on. */
const cellBytes = 8;

export interface FastClock {
  /** For the processes that are to share this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** Moves the clock on for all of them at once, as if everybody had been frozen for that long. */
  skip(ms: number): void;
  close(): void;
}

/** Replaces Date.now in this process. */
export function startFastClock(): FastClock {
  const home = mkdtempSync(join(tmpdir(), 'crash-test-clock-'));
  const file = join(home, 'skipped');
  const cell = openSync(file, 'w');
  const epoch = Date.now();
  let skipped = 0;
  const restore = replaceNow(epoch, () => skipped);
  function skip(ms: number): void {
    skipped += Math.round(ms);
    writeSync(cell, new Float64Array([skipped]), 0, cellBytes, 0);
  }
  skip(0);
  return {
    env: { [variable]: JSON.stringify({ epoch, file }) },
    skip,
    close() {
      restore();
      closeSync(cell);
      rmSync(home, { recursive: true });
    },
  };
}

/** Replaces Date.now in a process that was started with the clock's environment. */
export function joinFastClock(env: Readonly<Record<string, string | undefined>>): void {
  const { epoch, file }: { epoch: number; file: string } = JSON.parse(env[variable] ?? '');
  const cell = openSync(file, 'r');
  const skipped = new Float64Array(1);
  replaceNow(epoch, () => {
    readSync(cell, skipped, 0, cellBytes, 0);
    return skipped[0] ?? 0;
  });
}

function replaceNow(epoch: number, skipped: () => number): () => void {
  const real = Date.now;
  Date.now = () => epoch + (real() - epoch) * clockRate + skipped();
  return () => {
    Date.now = real;
  };
}
