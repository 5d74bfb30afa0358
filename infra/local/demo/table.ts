import { tableLines } from '../../../functions/cli/terminal/table.ts';
import type { DemoResult } from './audit.ts';
import type { LedgerRequest } from './demo-records.ts';

/** 80 columns, with a space between them. */
const widths = [16, 20, 13, 5, 13, 8] as const;

/** What arrived and what became of it, a row each. */
export function drawTable(results: readonly DemoResult[], requests: readonly LedgerRequest[]): string {
  const head = ['what arrived', 'key', 'decision', 'nodes', 'task', 'state'];
  const rows = results.map((result, at) => rowOf(result, at + 1, requests));
  const layout = { gap: ' ', colWidths: [...widths], wordWrap: true, wrapOnWordBoundary: false };
  const [first = '', ...rest] = tableLines([head, ...rows], layout);
  return [first, widths.map((width) => '-'.repeat(width)).join(' '), ...rest].join('\n');
}

function rowOf({ message, result }: DemoResult, number: number, requests: readonly LedgerRequest[]): string[] {
  // A replay buys nothing: the purchase is in an earlier row.
  const request = result.outcome === 'replayed' ? undefined : requests.find(({ key }) => key === result.key);
  return [
    `${number} ${message.what}`,
    shorten(result.key ?? '-'),
    result.outcome === 'accepted' ? 'bought' : result.outcome,
    request ? String(request.count) : '-',
    request?.taskId ?? '-',
    request?.state ?? '-',
  ];
}

/** To two lines: the beginning of a key has its source, the end its time. */
function shorten(key: string): string {
  const room = widths[1] * 2;
  return key.length <= room ? key : `${key.slice(0, room / 2 - 1)}…${key.slice(-room / 2)}`;
}
