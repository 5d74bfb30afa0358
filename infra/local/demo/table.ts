import Table from 'cli-table3';
import type { DemoResult } from './audit.ts';
import type { LedgerRequest } from './demo-records.ts';

/** Widths of the texts; with a space between any two columns they make 80. */
const widths = [16, 20, 13, 5, 13, 8] as const;

/** Without a frame, so that 80 columns hold more. */
const noFrame = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((edge) =>
    [edge, `${edge}-mid`, `${edge}-left`, `${edge}-right`].map((part) => [part, '']),
  ),
);

/** What arrived and what became of it, a row each. */
export function drawTable(results: readonly DemoResult[], requests: readonly LedgerRequest[]): string {
  const table = new Table({
    head: ['what arrived', 'key', 'decision', 'nodes', 'task', 'state'],
    chars: { ...noFrame, middle: ' ' },
    colWidths: [...widths],
    wordWrap: true,
    wrapOnWordBoundary: false,
    // Plain, so that it reads the same in a file.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...results.map((result, at) => rowOf(result, at + 1, requests)));
  const [head = '', ...rows] = table.toString().split('\n');
  const rule = widths.map((width) => '-'.repeat(width)).join(' ');
  return [head, rule, ...rows].map((line) => line.trimEnd()).join('\n');
}

function rowOf({ message, result }: DemoResult, number: number, requests: readonly LedgerRequest[]): string[] {
  // A replay bought nothing: the purchase is that of the row before.
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

/** To two lines of its column. The ends of a key say most: where it came from, and when. */
function shorten(key: string): string {
  const room = widths[1] * 2;
  return key.length <= room ? key : `${key.slice(0, room / 2 - 1)}…${key.slice(-room / 2)}`;
}
