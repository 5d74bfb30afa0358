// Leases that end, for people and as JSON.
import { nodes as countOf } from '../../domain/plural.ts';
import type { ExpiringDay, ExpiringLeases } from '../jobs/expiring-leases.ts';
import { formatDuration, formatInstant } from '../terminal/instants.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function expiringAsJson({ cluster, renews, leases }: ExpiringLeases) {
  if ('unknown' in leases) return { cluster, renews, unknown: leases.unknown };
  const days = leases.days.map(({ day, nodes }) => ({
    day,
    nodes: nodes.map(({ endsAt, ...node }) => ({ ...node, endsAt: new Date(endsAt).toISOString() })),
  }));
  return { cluster, renews, days, endUnknown: leases.endUnknown };
}

export function printExpiring(
  { cluster, renews, leases }: ExpiringLeases,
  { now, until }: { readonly now: number; readonly until: number },
  { print, paint, columns }: Terminal,
): void {
  print(paint('bold', cluster));
  if ('unknown' in leases) {
    print(`  not known: ${leases.unknown}`);
    return;
  }
  const { days, endUnknown } = leases;
  const rows = days.map((day) => [day.day, countOf(day.nodes.length), dayInWords(day, renews, now)]);
  if (endUnknown > 0) rows.push(['unknown', countOf(endUnknown), 'ACK does not say when the lease ends']);
  if (rows.length > 0) for (const line of tableLines(rows, { columns: columns && columns - 2 })) print(`  ${line}`);
  if (days.length === 0) print(`  no lease ends until ${formatInstant(until)}`);
}

/** `in 6 d, all Ready, nothing renews them: i-1, i-2` */
function dayInWords({ nodes }: ExpiringDay, renews: boolean, now: number): string {
  const first = nodes[0]?.endsAt ?? now;
  const ready = nodes.filter((node) => node.ready).length;
  const left = nodes.filter(({ counts }) => !counts).length;
  const parts = [
    first > now ? `in ${formatDuration(first - now)}` : `over for ${formatDuration(now - first)}`,
    `${ready === nodes.length ? 'all' : ready} Ready`,
    ...(left > 0 ? [`${left} not counted`] : []),
    ...(first > now ? [renews ? 'will be renewed' : `nothing renews ${nodes.length === 1 ? 'it' : 'them'}`] : []),
  ];
  return `${parts.join(', ')}: ${nodes.map(({ id }) => id || 'without an id').join(', ')}`;
}
