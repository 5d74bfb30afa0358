// What every view gets, and the small parts that they share.
import type { Line } from '../../cli/jobs/listing.ts';
import type { JobState } from '../../cli/report/state-colours.ts';
import { visible } from '../../cli/terminal/visible.ts';
import { type Source, senders } from '../../domain/job/scale-job.ts';
import { money } from '../../pages/figures.ts';
import { type Child, type Html, html } from '../../pages/html.ts';
import { icon, looks, state } from '../../pages/icons.ts';

export interface View {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timeZone: string;
  /** Whether actions are offered. */
  readonly mayAct: boolean;
  /** As Target.flags. */
  readonly flags: string;
}

/** A link of the console: all of its pages are in one folder. Absent values are left out. */
export function link(view: string, query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') given.set(name, String(value));
  return given.size === 0 ? view : `${view}?${given.toString()}`;
}

export const jobLink = (key: string): string => link('job', { key });

const formats = {
  clock: { hour: '2-digit', minute: '2-digit' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  weekday: { weekday: 'short' },
  date: { day: 'numeric', month: 'short' },
  year: { day: 'numeric', month: 'short', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();
function format(at: number, style: keyof typeof formats, timeZone: string): string {
  const key = `${style} ${timeZone}`;
  const formatter =
    formatters.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...formats[style], timeZone, hourCycle: 'h23' });
  formatters.set(key, formatter);
  return formatter.format(at);
}

const dayMs = 24 * 3_600_000;
const weekMs = 7 * dayMs;

/** Local time: `03:04`, `Sun 23:12` within a week, `5 Sep 23:12` within half a year, else `5 Sep 2027`; UTC on hover and in `datetime`. */
export function when(at: number, { now, timeZone }: View, style: 'clock' | 'second' = 'clock'): Html {
  const utc = new Date(at).toISOString().slice(0, 19);
  const day = format(at, 'date', timeZone);
  const isToday = day === format(now, 'date', timeZone) && Math.abs(now - at) < weekMs;
  const near = Math.abs(now - at) < weekMs ? format(at, 'weekday', timeZone) : day;
  const isFar = Math.abs(now - at) > 180 * dayMs;
  const local = isFar ? format(at, 'year', timeZone) : `${isToday ? '' : `${near} `}${format(at, style, timeZone)}`;
  return html`<time datetime="${utc}Z" title="${utc.replace('T', ' ')} UTC">${local}</time>`;
}

/** @param amount in units of the currency */
export const price = (amount: number, currency: string | undefined): string =>
  money(Math.round(amount * 100), currency);

/** Amounts of several clusters: `2,280 CNY`, or one for each currency. */
export function total(amounts: readonly (readonly [amount: number, currency: string | undefined])[]): string {
  const sums = new Map<string | undefined, number>();
  for (const [amount, currency] of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  const shown = [...sums].filter(([currency, sum]) => sum !== 0 && currency !== undefined);
  return shown.map(([currency, sum]) => price(sum, currency)).join(' and ');
}

export const jobState = (name: JobState, tinted = false): Html => state(looks[name], undefined, tinted);

const shortSenders: Readonly<Partial<Record<Source, string>>> = { schedule: 'Schedule', manual: 'Person' };
export const senderName = (source: string): string =>
  shortSenders[source as Source] ?? senders[source as Source] ?? source;

/** A command with a button that copies it, which scripts show. */
export const commandLine = (command: string): Html =>
  html`<div class="cli"><code>${command}</code><button type="button" class="button quiet copy" hidden>Copy<span class="hidden-text"> the command</span></button></div>`;

/** An action of the console; nothing where it may not act. */
export const actionButton = (
  { mayAct }: View,
  label: string,
  query: Readonly<Record<string, string | number | undefined>>,
  about: string,
  look = 'quiet',
): Html | false =>
  mayAct &&
  html`<a class="button act ${look}" href="${link('act', query)}">${label}…<span class="hidden-text"> ${about}</span></a>`;

export const heading = (title: Child, below: Child = null): Html =>
  html`<div class="head"><h1 tabindex="-1">${shown(title)}</h1>${below !== null && html`<p>${shown(below)}</p>`}</div>`;

const shown = (child: Child): Child => (typeof child === 'string' ? visible(child) : child);

export const sectionHead = (title: string, aside: Child = null): Html =>
  html`<div class="section"><h2>${title}</h2>${aside !== null && html`<small>${aside}</small>`}</div>`;

export const loadingDay = html`<p class="card fact" role="status">The jobs of the last 24 hours are being read.</p>`;

/** @param page from 1 on */
export function pageOf<T>(all: readonly T[], page: number, size: number) {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const at = Math.min(page, pages);
  return { at, pages, shown: all.slice((at - 1) * size, at * size) };
}

/** @param view whose clusters are searched by a part of their names */
export const finder = (view: string, search: string, says: string): Html =>
  html`<form class="filter card" role="search" aria-label="Find a cluster" action="${view}"><label class="grow">Cluster<input type="search" name="q" value="${search}" placeholder="part of its name"></label><button class="button">Find</button><small>${says}</small></form>`;

export const pager = (view: string, q: string, at: number, pages: number): Html | false =>
  pages > 1 &&
  html`<nav class="pager" aria-label="Pages of clusters">${at > 1 && html`<a class="button" href="${link(view, { q, page: at - 1 })}">Back</a>`}<span>Page ${at} of ${pages}</span>${at < pages && html`<a class="button" href="${link(view, { q, page: at + 1 })}">Next</a>`}</nav>`;

export const well = (says: string): Html => html`<span class="state ok">${icon('ready')}${says}</span>`;

export interface Part {
  readonly size: number;
  readonly fill: Fill;
}

/** Textures besides colours; `patterns` has them. */
const fills = {
  ready: 'var(--fill)',
  way: 'url(#texture-way)',
  doubt: 'url(#texture-doubt)',
  overdue: 'url(#texture-overdue)',
  ok: 'var(--ok)',
  info: 'var(--info)',
  warn: 'var(--warn)',
  bad: 'var(--bad)',
  idle: 'var(--edge)',
} as const;
export type Fill = keyof typeof fills;
export const fillOf = (name: Fill): string => fills[name];

const percent = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.round(Math.min(1, Math.max(0, part / whole)) * 1000) / 10;

/** Parts of a whole, without a style attribute. @param label says the same in words */
export function barOf(parts: readonly Part[], whole: number, label: string, size = ''): Html {
  let from = 0;
  const drawn = parts.flatMap(({ size: part, fill }) => {
    const [x, width] = [percent(from, whole), percent(part, whole)];
    from += part;
    return width > 0
      ? [html`<rect x="${x}%" width="${Math.min(width, 100 - x)}%" height="100%" fill="${fillOf(fill)}"/>`]
      : [];
  });
  return html`<svg class="bar ${size}" role="img" aria-label="${label}">${drawn}</svg>`;
}

/** Diagonal: on its way. Upright: in doubt. Red diagonal: overdue. */
export const patterns: Html = html`<svg class="textures" aria-hidden="true"><defs>${(
  [
    ['way', 'rotate(45)', 3, 6],
    ['overdue', 'rotate(45)', 3, 6],
    ['doubt', 'rotate(0)', 2, 5],
  ] as const
).map(
  ([name, turn, stripe, period]) =>
    html`<pattern id="texture-${name}" class="${name}" width="${period}" height="${period}" patternUnits="userSpaceOnUse" patternTransform="${turn}"><rect width="${period}" height="${period}" class="ground"/><rect width="${stripe}" height="${period}"/></pattern>`,
)}</defs></svg>`;

/** Nodes that a job has bought or may have bought. */
export const mayHaveBought = ({ state: name, dryRun }: Line): boolean =>
  dryRun === undefined && !['skipped', 'waiting', 'rejected', 'abandoned'].includes(name);

/** Nodes that were bought for certain. */
export const hasBought = ({ state: name }: Line): boolean =>
  ['accepted', 'completed', 'partial', 'failed', 'overdue'].includes(name);
