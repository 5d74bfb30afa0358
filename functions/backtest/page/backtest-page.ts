// The report of a backtest as one HTML page: it loads nothing, reads without scripts, and is the same bytes for the same result.
import { plural } from '../../domain/plural.ts';
import { chartStyle } from '../../pages/chart.ts';
import { renderDocument } from '../../pages/document.ts';
import { count, formatTime, money, percent } from '../../pages/figures.ts';
import { type Html, html } from '../../pages/html.ts';
import { type Stat, statList } from '../../pages/parts.ts';
import { themeButton } from '../../pages/theme.ts';
import { comparison, headline, lengthInWords, runOf } from '../headline.ts';
import type { BacktestInput, BacktestResult, Run } from '../result.ts';
import { comparisonTable, differenceList } from './comparison-table.ts';
import { decisionsTable } from './decisions-table.ts';
import { moneyChart } from './money-chart.ts';
import { nodesLegend, overview, shortageInDetail, smallNodesPlot, topNodes } from './nodes-charts.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { longestOf, shortagesOf, shortageTable } from './shortages.ts';
import { suggestionsPart } from './suggestions.ts';

interface PageOptions {
  /** Of the times on the page, such as `Asia/Shanghai`. */
  readonly timeZone: string;
}

/** @throws Error where the result has no policy */
export function renderBacktestPage(result: BacktestResult, { timeZone }: PageOptions = { timeZone: 'UTC' }): string {
  return renderDocument({
    title: `Backtest of ${result.cluster} \u00b7 edge-scale-out`,
    style: chartStyle + pageStyle,
    body: pageBody(result, timeZone),
    script: pageScript,
  });
}

function pageBody(result: BacktestResult, timeZone: string): Html {
  const { cluster, currency, input, suggestions } = result;
  const [policy, against] = [runOf(result, 'policy'), runOf(result, 'against')];
  if (!policy) throw new Error('the result has no run of a policy');
  const shortages = shortagesOf(input, policy);
  const longest = longestOf(shortages);
  const top = topNodes(input, against ? [policy, against] : [policy]);
  const drawn = { input, run: policy, timeZone };
  return html`<div class="wrap"><header class="top"><b>edge-scale-out</b><span class="mute">Backtest of ${cluster}</span><span class="mute grow">${traceSpan(input, timeZone)}</span>${themeButton}</header><main>
<h1>${headline(result)}</h1><p class="lead">${comparison(result).join(' ')}</p>${statList(stats(result, policy))}
<h2>Demand and nodes ${nodesLegend}</h2>${overview(drawn, top)}
${longest && shortageInDetail(drawn, longest)}
<div class="two"><section><h2>Money per month</h2>${moneyChart(result)}<h2>What held it back</h2>${heldBack(policy)}</section><section><h2>When it was short <small>${shortageCauses(policy)}</small></h2>${shortageTable(shortages, policy, input.startAt, timeZone)}</section></div>
${against && html`<h2>Two policies: what differs</h2>${differenceList(result)}<figure class="card pad"><h3>A: ${policy.name}</h3>${smallNodesPlot(drawn, top)}<h3>B: ${against.name}</h3>${smallNodesPlot({ ...drawn, run: against }, top)}</figure>`}
<h2>Side by side <small>with two plain rivals, and with a buyer who knows the future. Of every figure, less is better.</small></h2>${comparisonTable(result)}
${suggestions && suggestions.length > 0 && html`<h2>Other settings <small>none of these is beaten in both money and minutes short</small></h2>${suggestionsPart(suggestions, currency)}`}
<h2>What it rests on</h2><div class="card pad"><dl class="facts">${result.assumptions.map(
    ({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl></div>
<h2>Problems in the input</h2>${problemList(input)}
<h2>Decisions of ${policy.name} <small>days and months of limits are UTC</small></h2>${decisionsTable(input, policy, currency, timeZone)}
</main></div>`;
}

function traceSpan({ startAt, minutes }: BacktestInput, timeZone: string): string {
  const last = startAt + (minutes - 1) * 60_000;
  return `${formatTime(startAt, timeZone, 'date')} to ${formatTime(last, timeZone, 'date')}, ${lengthInWords(minutes)}; times are ${timeZone}`;
}

function stats({ input, currency, ...result }: BacktestResult, { figures, limits, months }: Run): readonly Stat[] {
  const { nodesBought, purchases, renewals, cents, minutesShort, spellsShort, nodeHours, idleNodeHours, regretCents } =
    figures;
  const highest = Math.max(0, ...months.map((month) => month.cents));
  const budget = limits.budgetPerMonthCents;
  const optimum = runOf({ input, ...result }, 'optimum');
  const { median, p95 } = figures.breachToReady;
  return [
    {
      label: 'Nodes bought',
      figure: count(nodesBought),
      note: `in ${plural(purchases, 'purchase')}${renewals > 0 ? `, renewed ${plural(renewals, 'time')}` : ''}; at most ${figures.mostNodes} Ready${limits.maxNodes === undefined ? '' : `, max-nodes ${limits.maxNodes}`}`,
    },
    {
      label: 'Money',
      figure: money(cents, undefined),
      unit: currency,
      note: `highest month ${money(highest, undefined)}${budget === undefined ? '' : ` of ${money(budget, undefined)}`}`,
    },
    {
      label: 'Minutes short',
      figure: count(minutesShort),
      note: `${percent((100 * minutesShort) / Math.max(1, input.minutes))} of the time, in ${plural(spellsShort, 'spell')}`,
    },
    {
      label: 'Node-minutes short',
      figure: count(figures.nodeMinutesShort),
      note: `at most ${count(figures.mostShort)} missing at once`,
    },
    {
      label: 'Breach to Ready',
      figure: median === null ? '\u2013' : count(median),
      unit: median === null ? undefined : 'min',
      note: p95 === null ? 'nothing was bought for a breach' : `median; 95 % within ${count(p95)} min`,
    },
    {
      label: 'Idle node-hours',
      figure: count(idleNodeHours),
      note: `${percent(nodeHours === 0 ? 0 : (100 * idleNodeHours) / nodeHours)} of what was Ready`,
    },
    {
      label: 'Regret',
      figure: regretCents === undefined ? '\u2013' : money(regretCents, undefined),
      unit: regretCents === undefined ? undefined : currency,
      note: regretNote(regretCents, optimum?.figures.cents),
    },
  ];
}

function regretNote(regret: number | undefined, best: number | undefined): string {
  if (regret === undefined || best === undefined) return 'there is no optimum to compare with';
  if (regret < 0) return 'less than the best that is never short';
  return best === 0 ? 'the best buys nothing' : `${percent((100 * regret) / best)} more than the best possible`;
}

function shortageCauses({ figures }: Run): string {
  const { beforeAlarm, onTheirWay, otherwise } = figures.minutesShortBy;
  if (figures.minutesShort === 0) return '';
  return `${count(beforeAlarm)} min before an alarm, ${count(onTheirWay)} min with nodes on their way, ${count(otherwise)} min by a limit or a wait`;
}

function heldBack({ figures }: Run): Html {
  const limits = Object.entries(figures.heldBackBy).filter(([, times]) => times > 0);
  const waits = Object.entries(figures.waited).filter(([, times]) => times > 0);
  if (limits.length + waits.length === 0)
    return html`<p class="card pad">No limit cut a purchase, and no job waited.</p>`;
  return html`<div class="card"><table class="tight"><thead><tr><th scope="col">What</th><th scope="col" class="num">Times</th></tr></thead><tbody>${limits.map(
    ([name, times]) => html`<tr><th scope="row">the limit ${name}</th><td class="num">${count(times)}</td></tr>`,
  )}${waits.map(([reason, times]) => html`<tr><th scope="row">waited: ${reason}</th><td class="num">${count(times)}</td></tr>`)}</tbody></table></div>`;
}

function problemList({ problems }: BacktestInput): Html {
  if (problems.length === 0) return html`<p class="card pad">None was found.</p>`;
  return html`<ul class="card pad problems">${problems.map(
    ({ line, more, says }) =>
      html`<li>${line !== undefined && html`<b>Line ${line}</b>: `}${says}${more !== undefined && more > 0 && html` <span class="mute">and ${plural(more, 'more line')}</span>`}</li>`,
  )}</ul>`;
}
