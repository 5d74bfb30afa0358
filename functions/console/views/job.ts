// One job: where it stands, its timeline, how its number came about, and the commands for it.
import { reportJob } from '../../cli/report/job-report.ts';
import type { KnownJob } from '../../cli/report/known-job.ts';
import { requestEntries } from '../../cli/report/wording.ts';
import { shellWord } from '../../cli/terminal/shell.ts';
import { visible } from '../../cli/terminal/visible.ts';
import type { DecisionRecord } from '../../domain/job/decision-record.ts';
import { fenceOf } from '../../domain/job/purchase.ts';
import { nodes } from '../../domain/plural.ts';
import { type Child, type Html, html } from '../../pages/html.ts';
import { type Hue, type IconName, icon, looks } from '../../pages/icons.ts';
import { calculation } from '../reading/arithmetic.ts';
import { actionButton, commandLine, heading, jobState, link, price, senderName, type View, when } from './view.ts';

export interface JobView {
  readonly job: KnownJob;
  readonly currency: string | undefined;
  readonly isPaused: boolean;
  /** For a parked purchase: the tasks that could be it, or why they cannot be read. */
  readonly candidates?:
    | readonly { readonly taskId: string; readonly createdAt?: number | undefined }[]
    | string
    | undefined;
}

export function renderJob(of: JobView, view: View): Html {
  const { job, currency } = of;
  const report = reportJob(job);
  const shown = stateOf(job);
  const story = storyOf(job);
  const next = report.next;
  return html`<nav class="path" aria-label="Path"><a href="jobs">Jobs</a> / <a href="${link('jobs', { cluster: job.cluster })}">${job.cluster}</a> / ${when(story.occurredAt, view)}</nav>
${heading(`${capital(report.headline)}.`, about(of, next?.says))}
${stages(job, view)}
<div class="columns"><div class="main-column"><h2 class="hidden-text">Timeline</h2>${timeline(of, view)}${job.state === 'parked' && evidence(of, view)}</div>
<div class="side">${settlement(of, view)}<section class="card fact"><h2>Facts</h2><dl>${facts(of, shown, currency)}</dl><h3>The same in a terminal</h3>${commandLine(`npx scale-out show ${shellWord(job.key)}${view.flags}`)}</section></div></div>`;
}

function about(of: JobView, next: string | undefined): Child {
  const { job, currency } = of;
  const bought = boughtOf(of);
  const size = bought && `: ${nodes(bought.count)}${currency === undefined ? '' : `, ${price(bought.cost, currency)}`}`;
  const says = job.state === 'parked' ? 'Until it is settled, the cluster buys nothing.' : next;
  return html`<b>${job.cluster}</b>${size ?? ''}. ${says ?? ''}`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const stateOf = (job: KnownJob) => ('progress' in job && job.progress ? job.progress.state : job.state);

function storyOf(job: KnownJob): DecisionRecord {
  if ('verdict' in job) return job.verdict.story;
  if ('purchase' in job) return job.purchase.story;
  return 'skip' in job ? job.skip.story : job.wait.story;
}

interface Stage {
  readonly name: string;
  /** Absent: not reached. */
  readonly hue?: Hue;
  readonly icon?: IconName;
  readonly at?: number | undefined;
  readonly says?: string;
}

function stages(job: KnownJob, view: View): Html {
  const { occurredAt, decidedAt } = storyOf(job);
  const done = { hue: 'ok', icon: 'ready' } as const;
  const look = looks[stateOf(job)];
  const decided: Stage = {
    name: 'Decided',
    at: decidedAt,
    ...(job.state === 'skipped' || job.state === 'waiting' ? { hue: look.hue, icon: look.icon } : done),
  };
  const all: readonly Stage[] = [{ name: 'Arrived', ...done, at: occurredAt }, decided, ...afterDecision(job)];
  return html`<ol class="card stages" aria-label="Stages">${all.map(
    ({ name, hue, icon: picture, at, says }) =>
      html`<li class="${hue ?? 'idle todo'}">${icon(picture ?? 'none')}<b>${name}</b><small>${says ?? (at === undefined ? '–' : when(at, view, 'second'))}</small></li>`,
  )}</ol>`;
}

function afterDecision(job: KnownJob): readonly Stage[] {
  const [sent, answered, ready] = [{ name: 'Sent' }, { name: 'Answered' }, { name: 'Ready' }];
  const done = { hue: 'ok', icon: 'ready' } as const;
  const look = looks[stateOf(job)];
  if ('purchase' in job) {
    const signed: Stage = { ...sent, ...done, at: job.purchase.signedAt };
    return [signed, { ...answered, hue: look.hue, icon: look.icon, says: 'no answer' }, ready];
  }
  if (!('verdict' in job)) return [sent, answered, ready];
  const { verdict, pending } = job;
  const signed: Stage = { ...sent, ...done, says: 'once' };
  if (verdict.outcome !== 'accepted')
    return [signed, { ...answered, hue: look.hue, icon: look.icon, at: verdict.at }, ready];
  const { progress } = job;
  const last: Stage = progress
    ? { ...ready, hue: look.hue, icon: look.icon, at: progress.at }
    : {
        ...ready,
        hue: 'info',
        icon: 'way',
        says: pending ? `${verdict.count - pending.count} of ${verdict.count}` : 'awaited',
      };
  return [signed, { ...answered, ...done, at: verdict.at }, last];
}

function timeline(of: JobView, view: View): Html {
  const { job } = of;
  const { entries } = reportJob(job);
  const story = storyOf(job);
  const sums = calculation(story.basis, boughtOf(of));
  // The sum has the same numbers as these details of the decision.
  const details = sums.length > 0 ? requestEntries(job.cluster, story).length : 2;
  const look = looks[stateOf(job)];
  const shown = [...entries.slice(0, 2), ...entries.slice(details)];
  return html`<ol class="card timeline" aria-label="Timeline">${shown.map(({ at, says }, n) => {
    const isLast = n === shown.length - 1;
    const picture: IconName =
      n === 0 ? 'bolt' : n === 1 ? 'calculation' : isLast ? look.icon : n === 2 ? 'send' : 'none';
    return html`<li><span class="at">${at !== undefined && when(at, view, 'second')}</span><span class="dot ${isLast ? look.hue : 'idle'}">${icon(picture)}</span><div><p>${visible(says)}</p>${n === 1 && sums.length > 0 && sumTable(sums)}</div></li>`;
  })}</ol>`;
}

function boughtOf({ job, currency }: JobView) {
  if ('verdict' in job) return { count: job.verdict.count, cost: job.verdict.cost, currency };
  if ('purchase' in job) return { count: job.purchase.count, cost: job.purchase.cost, currency };
  return 'skip' in job && job.skip.dryRun ? { ...job.skip.dryRun, currency } : undefined;
}

const sumTable = (lines: ReturnType<typeof calculation>): Html =>
  html`<table class="sum"><caption class="hidden-text">How the number came about</caption><tbody>${lines.map(
    ({ name, value, isSum }) =>
      html`<tr${isSum && html` class="result"`}><th scope="row">${name}</th><td class="num">${value}</td></tr>`,
  )}</tbody></table>`;

function evidence({ job, candidates }: JobView, view: View): Html | false {
  if (!('purchase' in job)) return false;
  const tasks: Child =
    candidates === undefined
      ? 'are being read'
      : typeof candidates === 'string'
        ? `cannot be read: ${candidates}`
        : candidates.length === 0
          ? 'The task list has none that belongs to no job.'
          : candidates.map(
              ({ taskId, createdAt }) =>
                html`<p><code>${taskId}</code>${createdAt === undefined ? ', without a readable date' : html`, made ${when(createdAt, view, 'second')}`}</p>`,
            );
  return html`<section class="card fact"><h2>Evidence</h2><dl><dt>Parked for</dt><dd>${visible(job.purchase.why ?? 'none')}</dd><dt>Signed</dt><dd>${when(job.purchase.signedAt, view, 'second')}</dd><dt>Tasks</dt><dd>${tasks}</dd></dl></section>`;
}

function settlement({ job, isPaused, currency }: JobView, view: View): Html | false {
  const command = (text: string) => commandLine(`npx scale-out ${text}${view.flags}`);
  if (job.state === 'parked' && 'purchase' in job) {
    const { key, count, cost } = job.purchase;
    const fence = fenceOf(job.purchase);
    const money = currency === undefined ? '' : ` and ${price(cost, currency)}`;
    const how = [
      {
        answer: 'accepted',
        name: 'It was bought',
        flags: '--accepted TASK_ID',
        says: `The slot is freed. Its ${nodes(count)} are awaited.`,
      },
      {
        answer: 'abandon',
        name: 'It was not bought',
        flags: '--abandon',
        says: `The slot${money} are freed. The job ends.`,
      },
      {
        answer: 'again',
        name: 'Not bought: ask again',
        flags: '--abandon-and-ask-again',
        says: `The same under a new key${currency === undefined ? '' : `; may spend ${price(cost, currency)}`}.`,
      },
    ];
    return html`<section class="card fact actions"><h2>Say what became of it</h2><p class="mute">Look into the orders of the ENS console at ${when(job.purchase.signedAt, view, 'second')}. ${view.now < fence ? html`That it was not bought can be said from ${when(fence, view)} on.` : 'All three answers are possible.'}</p>${how.map(
      ({ answer, name, flags, says }) =>
        html`<div class="action"><div><p>${says}</p>${actionButton(view, name, { do: 'resolve', key, answer }, '', '')}</div>${command(`resolve ${shellWord(key)} ${flags} --reason TEXT`)}</div>`,
    )}</section>`;
  }
  if (job.state === 'waiting' && isPaused)
    return html`<section class="card fact actions"><h2>Let it go on</h2><div class="action"><div><p>${job.cluster} is paused.</p>${actionButton(view, 'Resume', { do: 'resume', cluster: job.cluster }, job.cluster, '')}</div>${command(`resume ${job.cluster} --reason TEXT`)}</div></section>`;
  const isOver = ['partial', 'failed', 'overdue', 'rejected', 'abandoned', 'skipped'].includes(stateOf(job));
  if (!isOver) return false;
  const add = 'verdict' in job ? job.verdict.count : 1;
  return html`<section class="card fact actions"><h2>Still needed?</h2><div class="action"><div><p>Ask again, under a new key.</p>${actionButton(view, 'Ask for nodes', { do: 'enqueue', cluster: job.cluster, add }, `in ${job.cluster}`, '')}</div>${command(`enqueue --cluster ${job.cluster} --add ${add} --reason TEXT`)}</div></section>`;
}

function facts(of: JobView, shown: keyof typeof looks, currency: string | undefined): readonly Html[] {
  const { job } = of;
  const story = storyOf(job);
  const bought = boughtOf(of);
  const row = (name: string, value: Child) => html`<dt>${name}</dt><dd>${value}</dd>`;
  const note =
    'verdict' in job
      ? job.verdict.outcome === 'accepted'
        ? ''
        : ', not spent'
      : 'purchase' in job
        ? ', reserved'
        : ', not spent';
  return [
    row('State', html`${jobState(shown)} <small>(${shown})</small>`),
    row('Cluster', job.cluster),
    row(
      'Sender',
      `${senderName(story.source)}${story.requestedBy === undefined ? '' : ` (${visible(story.requestedBy)})`}`,
    ),
    ...(bought ? [row('Nodes', `${bought.count}${'skip' in job ? ' in a dry run' : ''}`)] : []),
    ...(bought && currency !== undefined ? [row('Cost', `${price(bought.cost, currency)}${note}`)] : []),
    ...('verdict' in job && job.verdict.taskId !== undefined
      ? [row('Task', html`<code>${job.verdict.taskId}</code>`)]
      : []),
    ...('verdict' in job && job.verdict.requestId !== undefined
      ? [row('Request', html`<code>${job.verdict.requestId}</code>`)]
      : []),
    row('Key', html`<code>${job.key}</code>`),
  ];
}
