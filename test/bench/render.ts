// Tables as people read them: in a terminal, and in Markdown.
import { figureLines } from '../support/figure-lines.ts';
import type { Table, Target } from './part.ts';

export const targetTable = (targets: readonly Target[]): Table => ({
  title: 'Targets',
  head: ['', 'reached', 'target', 'measured'],
  rows: targets.map(({ what, limit, figure, reached }) => [what, reached ? 'yes' : 'NO', limit, figure]),
});

export const asText = ({ title, head, rows, note }: Table): string =>
  [title, '', ...figureLines(head, rows), ...(note ? [note] : [])].join('\n');

export function asMarkdown({ title, head, rows, note }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`;
  return [`### ${title}`, '', line(head), rule, ...rows.map(line), ...(note ? ['', note] : [])].join('\n');
}
