// The findings of `doctor`: what is wrong first.
import type { Finding } from '../../cli/doctor/findings.ts';
import { type Html, html } from '../../pages/html.ts';
import { type Hue, type IconName, icon } from '../../pages/icons.ts';
import type { Health } from '../reading/readings.ts';
import { commandLine, heading, link, type View, when } from './view.ts';

interface HealthView {
  readonly last: Health | undefined;
  readonly runs: number;
  readonly isRunning: boolean;
  readonly clusters: readonly string[];
}

const looksOf: Readonly<Record<Finding['status'], readonly [Hue, IconName]>> = {
  ok: ['ok', 'ready'],
  warn: ['warn', 'alert'],
  fail: ['bad', 'failed'],
};

export function renderHealth({ last, runs, isRunning, clusters }: HealthView, view: View): Html {
  const command = commandLine(`npx scale-out doctor${view.flags}`);
  const again = isRunning
    ? html`<span role="status">Running…</span>`
    : html`<a class="button" href="${link('health', { run: runs + 1 })}">Run again</a>`;
  const box = html`<section class="card fact"><div class="row between"><b>Run all checks again</b>${again}</div>${command}</section>`;
  if (!last)
    return html`${heading('The checks are running.', 'They read what a purchase needs, from this machine, and never buy.')}${box}`;
  const { findings, at, tookMs } = last;
  const count = (status: Finding['status']) => findings.filter((one) => one.status === status).length;
  const [failed, warned, good] = [count('fail'), count('warn'), count('ok')];
  const verb = (number: number, one: string, many: string) =>
    number === 1 ? `1 check ${one}.` : `${number} checks ${many}.`;
  const title = `${failed === 0 ? 'No check fails.' : verb(failed, 'fails', 'fail')} ${warned > 0 ? `${verb(warned, 'warns', 'warn')} ` : ''}${good} are well.`;
  const groups = [...Map.groupBy(findings, (finding) => groupOf(finding, clusters))].toSorted(
    (a, b) => badness(b[1]) - badness(a[1]),
  );
  return html`${heading(title, html`Ran at ${when(at, view, 'second')}, in ${(tookMs / 1000).toFixed(1)} s, from this machine. It reads, and never buys. Not tried: <code>cs:ScaleOutCluster</code>, which only a purchase tries.`)}${box}
<div class="groups">${groups.map(([name, some]) => group(name, some))}</div>`;
}

const badness = (findings: readonly Finding[]): number =>
  findings.reduce((all, { status }) => all + (status === 'fail' ? 1000 : status === 'warn' ? 1 : 0), 0);

function groupOf({ what }: Finding, clusters: readonly string[]): string {
  const [first = ''] = what.split(' ');
  if (clusters.includes(first)) return first;
  return first === 'secret' ? 'Secrets' : 'System';
}

const group = (name: string, findings: readonly Finding[]): Html =>
  html`<section class="card"><h2>${name}<small>${findings.filter(({ status }) => status === 'ok').length} of ${findings.length} well</small></h2><table class="checks"><caption class="hidden-text">Checks of ${name}</caption><tbody>${findings
    .toSorted((a, b) => badness([b]) - badness([a]))
    .map(({ what, status, says, remedy }) => {
      const [hue, picture] = looksOf[status];
      return html`<tr><td><span class="state ${hue}">${icon(picture)}${status}</span></td><th scope="row">${what.startsWith(`${name} `) ? what.slice(name.length + 1) : what}</th><td>${says}${remedy !== undefined && html`<b class="remedy">${remedy}</b>`}</td></tr>`;
    })}</tbody></table></section>`;
