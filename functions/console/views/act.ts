// An action before and after it: what it does, the command that does the same, why, and what came of it.
import { visible } from '../../cli/terminal/visible.ts';
import { type Html, html } from '../../pages/html.ts';
import { icon } from '../../pages/icons.ts';
import type { Action, Field, Fields, Ran } from '../acting/actions.ts';
import { commandLine, link } from './view.ts';

interface ActView {
  readonly action: Action;
  readonly values: Fields;
  readonly command: string;
  /** What the command would do now. */
  readonly preview?: Ran | undefined;
  readonly problem?: string | undefined;
}

export function renderAct({ action, values, command, preview, problem }: ActView): Html {
  const { title, button, consequence, fields, given, isDangerous } = action;
  return html`<section class="card fact act-form"><form method="post" action="act"><h1 id="dialog-title" tabindex="-1">${visible(title)}</h1><p>${consequence}</p>${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}${Object.entries(given).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}${fields.map((field) => input(field, values))}
<label>Reason, for the people who read it later<textarea name="reason" rows="2" maxlength="500" required>${values['reason'] ?? ''}</textarea></label>
<div id="preview">${preview && html`<p class="mute">Now it would do this:</p><pre tabindex="0">${preview.printed}</pre>`}<h2>The same in a terminal</h2>${commandLine(command)}</div>
<div class="row end"><a class="button cancel" href="overview">Cancel</a><button class="button ${isDangerous ? 'danger' : 'primary'}">${button}</button></div></form></section>`;
}

const input = ({ name, label, hint, kind, isOptional }: Field, values: Fields): Html =>
  html`<label>${label}${hint !== undefined && html` <small>${hint}</small>`}<input name="${name}" value="${values[name] ?? ''}" autocomplete="off"${kind === 'number' && html` type="number" min="1" step="1"`}${!isOptional && html` required`}></label>`;

interface DoneView {
  readonly action: Action;
  readonly command: string;
  readonly ran: Ran;
}

export function renderDone({ action, command, ran: { code, printed } }: DoneView): Html {
  const { do: what, cluster, key } = action.given;
  const back =
    key !== undefined
      ? link('job', { key })
      : what === 'redrive' || what === 'drop'
        ? 'dead-letters'
        : cluster !== undefined
          ? link('jobs', { cluster })
          : 'overview';
  return html`<section class="card fact act-form"><h1 id="dialog-title" tabindex="-1">${code === 0 ? html`<span class="state ok">${icon('ready')}Done</span>` : html`<span class="state bad">${icon('failed')}Refused</span>`} ${visible(action.title)}</h1><pre tabindex="0" role="status">${printed}</pre>${commandLine(command)}<div class="row end"><a class="button primary close" href="${back}">Close</a></div></section>`;
}
