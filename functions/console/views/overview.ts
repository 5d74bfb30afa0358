// All clusters at once: what needs a person, what each has and may still buy, and the last 24 hours.
import type { ClusterStatus } from '../../cli/jobs/cluster-status.ts';
import { formatDuration } from '../../cli/terminal/instants.ts';
import { visible } from '../../cli/terminal/visible.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { fenceOf } from '../../domain/job/purchase.ts';
import { nodes, plural } from '../../domain/plural.ts';
import { type Child, type Html, html } from '../../pages/html.ts';
import { type Hue, type IconName, icon } from '../../pages/icons.ts';
import type { Recent, Snapshot } from '../reading/readings.ts';
import { flow } from './flow.ts';
import { lanes } from './lanes.ts';
import {
  actionButton,
  barOf,
  finder,
  hasBought,
  heading,
  jobLink,
  jobState,
  link,
  loadingDay,
  pageOf,
  pager,
  price,
  sectionHead,
  total,
  type View,
  when,
} from './view.ts';

export interface Overview extends Snapshot {
  readonly recent: Recent | undefined;
  readonly policies: Readonly<Record<string, ClusterConfig>>;
  /** Part of a cluster's name. */
  readonly search: string;
  /** From 1 on. */
  readonly page: number;
}

const cardsPerPage = 24;

export function renderOverview(overview: Overview, view: View): Html {
  const { clusters, recent, search, page } = overview;
  const named = clusters.filter(({ cluster }) => cluster.includes(search));
  // On one page nothing moves when its state changes.
  const found = named.length > cardsPerPage ? named.toSorted((a, b) => urgency(b) - urgency(a)) : named;
  const { at, pages, shown } = pageOf(found, page, cardsPerPage);
  const lines = recent?.lines ?? [];
  return html`${heading(...answer(overview))}
<h2 class="hidden-text">Needs a person</h2>${needs(overview, view)}
${sectionHead('Clusters', summary(clusters))}
${clusters.length > cardsPerPage && finder('overview', search, `${found.length} of ${clusters.length}, those that need a person first`)}
<div class="clusters">${shown.map((one) => card(one, overview.policies[one.cluster], view))}</div>
${pager('overview', search, at, pages)}
${sectionHead('From alert to node', 'last 24 h')}${recent ? flow(overview, recent) : loadingDay}
${recent ? lanes(clusters, lines, overview.policies, view) : ''}`;
}

/** Parked first; then doubts, overdue nodes and pauses. */
function urgency({ slot, overdue, paused, unowned, stillShort }: ClusterStatus): number {
  if (slot?.phase === 'parked') return 5;
  if (slot?.phase === 'unknown') return 4;
  if (overdue > 0) return 3;
  return paused || unowned || stillShort ? 2 : slot ? 1 : 0;
}

const inDoubt = ({ slot }: ClusterStatus): boolean => slot?.phase === 'parked' || slot?.phase === 'unknown';

const names = (some: readonly ClusterStatus[]): Child => {
  const [first, second, ...more] = some.map(({ cluster }) => html`<b>${cluster}</b>`);
  if (more.length > 0) return html`<b>${some.length} clusters</b>`;
  return second === undefined ? first : [first, html` and `, second];
};

function answer({ clusters, recent }: Overview): readonly [Child, Child] {
  const doubts = clusters.filter(inDoubt);
  const bought = (recent?.lines ?? []).filter(hasBought);
  const [count, ready] = [
    sum(bought.map(({ count: one = 0 }) => one)),
    sum(bought.map(({ came }) => came?.nodes ?? 0)),
  ];
  const cost = total(bought.map(({ cluster, cost: one = 0 }) => [one, currencyOf(clusters, cluster)]));
  const day = !recent
    ? 'The last 24 h are being read.'
    : count === 0
      ? 'No nodes were bought in the last 24 h.'
      : `Last 24 h: ${nodes(count)} bought${cost === '' ? '' : ` for ${cost}`}; ${ready} of them came.`;
  if (doubts.length > 0) {
    const slots = doubts.flatMap(({ slot, month }) => (slot ? [[slot.count, slot.cost, month.currency] as const] : []));
    const money = total(slots.map(([, amount, currency]) => [amount, currency]));
    const most = `up to ${nodes(sum(slots.map(([one]) => one)))}${money === '' ? '' : `, ${money}`}`;
    return [
      `${doubts.length === 1 ? '1 purchase is' : `${doubts.length} purchases are`} in doubt: ${most}.`,
      html`${names(doubts)} ${doubts.length === 1 ? 'buys' : 'buy'} nothing until ${doubts.length === 1 ? 'it is' : 'these are'} settled. ${day}`,
    ];
  }
  const late = sum(clusters.map(({ overdue }) => overdue));
  return [
    late > 0 ? `Nothing is in doubt; ${nodes(late)} ${late === 1 ? 'is' : 'are'} overdue.` : 'Nothing is in doubt.',
    day,
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const currencyOf = (clusters: readonly ClusterStatus[], name: string): string | undefined =>
  clusters.find(({ cluster }) => cluster === name)?.month.currency;

interface Tile {
  readonly word: string;
  readonly hue: Hue;
  readonly icon: IconName;
  readonly count: number;
  readonly href: string;
  readonly says: Child;
}

function needs({ clusters, recent, deadLetters }: Overview, view: View): Html {
  const parked = clusters.filter(({ slot }) => slot?.phase === 'parked');
  const doubts = clusters.filter(({ slot }) => slot?.phase === 'unknown');
  const late = clusters.filter(({ overdue }) => overdue > 0);
  const lines = recent?.lines ?? [];
  const failed = lines.filter(({ state }) => state === 'failed');
  const overdueJob = lines.find(({ state }) => state === 'overdue');
  const letters = 'unknown' in deadLetters ? 0 : deadLetters.waiting;
  const slotOf = (one: ClusterStatus | undefined) =>
    one?.slot ? { name: one.cluster, ...one.slot, ...one.month } : undefined;
  const [aParked, aDoubt] = [slotOf(parked[0]), slotOf(doubts[0])];
  const [aFailed] = failed;
  const only = (some: readonly unknown[], key: string | undefined, state: string): string =>
    some.length === 1 && key !== undefined ? jobLink(key) : link('jobs', { state, since: '90d' });
  const tiles: readonly Tile[] = [
    {
      ...{ word: 'Parked', hue: 'bad', icon: 'parked', count: parked.length },
      href: only(parked, aParked?.key, 'parked'),
      says:
        aParked &&
        html`<b>${aParked.name}</b>: ${nodes(aParked.count)}${aParked.currency !== undefined && `, ${price(aParked.cost, aParked.currency)}`}, for ${formatDuration(view.now - aParked.signedAt)}. A person must say what became of it.`,
    },
    {
      ...{ word: 'In doubt', hue: 'warn', icon: 'doubt', count: doubts.length },
      href: only(doubts, aDoubt?.key, 'unknown'),
      says:
        aDoubt &&
        html`<b>${aDoubt.name}</b>: ${nodes(aDoubt.count)}, for ${formatDuration(view.now - aDoubt.signedAt)}. Without a task by ${when(fenceOf(aDoubt), view)} it is parked.`,
    },
    {
      ...{ word: 'Overdue', hue: 'bad', icon: 'overdue', count: late.length },
      href: only(late, overdueJob?.key, 'overdue'),
      says: late[0] && html`<b>${late[0].cluster}</b>: ${nodes(late[0].overdue)} paid and not Ready in time.`,
    },
    {
      ...{ word: 'Task failed', hue: 'bad', icon: 'failed', count: failed.length },
      href: only(failed, aFailed?.key, 'failed'),
      says:
        aFailed &&
        html`<b>${aFailed.cluster}</b>: none of ${nodes(aFailed.count ?? 0)} came, ${when(aFailed.came?.at ?? aFailed.at, view)}. In the last 24 h.`,
    },
    {
      ...{ word: 'Dead letters', hue: 'warn', icon: 'mail', count: letters },
      href: 'dead-letters',
      says:
        'unknown' in deadLetters
          ? `Not known: ${deadLetters.unknown}`
          : letters > 0 && 'Messages that became no job. Read what a redrive would do.',
    },
  ];
  return html`<ul class="needs">${tiles.map(
    ({ word, hue, icon: picture, count, href, says }) =>
      html`<li id="need-${picture}"><a class="card ${count > 0 ? hue : 'idle'}" href="${href}"><span class="figure">${count}</span><span class="word">${icon(count > 0 ? picture : 'ready')}${word}</span>${says && html`<span class="text">${says}</span>`}</a></li>`,
  )}</ul>`;
}

function summary(clusters: readonly ClusterStatus[]): Child {
  const known = clusters.flatMap(({ nodes: count }) => ('unknown' in count ? [] : [count.ready]));
  const spent = total(clusters.map(({ month }) => [month.spent, month.currency]));
  const budget = total(clusters.map(({ month }) => [month.budget ?? 0, month.currency]));
  const money = spent === '' ? '' : ` ${spent}${budget === '' ? '' : ` of ${budget}`} this UTC month.`;
  const missing = clusters.length - known.length;
  return `${plural(clusters.length, 'cluster')}; ${sum(known)} nodes Ready${missing > 0 ? ` in ${known.length} of them` : ''}.${money} Days and months are UTC.`;
}

function card(status: ClusterStatus, policy: ClusterConfig | undefined, view: View): Html {
  const { cluster, nodes: count, pending, overdue, limits, slot, today, month, cooldownUntil, paused } = status;
  const way = pending - overdue;
  const doubt = slot?.count ?? 0;
  const ready = 'unknown' in count ? 0 : count.ready;
  const notReady = 'unknown' in count ? 0 : count.total - count.ready;
  const parts = [
    way > 0 && `${way} on ${way === 1 ? 'its' : 'their'} way`,
    overdue > 0 && `${overdue} overdue`,
    doubt > 0 && `${doubt} ${slot?.phase === 'sending' ? 'being bought' : 'in doubt'}`,
    notReady > 0 && `${notReady} not Ready`,
  ].filter((one) => one !== false);
  const id = `cluster-${cluster}`;
  const row = (name: string, value: Child) => html`<dt>${name}</dt><dd class="wide">${value}</dd>`;
  return html`<article class="card cluster" id="${id}" aria-labelledby="${id}-name"><header><h3 id="${id}-name">${cluster}</h3>${badge(status, policy)}</header>
<p class="big"><b>${'unknown' in count ? '–' : ready}</b><span>Ready</span><span class="mute">${[...parts, `limit ${limits.maxNodes}`].join(', ')}</span></p>
${barOf(
  [
    { size: ready, fill: 'ready' },
    { size: way, fill: 'way' },
    { size: overdue, fill: 'overdue' },
    { size: doubt, fill: 'doubt' },
  ],
  limits.maxNodes,
  [`${ready} Ready`, ...parts, `limit ${limits.maxNodes}`].join(', '),
)}
${'unknown' in count && html`<p class="mute">Nodes are not known: ${count.unknown}</p>`}
<dl><dt>Today</dt><dd>${meter(today.used, today.limit, 'Nodes of today')}</dd><dd class="num">${today.used} of ${nodes(today.limit)}</dd>
<dt>Month</dt>${
    month.budget === undefined
      ? html`<dd class="wide">${month.currency === undefined ? 'no budget' : `${price(month.spent, month.currency)}, no budget`}</dd>`
      : html`<dd>${meter(month.spent, month.budget, 'Money of the month')}</dd><dd class="num">${price(month.spent, undefined)} of ${price(month.budget, month.currency)}</dd>`
  }
${row('Slot', slot ? html`<a href="${jobLink(slot.key)}">${jobState(slot.phase)} ${slot.count}, ${formatDuration(view.now - slot.signedAt)}</a>` : 'free')}
${row('Cooldown', cooldownUntil === undefined ? 'over' : html`until ${when(cooldownUntil, view)} (${formatDuration(cooldownUntil - view.now)})`)}
${paused && row('Paused', html`by ${paused.by}, ${when(paused.at, view)}${paused.until !== undefined && html`, until ${when(paused.until, view)}`}: ${visible(paused.reason)}`)}
${status.unowned && row('Others', html`<span class="state warn">${icon('alert')}${status.unowned.taskIds.join(', ')}</span> scaled it, ${when(status.unowned.at, view)}`)}
${status.stillShort && row('Short', html`<a href="${jobLink(status.stillShort.key)}">may buy no more</a>, ${when(status.stillShort.at, view)}`)}
${row('Last', lastPurchase(status, view))}</dl>
<footer>${actionButton(view, paused ? 'Resume' : 'Pause', { do: paused ? 'resume' : 'pause', cluster }, cluster)}${actionButton(view, 'Ask for nodes', { do: 'enqueue', cluster }, `in ${cluster}`)}<a class="button quiet" href="${link('jobs', { cluster })}">Jobs<span class="hidden-text"> of ${cluster}</span></a></footer></article>`;
}

function badge({ slot, paused }: ClusterStatus, policy: ClusterConfig | undefined): Html {
  if (slot) return jobState(slot.phase, true);
  if (paused) return html`<span class="state warn tinted">${icon('pause')}Paused</span>`;
  if (policy?.dryRun) return html`<span class="state idle tinted">${icon('eye')}Dry run</span>`;
  return html`<span class="state ok">${icon('ready')}Buys</span>`;
}

/** Amber from 80 % on, red at the limit. */
function meter(used: number, limit: number, label: string): Html {
  const share = limit > 0 ? used / limit : 1;
  const fill = share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : 'ready';
  return barOf([{ size: used, fill }], limit, `${label}: ${Math.round(share * 100)} %`, 'thin');
}

function lastPurchase({ lastPurchase: last, noPurchaseSince }: ClusterStatus, view: View): Child {
  if (last) return html`<a href="${jobLink(last.key)}">${nodes(last.count ?? 0)}, ${when(last.at, view)}</a>`;
  if (noPurchaseSince === undefined) return 'none in 90 days';
  return view.now - noPurchaseSince < 60_000 ? 'being read' : html`none since ${when(noPurchaseSince, view)}`;
}
