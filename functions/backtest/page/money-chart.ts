// Money per UTC month against the budget.
import { amount, money } from '../../pages/figures.ts';
import { type Html, html } from '../../pages/html.ts';
import { share } from '../../pages/parts.ts';
import { runOf } from '../headline.ts';
import type { BacktestResult, Run } from '../result.ts';

interface Row {
  readonly label: string;
  readonly fill: string;
  readonly run: Run;
}

export function moneyChart(result: BacktestResult): Html {
  const rows = rowsOf(result);
  const budget = runOf(result, 'policy')?.limits.budgetPerMonthCents;
  const months = [...new Set(rows.flatMap(({ run }) => run.months.map(({ month }) => month)))].toSorted();
  const most = Math.max(1, ...rows.flatMap(({ run }) => run.months.map(({ cents }) => cents)));
  // A budget that is far off would leave the bars without length.
  const showsBudget = budget !== undefined && budget <= most * 4;
  const whole = Math.max(most, showsBudget ? budget : 0) * 1.04;
  const line = showsBudget ? html`<i class="budget" style="left:${share(budget, whole)}"></i>` : null;
  return html`<div class="card pad money">${months.map(
    (month) =>
      html`<h3>${monthInWords(month)}</h3><dl>${rows.map(({ label, fill, run }) => {
        const cents = run.months.find((one) => one.month === month)?.cents ?? 0;
        return html`<dt>${label}</dt><dd class="track"><i class="${fill}" style="width:${share(cents, whole)}"></i>${line}</dd><dd class="num">${amount(cents)}</dd>`;
      })}</dl>`,
  )}<p class="mute">${result.currency ?? 'No price is set'}${
    budget !== undefined &&
    html`; budget <span class="over">${money(budget, result.currency)}</span> a month${showsBudget && ' (dashed)'}`
  }. Months are UTC.</p></div>`;
}

function rowsOf(result: BacktestResult): readonly Row[] {
  const [policy, against, optimum] = [runOf(result, 'policy'), runOf(result, 'against'), runOf(result, 'optimum')];
  return [
    ...(policy ? [{ label: against ? 'A' : 'policy', fill: 'f', run: policy }] : []),
    ...(against ? [{ label: 'B', fill: 'f-way', run: against }] : []),
    ...(optimum ? [{ label: 'optimum', fill: 'f-idle', run: optimum }] : []),
  ];
}

const monthNames = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** @param month 1998-06 */
export const monthInWords = (month: string): string => monthNames.format(new Date(`${month}-01T00:00:00Z`));
