// Messages that became no job. Reading them hides them from others, so they are read on demand only.
import type { DeadLetter } from '../../adapters/queue/dead-letters.ts';
import { causeOf, readable, shortId } from '../../cli/redrive/dead-letters.ts';
import { comesBack, type Preview } from '../../cli/redrive/preview-redrive.ts';
import { visible } from '../../cli/terminal/visible.ts';
import { plural } from '../../domain/plural.ts';
import { type Html, html } from '../../pages/html.ts';
import { type Hue, type IconName, icon } from '../../pages/icons.ts';
import type { Counts } from '../reading/readings.ts';
import { actionButton, commandLine, heading, type View, well, when } from './view.ts';

interface ReadLetter {
  readonly letter: DeadLetter;
  /** What a redrive would do, for each of its needs. */
  readonly previews: readonly Preview[];
}

interface DeadLetterView {
  readonly counts: Counts;
  /** What topics, rules, schedules and `announce` could not deliver, and the command that lists it; undefined where no queue keeps it. */
  readonly undelivered?: { readonly counts: Counts; readonly command: string } | undefined;
  /** Undefined until they are asked for. */
  readonly letters?: readonly ReadLetter[] | undefined;
  /** Where none was visible. */
  readonly none?: string | undefined;
}

const looksOf: Readonly<Record<Preview['kind'], readonly [Hue, IconName]>> = {
  buy: ['warn', 'alert'],
  anew: ['warn', 'alert'],
  wait: ['info', 'wait'],
  replay: ['ok', 'ready'],
  skip: ['idle', 'skip'],
  ignore: ['idle', 'skip'],
  poison: ['bad', 'failed'],
  conflict: ['bad', 'failed'],
  unconfigured: ['bad', 'failed'],
};

export function renderDeadLetters({ counts, undelivered, letters, none }: DeadLetterView, view: View): Html {
  const others = undelivered && undeliveredSection(undelivered);
  const about = 'Keys survive a redrive: what was bought already is a replay. Letters are kept for 14 days.';
  const command = commandLine(`npx scale-out dlq redrive --all --dry-run${view.flags}`);
  if (!letters) {
    const title =
      'unknown' in counts
        ? 'Dead letters cannot be counted.'
        : counts.waiting === 0
          ? 'There are no dead letters.'
          : `${plural(counts.waiting, 'dead letter')}, about.`;
    return html`${heading(title, 'unknown' in counts ? counts.unknown : about)}
<section class="card fact"><h2>What a redrive would do</h2><p class="mute">The preview reads the letters. While it does, for some seconds, no other command sees them. Nothing is moved.</p><p class="row"><a class="button" href="dead-letters?read=1">Read the letters</a></p>${command}</section>${others}`;
  }
  const mayBuy = letters.filter(({ previews }) =>
    previews.some(({ kind }) => kind === 'buy' || kind === 'anew'),
  ).length;
  const back = letters.filter(({ previews }) => comesBack(previews)).length;
  const title =
    letters.length === 0
      ? (none ?? 'There are no dead letters.')
      : `${plural(letters.length, 'dead letter')}. ${mayBuy === 0 ? 'None' : mayBuy} may buy when redriven.`;
  return html`${heading(title, about)}
<section class="card fact"><div class="row between"><b>${letters.length > back ? `Redrive ${letters.length - back} of ${letters.length}: all that would not come back at once.` : 'A redrive of all would move nothing.'}</b><span class="row"><a class="button" href="dead-letters?read=1">Read again</a>${letters.length > back && actionButton(view, 'Redrive all', { do: 'redrive', id: 'all' }, '', '')}</span></div>${command}</section>
${letters.length === 0 ? html`<p class="card fact">${well('None')}</p>` : letters.map((one) => letterCard(one, view))}${others}`;
}

function undeliveredSection({ counts, command }: NonNullable<DeadLetterView['undelivered']>): Html {
  const says =
    'unknown' in counts
      ? html`<p class="mute">They cannot be counted: ${counts.unknown}</p>`
      : counts.waiting === 0
        ? html`<p>${well('Everything was delivered')}</p>`
        : html`<p class="would bad">${icon('failed')}<span>${plural(counts.waiting, 'message')}, about, that did not come to the alert queue, or that <code>announce</code> gave up. Mend the cause, then look at them.</span></p>`;
  return html`<section class="card fact"><h2>Not delivered</h2>${says}${commandLine(command)}</section>`;
}

function letterCard({ letter, previews }: ReadLetter, view: View): Html {
  const { id, sentAt, attributes, body } = letter;
  const { reason, detail } = causeOf(attributes);
  const short = shortId(id);
  return html`<article class="card letter" id="letter-${id}" aria-labelledby="letter-${id}-title"><header><h2 id="letter-${id}-title">${reason}</h2><small>${when(sentAt, view, 'second')} · <code>${short}</code></small></header><p>${visible(detail)}</p>${previews.map(
    ({ kind, key, says }) => {
      const [hue, picture] = looksOf[kind];
      return html`<p class="would ${hue}">${icon(picture)}<span><span class="hidden-text">A redrive: </span>${key !== undefined && html`<code>${key}</code> `}${visible(says)}</span></p>`;
    },
  )}${commandLine(comesBack(previews) ? `npx scale-out dlq drop ${short} --yes${view.flags}` : `npx scale-out dlq redrive ${short}${view.flags}`)}<div class="row">${!comesBack(previews) && actionButton(view, 'Redrive', { do: 'redrive', id }, short, '')}${actionButton(view, 'Drop', { do: 'drop', id }, short, 'danger')}<details><summary>Message</summary><pre tabindex="0">${visible(readable(body))}</pre></details></div></article>`;
}
