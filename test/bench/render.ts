// Tables as people read them: in a terminal, and in Markdown.
import type { Table, Target } from './part.ts';

export const targetTable = (targets: readonly Target[]): Table => ({
  title: 'Targets',
  head: ['', 'reached', 'target', 'measured'],
  rows: targets.map(({ what, limit, figure, reached }) => [what, reached ? 'yes' : 'NO', limit, figure]),
});

export function asText({ title, head, rows, note }: Table): string {
  const lines = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const text = lines.map((line) =>
    widths
      .map((width, i) => (i === 0 ? (line[i] ?? '').padEnd(width) : (line[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
  return [title, '', ...text, ...(note ? [note] : [])].join('\n');
}

export function asMarkdown({ title, head, rows, note }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`;
  return [`### ${title}`, '', line(head), rule, ...rows.map(line), ...(note ? ['', note] : [])].join('\n');
}
