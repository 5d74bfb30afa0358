// All runs side by side: the policy, the one it is held against, the plain rivals and the optimum.
import { count, money, percent, signed } from '../../pages/figures.ts';
import { type Html, html } from '../../pages/html.ts';
import { runOf } from '../headline.ts';
import type { BacktestResult, Figures, Run, RunKind } from '../result.ts';

interface Row {
  readonly label: string;
  /** Null where there is no such figure. */
  readonly of: (figures: Figures) => number | null | undefined;
  readonly format: (value: number) => string;
}

const limitsHeld = ({ heldBackBy }: Figures) => Object.values(heldBackBy).reduce((sum, times) => sum + times, 0);

/** Of all of them, less is better. */
const rowsOf = (currency: string | undefined): readonly Row[] => [
  { label: 'Nodes bought', of: ({ nodesBought }) => nodesBought, format: count },
  { label: 'Money', of: ({ cents }) => cents, format: (cents) => money(cents, currency) },
  {
    label: 'Regret: money beyond the optimum',
    of: ({ regretCents }) => regretCents,
    format: (cents) => money(cents, currency),
  },
  { label: 'Minutes short', of: ({ minutesShort }) => minutesShort, format: count },
  { label: 'Node-minutes short', of: ({ nodeMinutesShort }) => nodeMinutesShort, format: count },
  { label: 'Most nodes missing at once', of: ({ mostShort }) => mostShort, format: count },
  { label: 'Breach to Ready, median minutes', of: ({ breachToReady }) => breachToReady.median, format: count },
  { label: 'Breach to Ready, 95th percentile', of: ({ breachToReady }) => breachToReady.p95, format: count },
  { label: 'Idle node-hours', of: ({ idleNodeHours }) => idleNodeHours, format: count },
  { label: 'Most nodes Ready at once', of: ({ mostNodes }) => mostNodes, format: count },
  { label: 'Held back by a limit', of: limitsHeld, format: count },
  { label: 'Under-provisioning accuracy', of: ({ elasticity }) => elasticity.underAccuracy, format: percent },
  { label: 'Over-provisioning accuracy', of: ({ elasticity }) => elasticity.overAccuracy, format: percent },
  { label: 'Under-provisioning timeshare', of: ({ elasticity }) => elasticity.underTimeshare, format: percent },
  { label: 'Over-provisioning timeshare', of: ({ elasticity }) => elasticity.overTimeshare, format: percent },
];

/** What a run of this kind decides nothing about is left open. */
const titles: Readonly<Record<RunKind, string>> = {
  policy: 'A: policy',
  against: 'B: against',
  'once-per-alarm': 'Rival: once per alarm',
  'fixed-fleet': 'Rival: fixed fleet',
  optimum: 'Optimum',
};

export function comparisonTable({ runs, currency }: BacktestResult): Html {
  const policy = runs.find(({ kind }) => kind === 'policy');
  const columns = runs.flatMap((run): readonly Column[] =>
    run.kind === 'against' && policy ? [{ run }, { run, against: policy }] : [{ run }],
  );
  return html`<div class="card scrolls" tabindex="0" role="region" aria-label="All figures, side by side"><table class="tight side"><thead><tr><th scope="col"><span class="hidden-text">Figure</span></th>${columns.map(
    ({ run, against }) =>
      html`<th scope="col" class="num">${against ? 'B against A' : titles[run.kind]}${!against && html`<small>${run.name}</small>`}</th>`,
  )}</tr></thead><tbody>${rowsOf(currency).map(
    (row) => html`<tr><th scope="row">${row.label}</th>${columns.map((column) => cell(row, column))}</tr>`,
  )}</tbody></table></div>`;
}

interface Column {
  readonly run: Run;
  /** Then the column shows how the run differs from this one. */
  readonly against?: Run;
}

function cell({ of, format }: Row, { run, against }: Column): Html {
  const value = of(run.figures);
  if (value === null || value === undefined) return html`<td class="num mute">\u2013</td>`;
  const other = against && of(against.figures);
  if (!against) return html`<td class="num">${format(value)}</td>`;
  if (other === null || other === undefined) return html`<td class="num mute">\u2013</td>`;
  const difference = value - other;
  // Rounding must not make a difference of what is shown as the same.
  if (format(value) === format(other)) return html`<td class="num mute">same</td>`;
  return html`<td class="num ${difference > 0 ? 'worse' : 'better'}">${signed(difference, format)}, ${difference > 0 ? 'worse' : 'better'}</td>`;
}

/** What differs between the policies, before all figures. */
export function differenceList(result: BacktestResult): Html | false {
  const { differences } = result;
  const [policy, against] = [runOf(result, 'policy'), runOf(result, 'against')];
  if (!policy || !against) return false;
  if (differences.length === 0) return html`<p class="card pad">A and B are the same config.</p>`;
  return html`<div class="card"><table class="tight differ"><thead><tr><th scope="col">Setting</th><th scope="col">A: ${policy.name}</th><th scope="col">B: ${against.name}</th></tr></thead><tbody>${differences.map(
    ({ setting, policy: a, against: b }) =>
      html`<tr><th scope="row"><code>${setting}</code></th><td>${a}</td><td>${b}</td></tr>`,
  )}</tbody></table></div>`;
}
