import Table, { type TableConstructorOptions } from 'cli-table3';

const noFrame = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((edge) =>
    [edge, `${edge}-mid`, `${edge}-left`, `${edge}-right`].map((part) => [part, '']),
  ),
);

/** Rows as lines in columns, without a frame. Colours do not count for the widths. */
export function tableLines(
  rows: readonly (readonly string[])[],
  { gap = '  ', ...options }: TableConstructorOptions & { readonly gap?: string } = {},
): readonly string[] {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const table = new Table({ style, chars: { ...noFrame, middle: gap }, ...options });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
