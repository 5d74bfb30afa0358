// From alert to node: how the messages of a day became jobs, decisions and nodes.
import type { ClusterStatus } from '../../cli/jobs/cluster-status.ts';
import type { Line } from '../../cli/jobs/listing.ts';
import { type Html, html } from '../../pages/html.ts';
import { type Hue, type IconName, icon } from '../../pages/icons.ts';
import type { Counted, Counts, Recent, Snapshot } from '../reading/readings.ts';
import { barOf, hasBought, type Part, senderName, total } from './view.ts';

export function flow({ queue, deadLetters, clusters }: Snapshot, { lines, counted }: Recent): Html {
  const decisions = lines.filter(({ state }) => state !== 'waiting');
  const [bought, skipped] = [decisions.filter(hasBought), decisions.filter(({ state }) => state === 'skipped')];
  const refused = decisions.filter(({ state }) => state === 'rejected' || state === 'abandoned');
  const open = decisions.filter(({ state }) => ['sending', 'unknown', 'parked'].includes(state));
  const waiting = lines.length - decisions.length;
  const size = (some: readonly Line[]) => some.length;
  return html`<ol class="card flow">${messageStep(queue, counted)}
<li><h3>Jobs</h3><p class="figure">${lines.length}</p><dl>${bySender(lines).map(([name, count]) => html`<dt>${name}</dt><dd>${count}</dd>`)}</dl></li>
<li><h3>Decisions</h3><p class="figure">${decisions.length} <small>${waiting > 0 && `and ${waiting} waiting`}</small></p>${barOf(
    [
      { size: size(bought), fill: 'ok' },
      { size: size(open), fill: 'doubt' },
      { size: size(refused), fill: 'bad' },
      { size: size(skipped), fill: 'idle' },
    ],
    decisions.length,
    `${size(bought)} bought, ${size(open)} in doubt or being sent, ${size(refused)} refused or abandoned, ${size(skipped)} skipped`,
    'thin',
  )}<dl>${row('ok', 'ready', 'Bought', size(bought))}${row('warn', 'doubt', 'In doubt', size(open))}${row('bad', 'refused', 'Refused', size(refused))}${row('idle', 'skip', 'Skipped', size(skipped))}</dl></li>
${nodeStep(bought, clusters)}
<li><h3>Dead letters, now</h3><p class="figure">${'unknown' in deadLetters ? '–' : deadLetters.waiting}</p><p class="mute">Messages that became no job. <a href="dead-letters">Look at them</a></p></li></ol>`;
}

const row = (hue: Hue, picture: IconName, name: string, count: number): Html =>
  html`<dt class="${hue}">${icon(picture)}${name}</dt><dd>${count}</dd>`;

/** What came in 24 hours, and what is on the queue now. */
function messageStep(queue: Counts, counted: Counted): Html {
  const entry = ([name, count]: readonly [string, number]) => html`<dt>${name}</dt><dd>${count}</dd>`;
  const isKnown = !('unknown' in counted);
  const done = isKnown
    ? ([
        ['Replayed', counted.replayed],
        ['Ignored', counted.ignored],
      ] as const)
    : [];
  const now =
    'unknown' in queue
      ? []
      : ([
          ['Waiting now', queue.waiting],
          ['In work now', queue.inWork],
          ['Delayed now', queue.delayed],
        ] as const);
  return html`<li><h3>Messages</h3><p class="figure">${isKnown ? counted.received : '–'}</p><dl>${[...done, ...now].map(entry)}</dl>${!isKnown && html`<p class="mute">Not counted: ${counted.unknown}</p>`}${'unknown' in queue && html`<p class="mute">The queue is not known: ${queue.unknown}</p>`}</li>`;
}

/** The most frequent first. */
function bySender(lines: readonly Line[]): readonly (readonly [string, number])[] {
  const counts = Map.groupBy(lines, ({ source }) => senderName(source));
  const sorted = [...counts].map(([name, some]) => [name, some.length] as const).toSorted((a, b) => b[1] - a[1]);
  return sorted.slice(0, 4);
}

function nodeStep(bought: readonly Line[], clusters: readonly ClusterStatus[]): Html {
  const currencies = new Map(clusters.map(({ cluster, month }) => [cluster, month.currency]));
  const sum = (some: readonly Line[], of: (line: Line) => number) => some.reduce((all, one) => all + of(one), 0);
  const came = ({ came: found }: Line) => found?.nodes ?? 0;
  const missing = (line: Line) => Math.max(0, (line.count ?? 0) - came(line));
  const [ready, all] = [sum(bought, came), sum(bought, ({ count = 0 }) => count)];
  const way = sum(
    bought.filter(({ state }) => state === 'accepted'),
    missing,
  );
  const late = sum(
    bought.filter(({ state }) => state === 'overdue'),
    missing,
  );
  const never = all - ready - way - late;
  const parts: readonly Part[] = [
    { size: ready, fill: 'ok' },
    { size: way, fill: 'way' },
    { size: late, fill: 'overdue' },
    { size: never, fill: 'bad' },
  ];
  const cost = total(bought.map((line) => [line.cost ?? 0, currencies.get(line.cluster)]));
  return html`<li><h3>Nodes bought</h3><p class="figure">${all} <small>${cost !== '' && `for ${cost}`}</small></p>${barOf(parts, all, `${ready} Ready, ${way} on their way, ${late} overdue, ${never} never came`, 'thin')}<dl>${row('ok', 'ready', 'Ready', ready)}${row('info', 'way', 'On their way', way)}${row('bad', 'overdue', 'Overdue', late)}${row('bad', 'failed', 'Never came', never)}</dl></li>`;
}
