// Charts over time as SVG. The drawing is stretched to the width that there is; lines keep their width, and labels are text beside it,
// so both read the same on a phone and on a wall.
import { type ScaleLinear, scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveLinear, curveStepAfter, line } from 'd3-shape';
import { formatTime, type TimeStyle } from './figures.ts';
import { type Child, type Html, html } from './html.ts';
import { share } from './parts.ts';

/** At epoch milliseconds, or a minute: whatever the span counts in. */
export type Point = readonly [at: number, value: number];

/** What a chart spans, from left to right. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const plotWidth = 1000;

export interface Plot extends Span {
  readonly height: number;
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}

/** @param max the largest value; the top of the plot is at or above it */
export function plot({ from, to }: Span, height: number, max: number): Plot {
  const x = scaleLinear([from, to], [0, plotWidth]);
  const y = scaleLinear([0, Math.max(1, max)], [height, 0]).nice(8);
  return { from, to, height, x, y };
}

const digits = 1;

/** A curve through all points, for what is measured. */
export const linePath = ({ x, y }: Plot, points: readonly Point[]): string =>
  line<Point>(
    ([at]) => x(at),
    ([, value]) => y(value),
  )
    .curve(curveLinear)
    .digits(digits)(points) ?? '';

/** A step that lasts until the next, or to the right edge. */
export const stepPath = ({ x, y, to }: Plot, points: readonly Point[]): string =>
  line<Point>(
    ([at]) => x(at),
    ([, value]) => y(value),
  )
    .curve(curveStepAfter)
    .digits(digits)(lasting(points, to)) ?? '';

/** What is below the points, down to 0. */
export const areaPath = ({ x, y }: Plot, points: readonly Point[]): string =>
  area<Point>(
    ([at]) => x(at),
    y(0),
    ([, value]) => y(value),
  ).digits(digits)(points) ?? '';

function lasting(points: readonly Point[], to: number): readonly Point[] {
  const last = points.at(-1);
  return last === undefined || last[0] >= to ? points : [...points, [to, last[1]]];
}

export const levelPath = ({ y }: Plot, value: number): string => `M0 ${Math.round(y(value) * 10) / 10}H${plotWidth}`;

/** What is above the points, up to the top: to clip what is drawn to it. */
export function abovePath(of: Plot, points: readonly Point[]): string {
  return `${stepPath(of, points)}V0H${of.x(points[0]?.[0] ?? of.from)}Z`;
}

/** From the top left: a box between two instants and two values, at least a quarter of a thousandth wide. */
export function boxPath({ x, y }: Plot, from: number, to: number, value: number): string {
  const round = (n: number) => Math.round(n * 100) / 100;
  return `M${round(x(from))} ${round(y(value))}H${round(Math.max(x(to), x(from) + 0.25))}V${round(y(0))}H${round(x(from))}Z`;
}

/**
 * @param marks SVG in the coordinates of the plot
 * @param labels HTML that is placed over it, see `leftOf`
 * @param shownPx its height on the page, where that is not the one of its coordinates
 */
export function drawPlot(
  of: Plot,
  label: string,
  marks: readonly Html[],
  labels: Child = null,
  shownPx = of.height,
): Html {
  const ticks = of.y.ticks(Math.min(4, Math.floor(shownPx / 28))).filter(Number.isInteger);
  return html`<div class="plot" style="height:${shownPx}px"><svg viewBox="0 0 ${plotWidth} ${of.height}" preserveAspectRatio="none" role="img" aria-label="${label}">${ticks.map(
    (tick) => html`<path d="${levelPath(of, tick)}" class="grid"/>`,
  )}${marks}</svg>${ticks.map((tick) => html`<span class="y-tick" style="${topOf(of, tick)}">${tick}</span>`)}${labels}</div>`;
}

/** Where to place a label of a plot. */
export const leftOf = ({ from, to }: Span, at: number): string => `left:${share(at - from, to - from)}`;

export const topOf = ({ y, height }: Plot, value: number): string => `top:${share(y(value), height)}`;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Ticks at round local times. @param span epoch milliseconds */
export function timeAxis(span: Span, timeZone: string): Html {
  const style: TimeStyle = span.to - span.from > 2 * dayMs ? 'day' : 'clock';
  const ticks = timeTicks(span, timeZone);
  return html`<div class="x-axis" aria-hidden="true">${ticks.map(
    (at) => html`<span style="${leftOf(span, at)}">${formatTime(at, timeZone, style)}</span>`,
  )}</div>`;
}

/** The scale knows round times of UTC only: it gets wall times, whose offset is taken off again. */
function timeTicks({ from, to }: Span, timeZone: string): readonly number[] {
  const wall = (at: number) => at + offsetOf(at, timeZone);
  const ticks = scaleUtc([wall(from), wall(to)], [0, 1]).ticks(8);
  return ticks.map((tick) => tick.getTime() - offsetOf(tick.getTime() - offsetOf(tick.getTime(), timeZone), timeZone));
}

const offsets = new Map<string, Intl.DateTimeFormat>();
function offsetOf(at: number, timeZone: string): number {
  const format = offsets.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  offsets.set(timeZone, format);
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * 60_000);
}

interface LegendEntry {
  readonly label: string;
  /** Style of the swatch. */
  readonly swatch: 'area' | 'line' | 'dashed' | 'limit' | 'short' | 'bought';
}

export const legend = (entries: readonly LegendEntry[]): Html =>
  html`<span class="legend">${entries.map(({ label, swatch }) => html`<span><i class="${swatch}"></i>${label}</span>`)}</span>`;

export const chartStyle = `
.plot{position:relative;margin:8px 0 8px 30px}
.plot svg{display:block;width:100%;height:100%;overflow:visible}
.plot path,.plot line{vector-effect:non-scaling-stroke;fill:none}
.plot .grid{stroke:var(--line)}
.plot .area{fill:var(--fill2)}
.plot .outline{stroke:var(--mute);stroke-width:1}
.plot .line{stroke:var(--fill);stroke-width:2}
.plot .step{shape-rendering:crispEdges}
.plot .dashed{stroke:var(--warn);stroke-width:2;stroke-dasharray:4 3}
.plot .limit{stroke:var(--bad);stroke-dasharray:6 4}
.plot .short{fill:var(--bad)}
.plot .bought{stroke:var(--ok)}
.plot .cut{stroke:var(--bad)}
.y-tick{position:absolute;right:calc(100% + 6px);font-size:12px;line-height:1;color:var(--mute);transform:translateY(-50%)}
.x-axis{position:relative;height:20px;margin-left:30px;font-size:12px;color:var(--mute)}
.x-axis span{position:absolute;top:2px;transform:translateX(-50%);white-space:nowrap}
.plot .mark{position:absolute;font-size:12px;line-height:14px;font-weight:600;transform:translateX(-50%);white-space:nowrap}
.plot .tag{position:absolute;right:0;font-size:12px;line-height:16px;color:var(--bad);transform:translateY(-100%)}
.legend{display:inline-flex;gap:2px 14px;flex-wrap:wrap;font-size:12.5px;color:var(--mute);font-weight:400}
.legend span{display:inline-flex;gap:5px;align-items:center}
.legend i{width:16px;height:9px;border-radius:2px}
.legend .area{background:var(--fill2)}.legend .short{background:var(--bad);width:6px}
.legend .bought{background:var(--ok);width:6px}
.legend .line,.legend .dashed,.legend .limit{height:0;border-radius:0;border-top:2px solid var(--fill)}
.legend .dashed{border-top:2px dashed var(--warn)}.legend .limit{border-top:2px dashed var(--bad)}
@media(max-width:640px){.x-axis span:nth-child(2n){display:none}.plot,.x-axis{margin-left:24px}}
`;
