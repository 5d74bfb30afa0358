// The frame of every page: where the console works, the views, and when it was read.
import { type Html, html } from '../../pages/html.ts';
import { type IconName, icon, spriteOf } from '../../pages/icons.ts';
import { themeButton } from '../../pages/theme.ts';
import { patterns, type View, when } from './view.ts';

interface Frame {
  readonly view: View;
  /** What the place is called, such as `EdgeScaleOut`, and its Region. */
  readonly place: string;
  readonly region: string | undefined;
  /** The view of the navigation that is marked. */
  readonly current: string;
  readonly title: string;
  /** When the shown data were read: epoch milliseconds. */
  readonly readAt: number;
  readonly deadLetters: number;
  readonly problems: number;
  /** How often the page is read again: milliseconds. Undefined for one that stays. */
  readonly everyMs?: number | undefined;
  readonly body: Html;
}

const views: readonly (readonly [path: string, name: string, icon: IconName])[] = [
  ['overview', 'Overview', 'home'],
  ['jobs', 'Jobs', 'list'],
  ['dead-letters', 'Dead letters', 'mail'],
  ['leases', 'Leases', 'calendar'],
  ['health', 'Health', 'pulse'],
];

export function renderPage(frame: Frame): string {
  const { view, place, region, current, title, readAt, deadLetters, problems, everyMs, body } = frame;
  const counts: Readonly<Record<string, number>> = { 'dead-letters': deadLetters, health: problems };
  const content = html`<a class="skip" href="#main">Skip to content</a><div class="app"><header class="top"><a class="brand" href="overview">${icon('bolt')}edge-scale-out</a><span class="where"><b>${place}</b>${region !== undefined && ` · ${region}`}</span><span class="grow"></span><span class="read">Read at <b>${when(readAt, view, 'second')}</b></span><span class="mode">${icon(view.mayAct ? 'key' : 'eye')}${view.mayAct ? 'May act' : 'Read-only'}</span>${themeButton}</header>
<nav class="nav" aria-label="Views"><ul>${views.map(
    ([path, name, picture]) =>
      html`<li><a href="${path}"${path === current && html` aria-current="page"`}>${icon(picture)}${name}${
        (counts[path] ?? 0) > 0 &&
        html`<span class="count">${counts[path]}<span class="hidden-text"> to look at</span></span>`
      }</a></li>`,
  )}</ul></nav>
<main id="main">${body}</main></div><dialog id="dialog" aria-labelledby="dialog-title"></dialog><p class="hidden-text" role="status" id="status"></p>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${title} · edge-scale-out</title><link rel="stylesheet" href="assets/console.css"><script src="assets/theme.js"></script><script type="module" src="assets/console.js"></script></head>
<body${everyMs !== undefined && html` data-every="${everyMs}"`}>${spriteOf(html`${content}${icon('ready')}`)}${patterns}${content}</body></html>
`.toString();
}
