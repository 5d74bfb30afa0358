// Parts that several pages are made of.
import { type Child, type Html, html } from './html.ts';

export interface Stat {
  readonly label: string;
  readonly figure: string;
  readonly unit?: string | undefined;
  readonly note?: Child;
}

/** Key figures side by side. */
export const statList = (stats: readonly Stat[]): Html =>
  html`<dl class="card stats">${stats.map(
    ({ label, figure, unit, note }) =>
      html`<div><dt>${label}</dt><dd class="figure">${figure}${unit !== undefined && html` <small>${unit}</small>`}</dd>${
        note !== undefined && html`<dd class="note">${note}</dd>`
      }</div>`,
  )}</dl>`;

/** Width in percent of a whole that may be 0. */
export const share = (part: number, whole: number): string =>
  `${whole <= 0 ? 0 : Math.round(Math.min(1, Math.max(0, part / whole)) * 10_000) / 100}%`;
