// What a person may do in the console. Each action is a command of `npx scale-out`: what is shown is what runs.

import { Writable } from 'node:stream';
import { makeKey } from '../../cli/jobs/manual-request.ts';
import { shellWord } from '../../cli/terminal/shell.ts';
import { createTerminal } from '../../cli/terminal/terminal.ts';
import type { Place } from '../reading/place.ts';

/** The fields of a form, by name. */
export type Fields = Readonly<Record<string, string>>;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly kind?: 'number';
  readonly isOptional?: true;
}

export interface Action {
  readonly title: string;
  readonly button: string;
  /** What follows, in a sentence or two. */
  readonly consequence: string;
  readonly isDangerous?: true;
  /** Besides the reason, which every action asks for. */
  readonly fields: readonly Field[];
  /** Fields that the page which leads here has given. */
  readonly given: Fields;
  /** Without the target. A field that is still empty is shown as a word in capitals. */
  readonly args: readonly string[];
  /** Arguments of a command that shows what would be decided; it changes nothing. */
  readonly preview?: readonly string[];
}

/** A value that begins with a dash stays a value: the command looks for `--stack` and its like everywhere. */
const option = (name: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`${name}=${value}`] : [name, value];

const answers = {
  accepted: {
    title: 'It was bought',
    consequence:
      'It counts as bought: the slot is freed, and its nodes are awaited. The task must be in the task list of the cluster.',
    fields: [
      { name: 'task', label: 'Task of the cluster', hint: 'as the ACK console has it; nothing is filled in for you' },
    ],
    args: ({ task }: Fields) => option('--accepted', task || 'TASK_ID'),
  },
  abandon: {
    title: 'It was not bought',
    consequence:
      'It counts as not bought: the slot and its money are freed, and the job ends. If it was bought after all, nothing counts its nodes.',
    fields: [],
    args: () => ['--abandon'],
  },
  again: {
    title: 'Not bought: ask again',
    consequence:
      'It counts as not bought, and as many nodes are asked for under a new key. All limits are checked again. This may spend money.',
    fields: [],
    args: () => ['--abandon-and-ask-again'],
  },
} as const satisfies Record<
  string,
  {
    readonly title: string;
    readonly consequence: string;
    readonly fields: readonly Field[];
    readonly args: (fields: Fields) => readonly string[];
  }
>;

/** The action that a URL or a form names; undefined where it names none. A name that begins with a dash is never taken: it would be an option. */
export function actionOf(fields: Fields, clusters: readonly string[]): Action | undefined {
  const { do: what = '', cluster = '', key = '', id = '', answer = '' } = fields;
  const because = option('--reason', fields['reason'] || 'TEXT');
  const isCluster = clusters.includes(cluster);
  switch (what) {
    case 'pause':
    case 'resume':
      if (!isCluster) return undefined;
      return what === 'pause' ? pause(cluster, fields, because) : resume(cluster, because);
    case 'enqueue':
      return isCluster ? enqueue(cluster, fields, because) : undefined;
    case 'resolve': {
      const found = Object.hasOwn(answers, answer) ? answers[answer as keyof typeof answers] : undefined;
      if (!found || key === '' || key.startsWith('-')) return undefined;
      const { title, consequence, fields: asked, args } = found;
      return {
        ...{ title: `${title}: ${key}`, button: title, consequence, fields: asked, given: { do: what, key, answer } },
        args: ['resolve', key, ...args(fields), ...because],
      };
    }
    case 'redrive':
    case 'drop':
      return /^\w[\w-]*$/.test(id) ? deadLetter(what, id, because) : undefined;
    default:
      return undefined;
  }
}

function pause(cluster: string, { until = '' }: Fields, because: readonly string[]): Action {
  return {
    title: `Pause ${cluster}`,
    button: 'Pause',
    consequence: 'It stops buying at once, and its jobs wait. A request that was sent is not cancelled.',
    fields: [
      { name: 'until', label: 'Until', hint: '18:00, 2h or an instant; empty: until it is resumed', isOptional: true },
    ],
    given: { do: 'pause', cluster },
    args: ['pause', cluster, ...(until === '' ? [] : option('--until', until)), ...because],
  };
}

function resume(cluster: string, because: readonly string[]): Action {
  return {
    title: `Resume ${cluster}`,
    button: 'Resume',
    consequence: 'It buys again. Jobs that wait come back within nine minutes.',
    fields: [],
    given: { do: 'resume', cluster },
    args: ['resume', cluster, ...because],
  };
}

function enqueue(cluster: string, { add = '', callersKey = '' }: Fields, because: readonly string[]): Action {
  const asked = ['enqueue', '--cluster', cluster, ...option('--add', add || 'NODES')];
  return {
    title: `Ask for nodes in ${cluster}`,
    button: 'Ask for nodes',
    consequence:
      'The request goes onto the queue, and the function decides within the limits. It may spend money. One key buys once.',
    fields: [
      { name: 'add', label: 'Nodes to add', kind: 'number' },
      { name: 'callersKey', label: 'Key', hint: 'it buys once, however often this form is sent' },
    ],
    given: { do: 'enqueue', cluster },
    args: [...asked, ...option('--key', callersKey || 'KEY'), ...because],
    ...(add !== '' && { preview: [...asked, '--dry-run'] }),
  };
}

function deadLetter(what: 'redrive' | 'drop', id: string, because: readonly string[]): Action {
  const short = id === 'all' ? 'all' : id.slice(0, 8);
  const given = { do: what, id };
  if (what === 'drop')
    return {
      title: `Drop ${short}`,
      button: 'Drop',
      isDangerous: true,
      consequence: 'It is deleted for good. What it asked for is not bought.',
      ...{ fields: [], given },
      args: ['dlq', 'drop', id, '--yes', ...because],
    };
  const target = id === 'all' ? '--all' : id;
  return {
    title: id === 'all' ? 'Redrive all dead letters' : `Redrive ${short}`,
    button: 'Redrive',
    consequence:
      id === 'all'
        ? 'All but those that would come back at once go back to the alert queue, and are decided as if they came now. This may spend money.'
        : 'It goes back to the alert queue, and is decided as if it came now. This may spend money.',
    ...{ fields: [], given },
    args: ['dlq', 'redrive', target, ...because],
    preview: ['dlq', 'redrive', target, '--dry-run'],
  };
}

/**
 * With what a form begins. A request has its key before it is sent: a form that is sent again, as its answer was lost or its page is loaded
 * anew, must not buy again.
 */
export const begun = (fields: Fields, now: number): Fields =>
  fields['do'] === 'enqueue' && (fields['callersKey'] ?? '').trim() === ''
    ? { ...fields, callersKey: makeKey(now) }
    : fields;

/** What is missing before the action may run; undefined when nothing is. */
export function missing({ fields }: Action, given: Fields): string | undefined {
  const needed: readonly Field[] = [...fields, { name: 'reason', label: 'Reason' }];
  const empty = needed.find(({ name, isOptional }) => !isOptional && (given[name] ?? '').trim() === '');
  return empty && `${empty.label}: it is empty.`;
}

export const commandText = (args: readonly string[], flags: string): string =>
  `npx scale-out ${args.map(shellWord).join(' ')}${flags}`;

export interface Ran {
  readonly code: number;
  /** What the command printed: results first, then remarks. */
  readonly printed: string;
}

/** Runs a command in this process, as the shell would run it. */
export async function runCommand(args: readonly string[], { run, deps, targetArgs, target }: Place): Promise<Ran> {
  const [results, remarks] = [collect(), collect()];
  const terminal = createTerminal(results.stream, remarks.stream);
  const code = await run([...args, ...targetArgs], {
    ...deps,
    terminal,
    ...(target.engine && { engine: target.engine }),
  });
  return { code, printed: `${results.text()}${remarks.text()}`.trim() };
}

function collect() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream: stream as NodeJS.WriteStream, text: () => chunks.join('') };
}
