// Every decision with its sentence, by month.
import { nodes } from '../../domain/plural.ts';
import { count, money, time } from '../../pages/figures.ts';
import { type Html, html } from '../../pages/html.ts';
import { state } from '../../pages/icons.ts';
import type { BacktestInput, DecisionMade, Run } from '../result.ts';
import { monthInWords } from './money-chart.ts';

/** A page of more rows is slow on a phone, and larger than a month's page may be. */
const mostRows = 500;

const minuteMs = 60_000;

export interface Shown {
  readonly rows: readonly DecisionMade[];
  readonly leftOut: number;
}

/** Of too many, those that bought or were cut come first. In order of time. */
function shownDecisions(decisions: readonly DecisionMade[]): Shown {
  const weight = ({ outcome, limit }: DecisionMade) =>
    outcome === 'bought' ? 0 : limit ? 1 : outcome === 'waited' ? 3 : 2;
  const rows = decisions
    .map((decision, order) => ({ decision, order }))
    .toSorted((a, b) => weight(a.decision) - weight(b.decision) || a.order - b.order)
    .slice(0, mostRows)
    .toSorted((a, b) => a.order - b.order);
  return { rows: rows.map(({ decision }) => decision), leftOut: decisions.length - rows.length };
}

export function decisionsTable(
  { startAt }: BacktestInput,
  run: Run,
  currency: string | undefined,
  timeZone: string,
): Html {
  const { rows, leftOut } = shownDecisions(run.decisions);
  if (rows.length === 0)
    return html`<p class="card pad">Nothing was decided: no alarm went off, and no schedule was due.</p>`;
  const monthOf = ({ minute }: DecisionMade) => new Date(startAt + minute * minuteMs).toISOString().slice(0, 7);
  const months = Map.groupBy(rows, monthOf);
  return html`<div class="card"><table class="tight decisions"><thead><tr><th scope="col">Time</th><th scope="col">Decision</th><th scope="col" class="num">Outcome</th></tr></thead>${[
    ...months,
  ].map(
    ([month, those]) =>
      html`<tbody><tr class="month"><th colspan="3" scope="rowgroup">${monthInWords(month)}: ${monthSum(run, month, currency)}</th></tr>${those.map(
        (decision) => row(decision, startAt, timeZone),
      )}</tbody>`,
  )}</table>${leftOut > 0 && html`<p class="mute pad">${count(leftOut)} more decisions, which bought nothing, are left out here. <code>--json</code> has them all.</p>`}</div>`;
}

function monthSum({ months, limits }: Run, month: string, currency: string | undefined): string {
  const { nodes: bought, cents } = months.find((one) => one.month === month) ?? { nodes: 0, cents: 0 };
  const budget = limits.budgetPerMonthCents;
  const paid = cents === 0 && budget === undefined ? '' : `, ${money(cents, currency)}`;
  return `${nodes(bought)}${paid}${budget === undefined ? '' : ` of ${money(budget, currency)}`}`;
}

const row = (decision: DecisionMade, startAt: number, timeZone: string): Html =>
  html`<tr><td>${time(startAt + decision.minute * minuteMs, timeZone)}</td><td>${decision.says}${
    decision.times !== undefined && html` <span class="mute">${count(decision.times)} times in a row</span>`
  }</td><td class="num">${outcome(decision)}</td></tr>`;

function outcome({ outcome: of, count: bought, limit, reason }: DecisionMade): Html {
  switch (of) {
    case 'bought':
      return html`<b>${nodes(bought)}</b>${limit !== undefined && html`<br>${limitState(limit)}`}`;
    case 'skipped':
      return limit === undefined ? state({ word: reason ?? 'skipped', icon: 'skip', hue: 'idle' }) : limitState(limit);
    case 'waited':
      return limit === undefined ? state({ word: reason ?? 'waits', icon: 'wait', hue: 'info' }) : limitState(limit);
    case 'rejected':
      return state({ word: 'refused', icon: 'failed', hue: 'bad' });
    case 'dead-lettered':
      return state({ word: 'dead letter', icon: 'mail', hue: 'bad' });
  }
}

const limitState = (limit: string): Html => state({ word: limit, icon: 'refused', hue: 'bad' });
