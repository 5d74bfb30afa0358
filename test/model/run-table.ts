// Runs the table: what must hold, what must be found, and what does no harm.
import { configurations } from './configurations.ts';
import { harmlessMutants, mutants } from './mutants.ts';
import type { Options } from './options.ts';
import { type Result, search } from './search.ts';

export type Kind = 'configuration' | 'mutant' | 'harmless';

export interface Entry {
  readonly kind: Kind;
  readonly name: string;
  readonly options: Options;
  readonly quick?: true;
}

export interface Row extends Result {
  readonly kind: Kind;
  readonly name: string;
  /** Whether the result is the one of the table: a violation for a mutant, none for the others. */
  readonly expected: boolean;
}

export const table: readonly Entry[] = [
  ...configurations.map((entry) => ({ kind: 'configuration' as const, ...entry })),
  ...mutants.map((entry) => ({ kind: 'mutant' as const, ...entry })),
  ...harmlessMutants.map((entry) => ({ kind: 'harmless' as const, ...entry })),
];

interface Watcher {
  readonly onProgress: (entry: Entry, states: number) => void;
  readonly onRow: (row: Row, entry: Entry) => void;
}

export function runTable(entries: readonly Entry[], { onProgress, onRow }: Watcher): readonly Row[] {
  return entries.map((entry) => {
    const { kind, name, options } = entry;
    const result = search(options, { onProgress: (states) => onProgress(entry, states) });
    const expected = (result.violation !== undefined) === (kind === 'mutant') && !result.unfinished;
    const row = { kind, name, expected, ...result };
    onRow(row, entry);
    return row;
  });
}
