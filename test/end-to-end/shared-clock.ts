// One clock for a test and the function processes that it starts: it stands still until the test moves it. What the processes share
// is one number in a file.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variable = 'END_TO_END_CLOCK';
const cellBytes = 8;

/** Replaces Date.now in this process. @param at epoch milliseconds */
export function startSharedClock(at: number) {
  const home = mkdtempSync(join(tmpdir(), 'end-to-end-clock-'));
  const file = join(home, 'now');
  const cell = openSync(file, 'w');
  const real = Date.now;
  let now = at;
  Date.now = () => now;
  function set(to: number): void {
    now = to;
    writeSync(cell, new Float64Array([to]), 0, cellBytes, 0);
  }
  set(at);
  return {
    /** For the processes that are to share this clock. */
    env: { [variable]: file, NODE_OPTIONS: `--import ${new URL(import.meta.url).href}` },
    now: () => now,
    set,
    close() {
      Date.now = real;
      closeSync(cell);
      rmSync(home, { recursive: true });
    },
  };
}

/** In a function process, this module is loaded before the bundle. */
const file = process.env[variable];
if (file !== undefined) {
  const cell = openSync(file, 'r');
  const now = new Float64Array(1);
  const read = () => {
    readSync(cell, now, 0, cellBytes, 0);
    return now[0] ?? 0;
  };
  // Log lines are dated by `new Date()`.
  globalThis.Date = class extends Date {
    constructor(...of: readonly unknown[]) {
      super(...((of.length === 0 ? [read()] : of) as [number]));
    }
    static override now = read;
  } as DateConstructor;
}
