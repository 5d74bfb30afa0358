import { stripVTControlCharacters } from 'node:util';
import Table, { type TableConstructorOptions } from 'cli-table3';
import { visible } from './visible.ts';

const noFrame = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((edge) =>
    [edge, `${edge}-mid`, `${edge}-left`, `${edge}-right`].map((part) => [part, '']),
  ),
);

/**
 * Rows as lines in columns, without a frame. Colours do not count for the widths. Within `columns`, the last column is
 * wrapped by word; where it is too narrow for its longest word, it has lines of its own, so that no key is cut.
 */
export function tableLines(
  rows: readonly (readonly string[])[],
  {
    gap = '  ',
    columns,
    ...options
  }: TableConstructorOptions & { readonly gap?: string; readonly columns?: number | undefined } = {},
): readonly string[] {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  // A text of others must not begin a line of its own. Made visible here, it has its width.
  const shown = rows.map((row) => row.map((cell) => visible(cell).replaceAll('\n', ' ')));
  const fitted = fitInto(shown, gap.length, columns);
  const table = new Table({ style, chars: { ...noFrame, middle: gap }, ...options });
  table.push(...fitted.rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  return lines.flatMap((line, i) => [line.trimEnd(), ...(fitted.below[i] ?? [])]);
}

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

interface Fitted {
  readonly rows: readonly (readonly string[])[];
  /** Lines below a row. */
  readonly below: readonly (readonly string[])[];
}

function fitInto(rows: readonly (readonly string[])[], gap: number, columns: number | undefined): Fitted {
  const others = rows.map((row) => row.slice(0, -1));
  const last = rows.map((row) => row.at(-1) ?? '');
  const left = Math.max(0, ...rows.map((row) => row.length - 1));
  const taken = Array.from({ length: left }, (_, i) => Math.max(...others.map((row) => widthOf(row[i] ?? ''))) + gap);
  const room = (columns ?? Number.POSITIVE_INFINITY) - taken.reduce((all, one) => all + one, 0);
  if (Math.max(0, ...last.map(widthOf)) <= room) return { rows, below: [] };
  const longestWord = Math.max(...last.flatMap((text) => text.split(' ')).map(widthOf));
  if (longestWord <= room)
    return { rows: rows.map((row, i) => [...row.slice(0, -1), wrap(last[i] ?? '', room).join('\n')]), below: [] };
  const indent = '    ';
  const width = Math.max(longestWord, (columns ?? 0) - indent.length);
  return { rows: others, below: last.map((text) => wrap(text, width).map((line) => indent + line)) };
}

/** By word. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || widthOf(line) + 1 + widthOf(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
