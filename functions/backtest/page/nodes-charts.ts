// Demand, Ready and paid nodes over time, with purchases and limits: the whole trace, and the longest shortage in detail.
import { nodes, plural } from '../../domain/plural.ts';
import {
  abovePath,
  areaPath,
  drawPlot,
  legend,
  levelPath,
  linePath,
  type Plot,
  type Point,
  plot,
  stepPath,
  timeAxis,
} from '../../pages/chart.ts';
import { formatTime } from '../../pages/figures.ts';
import { type Html, html } from '../../pages/html.ts';
import { thinned } from '../../pages/thin.ts';
import { type BacktestInput, type NodesFrom, neededNodes, perMinute, type Run } from '../result.ts';
import { binOf, limitTag, purchaseLane, shortLane } from './lanes.ts';
import { type Shortage, spanInWords } from './shortages.ts';
import { bucketMinutes, dayMinutes, minuteMs, spanOf } from './trace-span.ts';

/** The same top for all plots of a page, so that they can be compared. */
export function topNodes({ demand }: BacktestInput, runs: readonly Series[]): number {
  const highest = demand.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return Math.max(
    highest,
    ...runs.flatMap(({ paid, limits }) => [limits.maxNodes ?? 0, ...paid.map(([, count]) => count)]),
  );
}

type Series = Pick<Run, 'ready' | 'paid' | 'limits'>;

interface Drawn {
  readonly input: BacktestInput;
  readonly run: Run;
  readonly timeZone: string;
}

export function overview({ input, run, timeZone }: Drawn, top: number): Html {
  const span = spanOf(input);
  const of = plot(span, 220, top);
  const { demand, outline } = demandPaths(of, input);
  const { figures, limits } = run;
  const said = `Nodes over time: demand is at most ${mostNeeded(input)}, Ready nodes at most ${figures.mostNodes}. It was short ${plural(figures.spellsShort, 'time')}.`;
  return html`<figure class="card pad" id="overview" ${readoutData(input, run, timeZone)}>${drawPlot(
    of,
    said,
    [
      html`<defs><path id="demand" class="inherit" d="${demand}"/></defs><use href="#demand" class="area"/><path d="${outline}" class="outline"/>`,
      ...nodeMarks(of, input, run, 'whole'),
    ],
    limitTag(of, limits.maxNodes, 'max-nodes'),
  )}${shortLane(input, run)}${purchaseLane(input, run)}${timeAxis(span, timeZone)}${readout}<figcaption>Upper: nodes. Of each ${bucketInWords(input)} the lowest and the highest demand is drawn, so every peak shows. Middle: when it was short. Lower: nodes bought in each ${
    binOf(input) === dayMinutes ? 'UTC day' : 'hour'
  }; a red tick where a limit held some back.</figcaption></figure>`;
}

export const nodesLegend = legend([
  { label: 'demand', swatch: 'area' },
  { label: 'Ready', swatch: 'line' },
  { label: 'paid', swatch: 'dashed' },
  { label: 'short', swatch: 'short' },
  { label: 'bought', swatch: 'bought' },
  { label: 'limit', swatch: 'limit' },
]);

/** Shown by the script. */
const readout = html`<label id="readout" class="readout no-print" hidden><span class="hidden-text">Time</span><input type="range" min="0" value="0"><output></output></label>`;

/** Another run over the demand that the overview drew. */
export function smallNodesPlot({ input, run }: Drawn, top: number): Html {
  const of = plot(spanOf(input), 220, top);
  const { mostNodes, spellsShort } = run.figures;
  const said = `${run.name}: Ready nodes over demand, at most ${mostNodes}. It was short ${plural(spellsShort, 'time')}.`;
  const marks = [html`<use href="#demand" class="area"/>`, ...nodeMarks(of, input, run, run.kind)];
  return html`${drawPlot(of, said, marks, null, 110)}${shortLane(input, run)}`;
}

export function shortageInDetail({ input, run, timeZone }: Drawn, shortage: Shortage): Html {
  const length = shortage.to - shortage.from;
  const margin = Math.max(60, Math.round(length * 1.5));
  const first = Math.max(0, shortage.from - margin);
  const last = Math.min(input.minutes, shortage.to + margin);
  const part: BacktestInput = {
    ...input,
    startAt: input.startAt + first * minuteMs,
    minutes: last - first,
    demand: input.demand.slice(first, last),
  };
  const within = {
    ready: changesWithin(run.ready, first, last),
    paid: changesWithin(run.paid, first, last),
    limits: {},
  };
  const span = spanOf(part);
  const of = plot(span, 200, topNodes(part, [within]));
  const { demand, outline } = demandPaths(of, part);
  const bought = run.purchases.filter(({ minute }) => minute >= first && minute < last);
  const marks = [
    html`<defs><path id="demand-part" class="inherit" d="${demand}"/></defs><use href="#demand-part" class="area"/><path d="${outline}" class="outline"/>`,
    ...nodeMarks(of, part, within, 'part'),
    ...bought
      .slice(0, 60)
      .map(
        ({ minute }) =>
          html`<path class="bought" d="M${Math.round(of.x(input.startAt + minute * minuteMs))} ${of.height}v-9" stroke-width="3"/>`,
      ),
  ];
  const listed = bought
    .slice(0, 8)
    .map(({ minute, count }) => `${formatTime(input.startAt + minute * minuteMs, timeZone, 'clock')} bought ${count}`);
  const more = bought.length > listed.length ? [`and ${bought.length - listed.length} times more`] : [];
  return html`<h2>The longest shortage <small>${spanInWords(input.startAt, shortage, timeZone)}, at most ${nodes(shortage.most)} missing</small></h2><figure class="card pad">${drawPlot(
    of,
    `The longest shortage in detail: ${plural(length, 'minute')}, at most ${nodes(shortage.most)} missing.`,
    marks,
  )}${timeAxis(span, timeZone)}<figcaption>${listed.length > 0 && html`${[...listed, ...more].join(', ')}. `}Red: demand above Ready nodes. Green ticks: purchases.</figcaption></figure>`;
}

const mostNeeded = ({ demand }: BacktestInput): number =>
  demand.reduce<number>((most, value) => Math.max(most, neededNodes(value)), 0);

function demandPaths(of: Plot, { demand, startAt, minutes }: BacktestInput): { demand: string; outline: string } {
  const runs = thinned(demand, bucketMinutes({ minutes })).map((run) =>
    run.map(([at, value]): Point => [startAt + at * minuteMs, value]),
  );
  return {
    demand: runs.map((run) => areaPath(of, run)).join(''),
    outline: runs.map((run) => linePath(of, run)).join(''),
  };
}

/** Paid, Ready, what was missing, and the limit. */
function nodeMarks(of: Plot, { startAt }: BacktestInput, { ready, paid, limits }: Series, id: string): readonly Html[] {
  const points = (changes: readonly NodesFrom[]) =>
    changes.map(([minute, count]): Point => [startAt + minute * minuteMs, count]);
  const readyPoints = points(ready);
  return [
    html`<clipPath id="above-${id}"><path d="${abovePath(of, readyPoints)}"/></clipPath><use href="#demand${id === 'part' && '-part'}" class="short" clip-path="url(#above-${id})"/>`,
    html`<path d="${stepPath(of, points(paid))}" class="step dashed"/><path d="${stepPath(of, readyPoints)}" class="step line"/>`,
    ...(limits.maxNodes === undefined ? [] : [html`<path d="${levelPath(of, limits.maxNodes)}" class="limit"/>`]),
  ];
}

/** @returns the changes between two minutes, counted from the first */
function changesWithin(changes: readonly NodesFrom[], first: number, last: number): readonly NodesFrom[] {
  const before = changes.findLast(([at]) => at <= first);
  const after = changes.filter(([at]) => at > first && at < last);
  return [[0, before?.[1] ?? 0], ...after.map(([at, count]): NodesFrom => [at - first, count])];
}

function bucketInWords({ minutes }: BacktestInput): string {
  const per = bucketMinutes({ minutes });
  return per === 1 ? 'minute' : plural(per, 'minute');
}

type Column = readonly [demand: number, ready: number, paid: number, missing: number];
const nothing: Column = [0, Number.POSITIVE_INFINITY, 0, 0];

/** What the script reads out: per bucket the highest demand, the fewest Ready, the most paid and the most missing nodes. */
function readoutData(input: BacktestInput, run: Run, timeZone: string): Html {
  const per = bucketMinutes(input);
  const [ready, paid] = [perMinute(run.ready, input.minutes), perMinute(run.paid, input.minutes)];
  const columns = Array.from({ length: Math.ceil(input.minutes / per) }, () => nothing);
  input.demand.forEach((value, minute) => {
    const bucket = Math.floor(minute / per);
    const [demand, fewest, most, missing] = columns[bucket] ?? nothing;
    const present = ready[minute] ?? 0;
    columns[bucket] = [
      Math.max(demand, value ?? 0),
      Math.min(fewest, present),
      Math.max(most, paid[minute] ?? 0),
      Math.max(missing, neededNodes(value) - present),
    ];
  });
  const written = columns.map(([demand, ...nodes]) => [Math.round(demand * 10) / 10, ...nodes].join(' '));
  return html`data-from="${input.startAt}" data-minutes="${per}" data-zone="${timeZone}" data-columns="${written.join(',')}"`;
}
