import Table from 'cli-table3';
import type { Ending } from './audit.ts';
import type { LedgerRequest } from './evidence.ts';

/** Widths of the texts; with a space between any two columns they make 80. */
const widths = [16, 20, 13, 5, 13, 8] as const;

/** Without a frame, so that 80 columns hold more. */
const noFrame = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((edge) =>
    [edge, `${edge}-mid`, `${edge}-left`, `${edge}-right`].map((part) => [part, '']),
  ),
);

/** What arrived and what became of it, a row each. */
export function drawTable(endings: readonly Ending[], requests: readonly LedgerRequest[]): string {
  const table = new Table({
    head: ['what arrived', 'key', 'decision', 'nodes', 'task', 'state'],
    chars: { ...noFrame, middle: ' ' },
    colWidths: [...widths],
    wordWrap: true,
    wrapOnWordBoundary: false,
    // Plain, so that it reads the same in a file.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...endings.map((ending, at) => rowOf(ending, at + 1, requests)));
  const [head = '', ...rows] = table.toString().split('\n');
  const rule = widths.map((width) => '-'.repeat(width)).join(' ');
  return [head, rule, ...rows].map((line) => line.trimEnd()).join('\n');
}

function rowOf({ chapter, fate }: Ending, number: number, requests: readonly LedgerRequest[]): string[] {
  // A replay bought nothing: the purchase is that of the row before.
  const request = fate.outcome === 'replayed' ? undefined : requests.find(({ key }) => key === fate.key);
  return [
    `${number} ${chapter.what}`,
    shorten(fate.key ?? '-'),
    fate.outcome === 'accepted' ? 'bought' : fate.outcome,
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
