// How the filters of a list are written: in the options of `list`, and in the URLs of the console.
import * as z from 'zod/mini';
import type { Position } from '../../adapters/ledger/listed-job.ts';
import { readInstant } from '../../domain/instant.ts';
import { parseJson } from '../../domain/record.ts';
import { type JobState, stateColours } from '../report/state-colours.ts';
import { readDuration } from '../terminal/instants.ts';

/** The states of the records, and the words that events and alarms have for them. An event `refused` is one kind of skip only. */
export const statesByWord = {
  ...(Object.fromEntries(Object.keys(stateColours).map((state) => [state, state])) as { [S in JobState]: S }),
  bought: 'accepted',
  'in-doubt': 'unknown',
  ready: 'completed',
  refused: 'skipped',
} as const satisfies Record<string, JobState>;

export interface Since {
  /** As typed, for the command of the next page. */
  readonly text: string;
  readonly at: (now: number) => number;
}

/** `30m`, `12h`, `7d`, a UTC day or an instant; undefined for another text. */
export function readSince(text: string): Since | undefined {
  const ms = readDuration(text);
  if (ms !== undefined) return { text, at: (now) => now - ms };
  const at = readInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  return at === undefined ? undefined : { text, at: () => at };
}

/** At the end: whether it is a note in the ledger's table, or `notes` for one in their own. */
const cursorSchema = z.tuple([z.int(), z.string(), z.string(), z.union([z.boolean(), z.literal('notes')])]);

export const writeCursor = ({ at, cluster, key, noteIn }: Position): string =>
  Buffer.from(JSON.stringify([at, cluster, key, noteIn === 'notes' ? noteIn : noteIn === 'ledger'])).toString(
    'base64url',
  );

/** Undefined for a text that `writeCursor` did not write. */
export function readCursor(text: string): Position | undefined {
  const read = cursorSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  if (!read.success) return undefined;
  const [at, cluster, key, note] = read.data;
  return { at, cluster, key, ...(note !== false && { noteIn: note === true ? 'ledger' : note }) };
}
