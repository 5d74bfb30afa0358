import { tableLines } from '../../functions/cli/terminal/table.ts';

/** A table whose first column names the row; the others hold figures. */
export const figureLines = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  tableLines([head, ...rows], { colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')) });
