// Nodes and purchases of the last 24 hours: a lane for each cluster in which something happened.
import { scaleLinear } from 'd3-scale';
import type { ClusterStatus } from '../../cli/jobs/cluster-status.ts';
import type { Line } from '../../cli/jobs/listing.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { nodes } from '../../domain/plural.ts';
import { type Html, html } from '../../pages/html.ts';
import { looks } from '../../pages/icons.ts';
import { type Level, nodeHistory } from '../reading/node-history.ts';
import { dayMs } from '../reading/recent-jobs.ts';
import { type Fill, fillOf, hasBought, jobLink, link, mayHaveBought, sectionHead, type View, when } from './view.ts';

const maxLanes = 12;
const [width, height, top] = [1000, 56, 18];
/** Labels closer than this share of the width are one label: the first distance at which all lanes together have few enough labels. */
const distances = [0.025, 0.05, 0.1];
/** Of all lanes: as large a page as is quick to make, to send and to read. */
const [maxLabels, maxSpans] = [120, 160];

export function lanes(
  clusters: readonly ClusterStatus[],
  lines: readonly Line[],
  policies: Readonly<Record<string, ClusterConfig>>,
  view: View,
): Html {
  const byCluster = Map.groupBy(lines, ({ cluster }) => cluster);
  const busy = clusters
    .filter(({ cluster }) => byCluster.has(cluster))
    .toSorted((a, b) => (byCluster.get(b.cluster)?.length ?? 0) - (byCluster.get(a.cluster)?.length ?? 0));
  const shown = busy.slice(0, maxLanes);
  const left = busy.length - shown.length;
  const title = sectionHead('Nodes over time', legend);
  const of = ({ cluster }: ClusterStatus): readonly Line[] => byCluster.get(cluster) ?? [];
  const near = nearestOf(shown.map(of), view.now - dayMs);
  const spans = Math.ceil(maxSpans / shown.length);
  if (shown.length === 0) return html`${title}<p class="card fact">Nothing asked for nodes in the last 24 hours.</p>`;
  return html`${title}<div class="card chart"><div class="scrolls" tabindex="0" role="group" aria-label="Nodes of the last 24 hours, by cluster"><div class="lanes">${shown.map(
    (status) => lane(status, of(status), { policy: policies[status.cluster], near, maxSpans: spans }, view),
  )}<div class="lane axis"><div></div>${axis(view)}<div></div></div></div></div></div>${left > 0 && html`<p class="mute">${left} more clusters have jobs; these are the busiest.</p>`}`;
}

const swatch = (fill: Fill, name: string): Html =>
  html`<span><svg class="swatch" aria-hidden="true"><rect width="100%" height="100%" fill="${fillOf(fill)}"/></svg>${name}</span>`;
const legend = html`<span class="legend">${swatch('ready', 'Ready')}${swatch('way', 'paid, not Ready')}${swatch('doubt', 'in doubt')}${swatch('overdue', 'overdue')}<span><svg class="swatch" aria-hidden="true"><path d="M0 5H16" class="limit"/></svg>limit</span><span><b>+2</b> purchase</span></span>`;

interface LaneLook {
  readonly policy: ClusterConfig | undefined;
  readonly near: number;
  readonly maxSpans: number;
}

function lane(status: ClusterStatus, jobs: readonly Line[], look: LaneLook, view: View): Html {
  const { cluster, nodes: count, limits } = status;
  const [from, to] = [view.now - dayMs, view.now];
  const ready = 'unknown' in count ? 0 : count.ready;
  const levels = nodeHistory(ready, jobs, from);
  const purchases = jobs.filter(mayHaveBought);
  const most = levels.reduce((all, [, level]) => Math.max(all, level), limits.maxNodes);
  const x = scaleLinear([from, to], [0, width]).clamp(true);
  const y = scaleLinear([0, most * 1.06], [height, 0]);
  const limitY = y(limits.maxNodes).toFixed(1);
  // Up, over the steps, and down again, beyond both edges: its outline is the line.
  const steps = thinned(levels).map(([at, level], i) => `${i === 0 ? '' : `H${Math.round(x(at))}`}V${round(y(level))}`);
  const bought = purchases.filter(hasBought).reduce((all, { count: one = 0 }) => all + one, 0);
  const label = `${cluster}: ${levels[0]?.[1] ?? 0} Ready nodes 24 h ago, ${ready} now, limit ${limits.maxNodes}, ${bought} bought`;
  const placed = stacked(
    purchases.map((job) => spansOf(job, to)),
    levels,
  );
  const others = jobs.filter((job) => !mayHaveBought(job));
  return html`<div class="lane" id="lane-${cluster}"><div><b>${cluster}</b><small>${bought} bought${look.policy?.dryRun && ', dry run'}</small></div>
<svg class="lane-plot" role="group" aria-label="${label}"><svg y="${top}" width="100%" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none"><path d="M-9 ${height}${steps.join('')}H${width + 9}V${height}" class="nodes"/><path d="M0 ${limitY}H${width}" class="limit"/></svg>${drawn(
    placed,
    to,
    look.maxSpans,
  ).map(({ at, until, base, size, fill }) => {
    const [left, right] = [share(x(at)), share(x(until))];
    return html`<rect x="${left}%" width="${round(Math.max(0.15, right - left), 100)}%" y="${round(top + y(base + size))}" height="${round(y(base) - y(base + size))}" fill="${fillOf(fill)}"/>`;
  })}${grouped(others, from, look.near).map(({ at, jobs: some }) => mark(some, share(x(at))))}${grouped(
    purchases,
    from,
    look.near,
  ).map(({ at, jobs: some }) => purchaseLabel(some, share(x(at)), cluster))}</svg>
<div><b>${'unknown' in count ? '–' : ready}</b> <small>of ${limits.maxNodes}</small>${status.pending > 0 && html`<small>+${status.pending} paid</small>`}</div></div>`;
}

const round = (value: number, parts = 10): number => Math.round(value * parts) / parts;

/** Percent. */
const share = (x: number): number => round((x / width) * 100);

interface NodeSpan {
  readonly at: number;
  readonly until: number;
  readonly size: number;
  readonly fill: Fill;
}

/** When its nodes were paid for and not Ready. */
function spansOf({ state, at, count = 0, came }: Line, now: number): readonly NodeSpan[] {
  if (!hasBought({ state } as Line)) return [{ at, until: now, size: count, fill: 'doubt' }];
  const way: NodeSpan = { at, until: came?.at ?? now, size: count, fill: 'way' };
  const late = count - (came?.nodes ?? 0);
  return state === 'overdue' && came && late > 0
    ? [way, { at: came.at, until: now, size: late, fill: 'overdue' }]
    : [way];
}

/** Above the Ready nodes of their time, and above each other. @param jobs the spans of each job, which stay at one height */
function stacked(jobs: readonly (readonly NodeSpan[])[], levels: readonly Level[]) {
  const startOf = (spans: readonly NodeSpan[]) => spans[0]?.at ?? 0;
  const endOf = (spans: readonly NodeSpan[]) => Math.max(...spans.map(({ until }) => until));
  // What is overdue is drawn at the height at which it was on its way.
  const sizeOf = (spans: readonly NodeSpan[]) =>
    spans.reduce((all, { size, fill }) => (fill === 'overdue' ? all : all + size), 0);
  const byEnd = jobs.map((spans) => ({ end: endOf(spans), size: sizeOf(spans) })).toSorted((a, b) => a.end - b.end);
  const placed: (NodeSpan & { readonly base: number })[] = [];
  let [reached, over, open] = [0, 0, 0];
  for (const spans of jobs.toSorted((a, b) => startOf(a) - startOf(b))) {
    const at = startOf(spans);
    while ((levels[reached + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= at) reached += 1;
    for (; (byEnd[over]?.end ?? Number.POSITIVE_INFINITY) <= at; over += 1) open -= byEnd[over]?.size ?? 0;
    const base = (levels[reached]?.[1] ?? 0) + open;
    placed.push(...spans.map((span) => ({ ...span, base })));
    open += sizeOf(spans);
  }
  return placed;
}

/** As a lane is at most some 1,200 pixels wide: the last level of each step, from the first on. */
function thinned(levels: readonly Level[]): readonly Level[] {
  const steps = Map.groupBy(levels, ([at]) => Math.floor(at / (dayMs / 200)));
  return [...levels.slice(0, 1), ...[...steps.values()].flatMap((some) => some.slice(-1))];
}

/** What is open, and the longest of the others that can be seen. */
function drawn(spans: ReturnType<typeof stacked>, now: number, most: number): ReturnType<typeof stacked> {
  const length = ({ at, until }: NodeSpan) => (until >= now ? Number.POSITIVE_INFINITY : until - at);
  const seen = spans.filter((span) => length(span) > dayMs / 600);
  return seen.toSorted((a, b) => length(b) - length(a)).slice(0, most);
}

interface Group {
  readonly at: number;
  readonly jobs: readonly Line[];
}

function nearestOf(lanesOfJobs: readonly (readonly Line[])[], from: number): number {
  const labels = (near: number) =>
    lanesOfJobs.reduce((all, jobs) => all + grouped(jobs.filter(mayHaveBought), from, near).length, 0);
  return distances.find((near) => labels(near) <= maxLabels) ?? distances.at(-1) ?? 1;
}

function grouped(jobs: readonly Line[], from: number, near: number): readonly Group[] {
  const groups: { at: number; until: number; jobs: Line[] }[] = [];
  for (const job of jobs.filter(({ at }) => at >= from).toSorted((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last && job.at - last.at < near * dayMs) {
      last.jobs.push(job);
      last.until = job.at;
    } else groups.push({ at: job.at, until: job.at, jobs: [job] });
  }
  return groups.map(({ at, until, jobs: some }) => ({ at: (at + until) / 2, jobs: some }));
}

/** A purchase, or several that are close together, as a link. */
function purchaseLabel(jobs: readonly Line[], x: number, cluster: string): Html {
  const [first] = jobs;
  const size = jobs.reduce((all, { count = 0 }) => all + count, 0);
  const worst = jobs.find(({ state }) => ['bad', 'warn'].includes(looks[state].hue)) ?? first;
  const hue = worst && ['bad', 'warn'].includes(looks[worst.state].hue) ? looks[worst.state].hue : '';
  const isSure = jobs.every(hasBought);
  const text = isSure ? `+${size}` : `${size}?`;
  const href =
    jobs.length === 1 && first
      ? jobLink(first.key)
      : link('jobs', {
          cluster,
          since: `${isoOf(jobs[0]?.at ?? 0)}Z`,
          until: `${isoOf((jobs.at(-1)?.at ?? 0) + 1000)}Z`,
        });
  const about = `${nodes(size)}, ${jobs.length === 1 && first ? looks[first.state].word : `${jobs.length} purchases`}`;
  const wide = 8 + text.length * 7;
  const says = `${about}, ${isoOf(first?.at ?? 0)
    .slice(0, 16)
    .replace('T', ' ')} UTC`;
  return html`<svg x="${Math.min(98, Math.max(1.5, x))}%" id="at-${cluster}-${(first?.at ?? 0).toString(36)}" class="purchase ${hue}"><a href="${href}"><title>${says}</title><rect x="${-wide / 2}" y=".5" width="${wide}" height="15" rx="3"/><text y="12">${text}</text></a></svg>`;
}

/** To the second. */
const isoOf = (at: number): string => new Date(at).toISOString().slice(0, 19);

/** What asked for nodes and bought none: decoration, as the list of jobs has it. */
function mark(jobs: readonly Line[], x: number): Html {
  const [first] = jobs;
  if (!first) return html``;
  const { hue, icon: picture } = looks[first.state];
  return html`<use href="#icon-${picture}" x="${Math.min(98.5, Math.max(1, x))}%" y="${top + height + 4}" width="14" height="14" class="${hue} asked" aria-hidden="true"/>`;
}

function axis(view: View): Html {
  const hours = [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => view.now - (24 - hour) * 3_600_000);
  const rounded = hours.map((at) => Math.ceil(at / 3_600_000) * 3_600_000);
  return html`<svg class="axis-plot" aria-hidden="true">${rounded.map(
    (at) =>
      html`<svg x="${Math.round(((at - view.now + dayMs) / dayMs) * 1000) / 10}%" overflow="visible"><text y="12" text-anchor="middle">${when(at, view).replace(/<[^>]*>/g, '')}</text></svg>`,
  )}<svg x="100%" overflow="visible"><text y="12" text-anchor="end" class="now">now</text></svg></svg>`;
}
