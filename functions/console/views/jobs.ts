// Jobs, by the index: filtered, newest first, page by page.
import type { Line } from '../../cli/jobs/listing.ts';
import { type JobState, stateColours } from '../../cli/report/state-colours.ts';
import { visible } from '../../cli/terminal/visible.ts';
import { sources } from '../../domain/job/scale-job.ts';
import { nodes, plural } from '../../domain/plural.ts';
import { type Html, html } from '../../pages/html.ts';
import { looks } from '../../pages/icons.ts';
import {
  commandLine,
  hasBought,
  heading,
  jobLink,
  jobState,
  link,
  price,
  senderName,
  total,
  type View,
  when,
} from './view.ts';

/** As in the URL. */
export interface JobQuery {
  readonly cluster: string;
  readonly state: JobState | '';
  readonly source: string;
  readonly since: string;
  readonly until: string;
  readonly cursor: string;
}

interface JobList {
  readonly query: JobQuery;
  readonly lines: readonly Line[];
  /** Of the next page. */
  readonly next: string | undefined;
  /** How many jobs were read, and back to when, where few of them match. */
  readonly lookedAt?: { readonly jobs: number; readonly backTo: number } | undefined;
  readonly clusters: readonly string[];
  readonly currencyOf: (cluster: string) => string | undefined;
  /** A problem of the filter or of a key that was searched. */
  readonly problem?: string | undefined;
  /** The list as a command. */
  readonly command: string;
}

const spans = [
  ['24h', 'last 24 hours'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
  ['90d', 'last 90 days'],
  ['', 'all'],
] as const;

export function renderJobs(list: JobList, view: View): Html {
  const { query, lines, next, lookedAt, problem, command } = list;
  const bought = lines.filter(hasBought);
  const cost = total(bought.map(({ cluster, cost: one = 0 }) => [one, list.currencyOf(cluster)]));
  const older = next === undefined ? undefined : pageLink(query, next);
  return html`${heading('Jobs', 'What stands in a purchase slot comes first, then the newest.')}
<div class="card">${filters(list)}${problem !== undefined && html`<p class="problem" role="alert">${visible(problem)}</p>`}
<div class="filter-command">${commandLine(command)}</div>
${
  lines.length === 0
    ? html`<p class="fact">No job matches${lookedAt ? html` among the ${lookedAt.jobs} that were read, back to ${when(lookedAt.backTo, view)}` : ''}.</p>`
    : html`<table class="jobs"><caption class="hidden-text">Jobs</caption><thead><tr><th class="num">Time</th><th>Cluster</th><th>Sender</th><th>Decision</th><th class="num">Nodes</th><th class="num">Cost</th><th>State</th></tr></thead>
<tbody>${lines.map((line) => row(line, list, view))}</tbody>
<tfoot><tr><td colspan="4">${plural(lines.length, 'job')} on this page; bought:</td><td class="num">${nodes(bought.reduce((all, { count = 0 }) => all + count, 0))}</td><td class="num">${cost === '' ? '–' : cost}</td><td></td></tr></tfoot></table>`
}</div>
<nav class="pager" aria-label="Pages of jobs">${query.cursor !== '' && html`<a class="button" href="${pageLink(query, '')}">Newest</a>`}${older !== undefined && html`<a class="button" href="${older}">Older</a>`}${lookedAt && lines.length > 0 && html`<span>Read back to ${when(lookedAt.backTo, view)}.</span>`}</nav>`;
}

/** Without a time it would be the default. */
const pageLink = (query: JobQuery, cursor: string): string =>
  link('jobs', { ...query, since: query.since || 'all', cursor });

function filters({ query, clusters }: JobList): Html {
  const option = (value: string, name: string, chosen: string) =>
    html`<option value="${value}"${value === chosen && html` selected`}>${name}</option>`;
  const isListed = spans.some(([value]) => value === query.since);
  return html`<form class="filter" role="search" aria-label="Filter jobs" action="jobs">
<label>Cluster<select name="cluster">${option('', 'all', query.cluster)}${clusters.map((name) => option(name, name, query.cluster))}</select></label>
<label>State<select name="state">${option('', 'all', query.state)}${Object.keys(stateColours).map((name) => option(name, looks[name as JobState].word, query.state))}</select></label>
<label>Sender<select name="source">${option('', 'all', query.source)}${sources.map((name) => option(name, senderName(name), query.source))}</select></label>
<label>Time<select name="since">${spans.map(([value, name]) => option(value || 'all', name, query.since || 'all'))}${!isListed && option(query.since, `since ${visible(query.since)}`, query.since)}</select></label>
${query.until !== '' && html`<label>Until<input name="until" value="${query.until}"></label>`}
<label class="grow">Key<input type="search" name="key" placeholder="the whole key, or the one given to enqueue" autocomplete="off"></label>
<button class="button">Show</button><a class="button quiet" href="jobs">Clear</a></form>`;
}

function row(line: Line, { currencyOf }: JobList, view: View): Html {
  const { key, cluster, state, at, source, count, cost, dryRun, why } = line;
  const tint = state === 'parked' ? 'bad' : state === 'unknown' ? 'warn' : '';
  const isIn = count !== undefined && state !== 'rejected' && state !== 'abandoned';
  const shownCost =
    isIn && cost !== undefined && currencyOf(cluster) !== undefined ? price(cost, currencyOf(cluster)) : '–';
  return html`<tr class="${tint}" id="${key}"><td class="num"><a href="${jobLink(key)}">${when(at, view)}</a></td><td>${cluster}</td><td>${senderName(source)}</td><td>${visible(why)}</td><td class="num">${dryRun ? `dry run of ${nodes(dryRun.count)}` : isIn ? nodes(count) : '–'}</td><td class="num">${shownCost}</td><td>${jobState(state)}</td></tr>`;
}
