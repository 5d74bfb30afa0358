// The front of money against minutes short: what else could be bought with other settings.
import { plot, plotWidth } from '../../pages/chart.ts';
import { count, money } from '../../pages/figures.ts';
import { type Html, html } from '../../pages/html.ts';
import { share } from '../../pages/parts.ts';
import type { Suggestion } from '../result.ts';

/** Of two, a line says nothing. */
const fewestDrawn = 3;

export const suggestionsPart = (suggestions: readonly Suggestion[], currency: string | undefined): Html =>
  html`${suggestions.length >= fewestDrawn && front(suggestions)}${suggestionTable(suggestions, currency)}`;

function front(suggestions: readonly Suggestion[]): Html {
  const most = Math.max(1, ...suggestions.map(({ cents }) => cents));
  const longest = Math.max(1, ...suggestions.map(({ minutesShort }) => minutesShort));
  const of = plot({ from: 0, to: most * 1.05 }, 180, longest);
  const path = suggestions.map(
    ({ cents, minutesShort }, i) => `${i === 0 ? 'M' : 'L'}${of.x(cents).toFixed(1)} ${of.y(minutesShort).toFixed(1)}`,
  );
  return html`<figure class="card pad"><div class="plot front" style="height:180px"><svg viewBox="0 0 ${plotWidth} 180" preserveAspectRatio="none" role="img" aria-label="Money against minutes short of ${suggestions.length} suggestions; the table has the numbers"><path class="grid" d="M0 180H${plotWidth}M0 0V180"/><path class="line" d="${path.join('')}"/></svg>${suggestions.map(
    ({ cents, minutesShort, isToday }, i) =>
      html`<b class="dot${isToday && ' today'}" style="left:${share(cents, most * 1.05)};top:${share(of.y(minutesShort), of.height)}">${i + 1}</b>`,
  )}<span class="y-tick" style="top:0">${count(of.y.domain()[1] ?? 0)}</span><span class="y-tick" style="top:100%">0</span></div><figcaption>Right: more money. Up: more minutes short. Lower left is better. The policy as it is: in bold below.</figcaption></figure>`;
}

const suggestionTable = (suggestions: readonly Suggestion[], currency: string | undefined): Html =>
  html`<div class="card scrolls" tabindex="0" role="region" aria-label="Suggestions"><table class="tight"><thead><tr><th scope="col"><span class="hidden-text">Number</span></th><th scope="col">Settings</th><th scope="col" class="num">Nodes</th><th scope="col" class="num">Money</th><th scope="col" class="num">Minutes short</th><th scope="col" class="num">Node-minutes short</th></tr></thead><tbody>${suggestions.map(
    ({ says, nodesBought, cents, minutesShort, nodeMinutesShort, isToday }, i) =>
      html`<tr><td class="num">${i + 1}</td><td class="says">${isToday ? html`<b>${says}</b>` : says}</td><td class="num">${count(nodesBought)}</td><td class="num">${money(cents, currency)}</td><td class="num">${count(minutesShort)}</td><td class="num">${count(nodeMinutesShort)}</td></tr>`,
  )}</tbody></table></div>`;
