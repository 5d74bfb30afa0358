// Nodes and purchases of the last 24 hours: a lane for each cluster in which something happened.
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line as drawLine } from 'd3-shape';
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
/** Labels closer than this share of the width are one label. */
const near = 0.025;

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
  if (shown.length === 0) return html`${title}<p class="card fact">Nothing asked for nodes in the last 24 hours.</p>`;
  return html`${title}<div class="card chart"><div class="scrolls" tabindex="0" role="group" aria-label="Nodes of the last 24 hours, by cluster"><div class="lanes">${shown.map(
    (status) => lane(status, byCluster.get(status.cluster) ?? [], policies[status.cluster], view),
  )}<div class="lane axis"><div></div>${axis(view)}<div></div></div></div></div></div>${left > 0 && html`<p class="mute">${left} more clusters have jobs; these are the busiest.</p>`}`;
}

const swatch = (fill: Fill, name: string): Html =>
  html`<span><svg class="swatch" aria-hidden="true"><rect width="100%" height="100%" fill="${fillOf(fill)}"/></svg>${name}</span>`;
const legend = html`<span class="legend">${swatch('ready', 'Ready')}${swatch('way', 'paid, not Ready')}${swatch('doubt', 'in doubt')}${swatch('overdue', 'overdue')}<span><svg class="swatch" aria-hidden="true"><path d="M0 5H16" class="limit"/></svg>limit</span><span><b>+2</b> purchase</span></span>`;

function lane(status: ClusterStatus, jobs: readonly Line[], policy: ClusterConfig | undefined, view: View): Html {
  const { cluster, nodes: count, limits } = status;
  const [from, to] = [view.now - dayMs, view.now];
  const ready = 'unknown' in count ? 0 : count.ready;
  const levels = nodeHistory(ready, jobs, from);
  const spans = jobs.filter(mayHaveBought).map((job) => spansOf(job, to));
  const most = Math.max(limits.maxNodes, ...levels.map(([, level]) => level));
  const x = scaleLinear([from, to], [0, width]).clamp(true);
  const y = scaleLinear([0, most * 1.06], [height, 0]);
  const points: readonly Level[] = [...thinned(levels), [to, ready]];
  const limitY = y(limits.maxNodes).toFixed(1);
  const stepped = drawLine<Level>(
    ([at]) => x(at),
    ([, level]) => y(level),
  )
    .curve(curveStepAfter)
    .digits(1);
  const filled = area<Level>(
    ([at]) => x(at),
    height,
    ([, level]) => y(level),
  )
    .curve(curveStepAfter)
    .digits(1);
  const purchases = jobs.filter(mayHaveBought);
  const bought = purchases.filter(hasBought).reduce((all, { count: one = 0 }) => all + one, 0);
  const label = `${cluster}: ${levels[0]?.[1] ?? 0} Ready nodes 24 h ago, ${ready} now, limit ${limits.maxNodes}, ${bought} bought`;
  return html`<div class="lane" id="lane-${cluster}"><div><b>${cluster}</b><small>${bought} bought${policy?.dryRun && ', dry run'}</small></div>
<svg class="lane-plot" role="group" aria-label="${label}"><svg y="${top}" width="100%" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none"><path d="${filled([...points])}" class="area"/><path d="${stepped([...points])}" class="line"/><path d="M0 ${limitY}H${width}" class="limit"/></svg>${drawn(
    stacked(spans, levels),
    to,
  ).map(
    ({ at, until, base, size, fill }) =>
      html`<rect x="${share(x(at))}%" width="${Math.max(0.15, share(x(until)) - share(x(at)))}%" y="${(top + y(base + size)).toFixed(1)}" height="${(y(base) - y(base + size)).toFixed(1)}" fill="${fillOf(fill)}"/>`,
  )}${grouped(
    jobs.filter((job) => !mayHaveBought(job)),
    from,
  ).map(({ at, jobs: some }) =>
    mark(some, share(x(at))),
  )}${grouped(purchases, from).map(({ at, jobs: some }) => purchaseLabel(some, share(x(at)), cluster))}</svg>
<div><b>${'unknown' in count ? '–' : ready}</b> <small>of ${limits.maxNodes}</small>${status.pending > 0 && html`<small>+${status.pending} paid</small>`}</div></div>`;
}

const share = (x: number): number => Math.round((x / width) * 1000) / 10;

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
  const placed: (NodeSpan & { readonly base: number; readonly end: number })[] = [];
  for (const spans of jobs.toSorted((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0))) {
    const [first] = spans;
    if (!first) continue;
    const level = levels.findLast(([at]) => at <= first.at)?.[1] ?? 0;
    const earlier = placed.filter(({ end, fill }) => end > first.at && fill !== 'overdue');
    const base = level + earlier.reduce((all, { size }) => all + size, 0);
    const end = Math.max(...spans.map(({ until }) => until));
    placed.push(...spans.map((span) => ({ ...span, base, end })));
  }
  return placed;
}

/** As a lane is at most some 1,200 pixels wide: the last level of each step, from the first on. */
function thinned(levels: readonly Level[]): readonly Level[] {
  const steps = Map.groupBy(levels, ([at]) => Math.floor(at / (dayMs / 200)));
  return [...levels.slice(0, 1), ...[...steps.values()].flatMap((some) => some.slice(-1))];
}

const maxSpans = 40;

/** What is open, and the longest of the others that can be seen. */
function drawn(spans: ReturnType<typeof stacked>, now: number): ReturnType<typeof stacked> {
  const length = ({ at, until }: NodeSpan) => (until >= now ? Number.POSITIVE_INFINITY : until - at);
  const seen = spans.filter((span) => length(span) > dayMs / 600);
  return seen.toSorted((a, b) => length(b) - length(a)).slice(0, maxSpans);
}

interface Group {
  readonly at: number;
  readonly jobs: readonly Line[];
}

function grouped(jobs: readonly Line[], from: number): readonly Group[] {
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
          since: isoOf(Math.min(...jobs.map(({ at }) => at))),
          until: isoOf(Math.max(...jobs.map(({ at }) => at)) + 1000),
        });
  const about = `${nodes(size)}, ${jobs.length === 1 && first ? looks[first.state].word : `${jobs.length} purchases`}`;
  const wide = 8 + text.length * 7;
  return html`<svg x="${Math.min(98, Math.max(1.5, x))}%" overflow="visible" id="purchase-${first?.key}" class="purchase ${hue}"><a href="${href}"><title>${about}${first && html`, ${new Date(first.at).toISOString().slice(0, 16).replace('T', ' ')} UTC`}</title><rect x="${-wide / 2}" y="0.5" width="${wide}" height="15" rx="3"/><text y="12" text-anchor="middle">${text}</text></a></svg>`;
}

const isoOf = (at: number): string => new Date(at).toISOString();

/** What asked for nodes and bought none: decoration, as the list of jobs has it. */
function mark(jobs: readonly Line[], x: number): Html {
  const [first] = jobs;
  if (!first) return html``;
  const { hue, icon: picture } = looks[first.state];
  return html`<svg x="${Math.min(98.5, Math.max(1, x))}%" y="${top + height + 4}" overflow="visible" class="${hue} asked" aria-hidden="true"><use href="#icon-${picture}" x="-7" width="14" height="14"/></svg>`;
}

function axis(view: View): Html {
  const hours = [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => view.now - (24 - hour) * 3_600_000);
  const rounded = hours.map((at) => Math.ceil(at / 3_600_000) * 3_600_000);
  return html`<svg class="axis-plot" aria-hidden="true">${rounded.map(
    (at) =>
      html`<svg x="${Math.round(((at - view.now + dayMs) / dayMs) * 1000) / 10}%" overflow="visible"><text y="12" text-anchor="middle">${when(at, view).replace(/<[^>]*>/g, '')}</text></svg>`,
  )}<svg x="100%" overflow="visible"><text y="12" text-anchor="end" class="now">now</text></svg></svg>`;
}
