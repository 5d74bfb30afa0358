// Load by the minute, from a file of lines `timestamp,value`: UTC instants, and requests or another load from then on.
import { readInstant } from '../../functions/domain/instant.ts';

export interface Trace {
  /** Epoch milliseconds of the first minute. */
  readonly startAt: number;
  /** The load in each minute. */
  readonly loads: readonly number[];
}

const minuteMs = 60_000;

/** A value holds until the next line. @throws Error that names the line */
export function readTrace(text: string): Trace {
  const [, ...lines] = text.trimEnd().split(/\r?\n/);
  const rows = lines.map((line, i) => {
    const [timestamp = '', value = ''] = line.split(',');
    const at = instantOf(timestamp);
    const load = Number(value);
    if (at === undefined || value.trim() === '' || !(load >= 0))
      throw new Error(`line ${i + 2}: ${line}; use TIMESTAMP,LOAD, such as 2026-06-01T00:00:00Z,2410`);
    return { at, load };
  });
  const [first] = rows;
  if (!first) throw new Error('the trace has no lines after its first one, which names the columns');
  const loads: number[] = [];
  for (const [i, { at, load }] of rows.entries()) {
    const next = rows[i + 1]?.at ?? at + minuteMs;
    if (next <= at) throw new Error(`line ${i + 3}: it is not later than the line before it; sort the lines`);
    while (first.at + loads.length * minuteMs < next) loads.push(load);
  }
  return { startAt: first.at, loads };
}

/** The product takes no instant before the year 2000. The calendar repeats after 28 years, weekdays included. */
function instantOf(timestamp: string): number | undefined {
  const year = Number(timestamp.slice(0, 4));
  return readInstant(year < 2000 ? `${year + 28}${timestamp.slice(4)}` : timestamp);
}
