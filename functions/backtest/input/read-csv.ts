// CSV lines `timestamp,value`, with or without a first line that names the columns.
import { type Point, type Points, type Remark, readTimestamp, readValue, type Unreadable } from './points.ts';

const timeNames: ReadonlySet<string> = new Set(['timestamp', 'time', 'date', 'datetime']);

export function readCsv(text: string): (Points & { readonly format: 'csv' }) | Unreadable {
  const lines = text.split(/\r?\n/);
  const columns = columnsOf(lines[0] ?? '');
  const points: Point[] = [];
  const remarks: Remark[] = [];
  let unread = 0;
  let firstUnread = '';
  for (const [i, row] of lines.entries()) {
    if (row.trim() === '' || (i === 0 && columns.isNamed)) continue;
    const line = i + 1;
    const cells = cellsOf(row);
    const instant = readTimestamp(cells[columns.time] ?? '');
    if (!instant) {
      unread += 1;
      if (unread === 1) firstUnread = `; line ${line} is "${row.trim().slice(0, 60)}"`;
      remarks.push({ line, says: 'has no timestamp such as 2026-06-01T00:00:00Z, so it is left out' });
      continue;
    }
    if (!instant.hasZone) remarks.push({ line, says: 'has no time zone, so it is taken for UTC' });
    const value = readValue(cells[columns.value] ?? '');
    if (value === null) remarks.push({ line, says: 'has no number of 0 or more, so its value is missing' });
    points.push({ at: instant.at, value, line });
  }
  if (points.length === 0 || unread > points.length)
    return {
      problem: `give lines TIMESTAMP,VALUE, with a comma between them, such as 2026-06-01T00:00:00Z,2410${firstUnread}`,
    };
  return { format: 'csv', points, remarks };
}

/** Of the first line, where it names columns; else the first is the time, and the second the value. */
function columnsOf(first: string) {
  const cells = cellsOf(first);
  const isNamed = cells.every((cell) => readTimestamp(cell) === undefined);
  const time = isNamed ? cells.findIndex((cell) => timeNames.has(cell.toLowerCase())) : -1;
  const value = isNamed ? cells.findIndex((cell) => cell.toLowerCase() === 'value') : -1;
  const at = Math.max(0, time);
  return { isNamed, time: at, value: value >= 0 ? value : at + 1 };
}

const cellsOf = (row: string): string[] => row.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
