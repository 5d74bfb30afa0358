// Below the nodes: when it was short, and what was bought when.
import { boxPath, drawPlot, leftOf, levelPath, type Plot, plot, plotWidth, topOf } from '../../pages/chart.ts';
import { type Html, html } from '../../pages/html.ts';
import type { BacktestInput, Run } from '../result.ts';
import { shortagesOf } from './shortages.ts';
import { bucketMinutes, dayMinutes, minuteMs, spanOf } from './trace-span.ts';

/** When it was short: every spell is seen, however short. */
export function shortLane(input: BacktestInput, run: Run): Html {
  const of = plot(spanOf(input), 8, 1);
  const per = bucketMinutes(input);
  const at = (bucket: number) => input.startAt + bucket * per * minuteMs;
  // Spells in buckets side by side are one box: a page could not show more.
  const boxes: { readonly from: number; readonly to: number }[] = [];
  for (const spell of shortagesOf(input, run)) {
    const [from, to] = [Math.floor(spell.from / per), Math.ceil(spell.to / per)];
    const last = boxes.at(-1);
    if (last !== undefined && from <= last.to) boxes.splice(-1, 1, { from: last.from, to });
    else boxes.push({ from, to });
  }
  return html`<div class="plot lane"><svg viewBox="0 0 ${plotWidth} 8" preserveAspectRatio="none" aria-hidden="true"><path class="short" d="${boxes.map(({ from, to }) => boxPath(of, at(from), Math.min(of.to, at(to)), 1)).join('')}"/></svg></div>`;
}

/** Purchases are added up by UTC day, as limits are; in a short trace by hour. */
export const binOf = ({ minutes }: BacktestInput): number => (minutes > 4 * dayMinutes ? dayMinutes : 60);

export function purchaseLane(input: BacktestInput, { purchases, limits, decisions }: Run): Html {
  const span = spanOf(input);
  const binMs = binOf(input) * minuteMs;
  const startOf = (minute: number) => Math.floor((input.startAt + minute * minuteMs) / binMs) * binMs;
  const bins = new Map<number, number>();
  for (const { minute, count } of purchases) bins.set(startOf(minute), (bins.get(startOf(minute)) ?? 0) + count);
  const cut = new Set(decisions.filter(({ limit }) => limit !== undefined).map(({ minute }) => startOf(minute)));
  const limit = binMs === dayMinutes * minuteMs ? limits.maxPerDay : undefined;
  const most = Math.max(0, ...bins.values());
  const of = plot(span, 66, Math.max(most, limit !== undefined && limit <= 3 * most ? limit : 0));
  const box = (from: number, count: number) =>
    boxPath(of, Math.max(span.from, from + binMs * 0.15), Math.min(span.to, from + binMs * 0.85), count);
  const shows = limit !== undefined && limit <= 3 * most;
  const marks = [
    html`<path class="bought-box" d="${[...bins].map(([from, count]) => box(from, count)).join('')}"/>`,
    html`<path class="cut" d="${[...cut].map((from) => `M${Math.round(of.x(Math.max(span.from, from + binMs / 2)))} ${of.height}v5`).join('')}"/>`,
    ...(shows ? [html`<path d="${levelPath(of, limit)}" class="limit"/>`] : []),
  ];
  return drawPlot(
    of,
    `Nodes bought in each ${binMs === 3_600_000 ? 'hour' : 'UTC day'}: at most ${most}${limit === undefined ? '' : ` of ${limit}`}.`,
    marks,
    [binLabels(of, bins, binMs), shows && limitTag(of, limit, 'max-per-day')],
  );
}

/** The highest columns have their number, where there is room for it. */
function binLabels(of: Plot, bins: ReadonlyMap<number, number>, binMs: number): readonly Html[] {
  const room = (of.to - of.from) / 24;
  const labelled: number[] = [];
  for (const [from] of [...bins].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]))
    if (labelled.length < 12 && labelled.every((other) => Math.abs(other - from) > room)) labelled.push(from);
  return labelled.map(
    (from) =>
      html`<b class="mark" style="${leftOf(of, from + binMs / 2)};${topOf(of, bins.get(from) ?? 0)}">+${bins.get(from) ?? 0}</b>`,
  );
}

export const limitTag = (of: Plot, limit: number | undefined, name: string): Html | false =>
  limit !== undefined && html`<span class="tag" style="${topOf(of, limit)}">${name} ${limit}</span>`;
