// When nodes end: a calendar of five weeks, and what is left in each cluster.
import type { ClusterStatus } from '../../cli/jobs/cluster-status.ts';
import { nodes } from '../../domain/plural.ts';
import { type Html, html } from '../../pages/html.ts';
import { icon } from '../../pages/icons.ts';
import type { Lease, Leases } from '../reading/leases.ts';
import { dayMs } from '../reading/recent-jobs.ts';
import { barOf, commandLine, finder, heading, pageOf, pager, sectionHead, type View, when } from './view.ts';

interface LeaseView extends Leases {
  readonly clusters: readonly ClusterStatus[];
  /** Part of a cluster's name. */
  readonly search: string;
  /** From 1 on. */
  readonly page: number;
}

const weeks = 5;
const rowsPerPage = 50;

export function renderLeases(all: LeaseView, view: View): Html {
  const { clusters, leases, endUnknown, unread, search, page } = all;
  const ends = Map.groupBy(leases, ({ cluster }) => cluster);
  const next = ({ cluster }: ClusterStatus) => ends.get(cluster)?.[0]?.endsAt ?? Number.POSITIVE_INFINITY;
  const named = clusters.filter(({ cluster }) => cluster.includes(search));
  // On one page the order of the config.
  const found =
    named.length > rowsPerPage ? named.toSorted((a, b) => (next(a) < next(b) ? -1 : next(a) > next(b) ? 1 : 0)) : named;
  const { at, pages, shown } = pageOf(found, page, rowsPerPage);
  const today = dayOf(view.now, view.timeZone);
  const monday = today - ((new Date(today * dayMs).getUTCDay() + 6) % 7);
  const byDay = Map.groupBy(leases, ({ endsAt }) => dayOf(endsAt, view.timeZone));
  const ready = clusters.reduce((all, { nodes: count }) => all + ('unknown' in count ? 0 : count.ready), 0);
  const soon = count(leases.filter(({ endsAt }) => endsAt < view.now + 7 * dayMs));
  const title =
    soon === 0
      ? 'No node ends within 7 days.'
      : `${nodes(soon)} ${soon === 1 ? 'ends' : 'end'} within 7 days. ${Math.max(0, ready - soon)} of ${ready} stay.`;
  let left = ready;
  const rows = Array.from({ length: weeks }, (_, week) => {
    const days = Array.from({ length: 7 }, (_unused, day) => monday + 7 * week + day);
    const onDays = days.map((day) => ({ day, leases: byDay.get(day) ?? [] }));
    const gone = onDays.reduce((all, { leases: some }) => all + count(some), 0);
    left = Math.max(0, left - gone);
    return html`<tr><th scope="row">${label(days[0] ?? 0)}</th>${onDays.map(({ day, leases: some }) => cell(day, some, day === today))}<td class="num">${gone}</td><td class="num"><b>${left}</b>${barOf([{ size: left, fill: 'ready' }], Math.max(1, ready), `${left} of ${ready} left`, 'thin')}</td></tr>`;
  });
  return html`${heading(title, 'Prepaid nodes end by not being renewed. Nothing is bought to replace them until an alarm, a schedule or a person asks.')}
<div class="card scrolls" tabindex="0" role="group" aria-label="Calendar"><table class="calendar"><caption class="hidden-text">Nodes whose lease ends, by day</caption><thead><tr><th scope="col">Week of</th>${['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((day) => html`<th scope="col">${day}</th>`)}<th scope="col" class="num">End</th><th scope="col" class="num">Left</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="mute note">As ACK lists the nodes. ${endUnknown > 0 && `Of ${nodes(endUnknown)} it does not tell the end: they count as staying. `}${unread.length > 0 && `The nodes of ${unread.length > 5 ? `${unread.length} clusters` : unread.join(' and ')} are not read.`}</p>
${sectionHead('What it means for capacity')}${clusters.length > rowsPerPage && finder('leases', search, `${found.length} of ${clusters.length}, those that end next first`)}<div class="card scrolls" tabindex="0" role="group" aria-label="Capacity by cluster"><table class="capacity"><caption class="hidden-text">Nodes that end, by cluster</caption><thead><tr><th scope="col">Cluster</th><th scope="col" class="num">Ready</th><th scope="col" class="num">End in 7 d</th><th scope="col" class="num">in 28 d</th><th scope="col">Next</th><th scope="col">What follows</th></tr></thead><tbody>${shown.map((one) => clusterRow(one, ends.get(one.cluster) ?? [], view))}</tbody></table></div>
${pager('leases', search, at, pages)}
${commandLine(`npx scale-out clusters --expiring 35d${view.flags}`)}`;
}

const count = (leases: readonly Lease[]): number => leases.reduce((all, { nodes: one }) => all + one, 0);

// Making a formatter takes longer than a thousand uses of it.
const calendars = new Map<string, Intl.DateTimeFormat>();
/** Days since 1970, by the local calendar. */
function dayOf(at: number, timeZone: string): number {
  const format = calendars.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone });
  calendars.set(timeZone, format);
  const date = format.format(at);
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

const label = (day: number): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(day * dayMs);

function cell(day: number, leases: readonly Lease[], isToday: boolean): Html {
  const size = count(leases);
  const look = `${size === 0 ? 'none' : size > 3 ? 'many' : 'some'}${isToday ? ' today' : ''}`;
  const names = [...new Set(leases.map(({ cluster }) => cluster))];
  return size === 0
    ? html`<td class="${look}">${new Date(day * dayMs).getUTCDate()}</td>`
    : html`<td class="${look}"><b>${size}</b><small>${names.length === 1 ? names[0] : `${names.length} clusters`}</small></td>`;
}

function clusterRow(
  { cluster, nodes: known, slot, paused, limits }: ClusterStatus,
  leases: readonly Lease[],
  view: View,
): Html {
  const within = (days: number) => count(leases.filter(({ endsAt }) => endsAt < view.now + days * dayMs));
  const [next] = leases;
  const isStuck = slot?.phase === 'parked' || slot?.phase === 'unknown';
  const follows =
    within(28) === 0
      ? html`<span class="state idle">${icon('skip')}nothing ends</span>`
      : isStuck
        ? html`<span class="state bad">${icon('parked')}its slot is in doubt: it cannot buy</span>`
        : paused
          ? html`<span class="state warn">${icon('pause')}it is paused</span>`
          : html`<span>an alarm may buy again, within ${nodes(limits.maxNodes)}</span>`;
  return html`<tr><th scope="row">${cluster}</th><td class="num">${'unknown' in known ? '–' : known.ready}</td><td class="num">${within(7)}</td><td class="num">${within(28)}</td><td>${next ? html`${nodes(next.nodes)}, ${when(next.endsAt, view)}` : '–'}</td><td>${follows}</td></tr>`;
}
