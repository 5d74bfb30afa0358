// The spells in which fewer nodes were Ready than needed.
import { nodes } from '../../domain/plural.ts';
import { count, formatTime, time } from '../../pages/figures.ts';
import { type Html, html } from '../../pages/html.ts';
import { type BacktestInput, neededNodes, perMinute, type Run } from '../result.ts';

export interface Shortage {
  /** The first minute, and the first one after it. */
  readonly from: number;
  readonly to: number;
  /** Missing at the same time. */
  readonly most: number;
  readonly nodeMinutes: number;
  /** When most were missing: bought nodes that were not Ready. */
  readonly onTheirWay: number;
  /** Then: nodes that were paid for, Ready or not. */
  readonly paid: number;
}

export function shortagesOf({ demand, minutes }: BacktestInput, { ready, paid }: Run): readonly Shortage[] {
  const [isReady, isPaid] = [perMinute(ready, minutes), perMinute(paid, minutes)];
  const found: Shortage[] = [];
  let open: Shortage | undefined;
  demand.forEach((value, minute) => {
    const present = isReady[minute] ?? 0;
    const missing = neededNodes(value) - present;
    if (missing <= 0) {
      if (open) found.push(open);
      open = undefined;
      return;
    }
    const before = open ?? { from: minute, most: 0, nodeMinutes: 0, onTheirWay: 0, paid: 0 };
    const isWorst = missing > before.most;
    const paidNow = isPaid[minute] ?? 0;
    open = {
      from: before.from,
      to: minute + 1,
      nodeMinutes: before.nodeMinutes + missing,
      most: Math.max(before.most, missing),
      onTheirWay: isWorst ? Math.min(missing, paidNow - present) : before.onTheirWay,
      paid: isWorst ? paidNow : before.paid,
    };
  });
  return open ? [...found, open] : found;
}

export const longestOf = (shortages: readonly Shortage[]): Shortage | undefined =>
  shortages.reduce<Shortage | undefined>(
    (longest, one) => (longest === undefined || one.to - one.from > longest.to - longest.from ? one : longest),
    undefined,
  );

const shown = 12;

export function shortageTable(shortages: readonly Shortage[], run: Run, startAt: number, timeZone: string): Html {
  if (shortages.length === 0) return html`<p class="card pad">It was never short.</p>`;
  const longest = shortages
    .toSorted((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)
    .slice(0, shown)
    .toSorted((a, b) => a.from - b.from);
  return html`<div class="card"><table class="tight"><thead><tr><th scope="col">From</th><th scope="col" class="num">Minutes</th><th scope="col" class="num">Missing</th><th scope="col">Why</th></tr></thead><tbody>${longest.map(
    (shortage) => {
      const { from, to, most } = shortage;
      return html`<tr><td>${time(startAt + from * 60_000, timeZone)}</td><td class="num">${count(to - from)}</td><td class="num">${most}</td><td>${why(shortage, run)}</td></tr>`;
    },
  )}</tbody></table>${shortages.length > shown && html`<p class="mute pad">The ${shown} longest of ${count(shortages.length)}.</p>`}</div>`;
}

/** A limit that held back a purchase so long before it counts as its reason. */
const limitMinutes = 30;

function why({ from, to, most, onTheirWay, paid }: Shortage, { decisions, limits }: Run): string {
  if (onTheirWay === most) return `${nodes(most)} bought, not Ready yet`;
  const limit = decisions.findLast((one) => one.limit && one.minute < to && one.minute >= from - limitMinutes)?.limit;
  const bought = onTheirWay > 0 ? `${onTheirWay} of ${most} bought, not Ready yet` : undefined;
  const full = limits.maxNodes !== undefined && paid >= limits.maxNodes;
  const held = full ? 'max-nodes is reached' : limit !== undefined ? `${limit} held back a purchase` : undefined;
  return [bought, held].filter((one) => one !== undefined).join('; ') || 'nothing was on its way';
}

/** `Fri 16 Oct 20:20 to 21:10` */
export function spanInWords(startAt: number, { from, to }: Shortage, timeZone: string): Html {
  const [first, last] = [startAt + from * 60_000, startAt + to * 60_000];
  const sameDay = formatTime(first, timeZone, 'date') === formatTime(last, timeZone, 'date');
  return html`${time(first, timeZone)} to ${time(last, timeZone, sameDay ? 'clock' : 'minute')}`;
}
