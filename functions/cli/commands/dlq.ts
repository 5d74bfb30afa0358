import { Command } from 'commander';
import type { DeadLetter } from '../../adapters/queue/dead-letters.ts';
import { connectPreview } from '../redrive/connect-preview.ts';
import {
  causeOf,
  deadLetterAsJson,
  describeNone,
  findDeadLetter,
  maxHeld,
  readable,
  shortId,
  withDeadLetters,
} from '../redrive/dead-letters.ts';
import { comesBack, type Preview, previewRedrive } from '../redrive/preview-redrive.ts';
import {
  announce,
  type CommandDeps,
  type CommonOptions,
  find,
  locate,
  notEmpty,
  reasonText,
  withExamples,
} from '../target/command-line.ts';
import { configOf } from '../target/configuration.ts';
import { flagsOf } from '../target/target.ts';
import { oneLine, UsageError } from '../terminal/errors.ts';
import { formatInstant, formatLocal } from '../terminal/instants.ts';
import { operatorName } from '../terminal/operator.ts';
import { shellWord } from '../terminal/shell.ts';
import { tableLines } from '../terminal/table.ts';

/** What a redrive did with a dead letter, or would do. It stays where there is no new message. */
interface Move {
  readonly id: string;
  readonly prospects: readonly Preview[];
  readonly messageId?: string;
}

interface RedriveOptions extends CommonOptions {
  readonly all?: true;
  readonly dryRun?: true;
  readonly reason?: string;
}

interface DropOptions extends CommonOptions {
  readonly yes?: true;
  readonly reason?: string;
}

export function createDlq(deps: CommandDeps): Command {
  const group = new Command('dlq')
    .summary('list, show, redrive and drop dead letters')
    .description(
      'Works on the dead-letter queue: messages that can never become a job, and messages that failed eight times. ' +
        'A redrive keeps the key of a job, so a job that bought before buys nothing more.',
    );
  const list = new Command('list').summary('list the dead letters').option('--json', 'print one JSON object');
  const show = new Command('show').summary('show one dead letter, and what a redrive would do');
  const redrive = new Command('redrive').summary('move one or all back to the alert queue');
  const drop = new Command('drop').summary('delete one for ever');

  list.action(() => listDeadLetters(list.optsWithGlobals<CommonOptions>(), deps));
  show
    .argument('<id>', 'its id, or the beginning of its id', notEmpty)
    .option('--json', 'print one JSON object')
    .action((id: string) => showDeadLetter(id, show.optsWithGlobals<CommonOptions>(), deps));
  redrive
    .argument('[id]', 'its id, or the beginning of its id', notEmpty)
    .option('--all', 'all, except those that would come back at once')
    .option('--dry-run', 'show what a redrive would do, and move nothing')
    .option('--reason <text>', 'why; it stays with the message', reasonText)
    .option('--json', 'print one JSON object')
    .action((id: string | undefined) => redriveDeadLetters(id, redrive.optsWithGlobals<RedriveOptions>(), deps));
  drop
    .argument('<id>', 'its id, or the beginning of its id', notEmpty)
    .option('--yes', 'confirm that it is deleted')
    .option('--reason <text>', 'why; printed with what was deleted', reasonText)
    .option('--json', 'print one JSON object')
    .action((id: string) => dropDeadLetter(id, drop.optsWithGlobals<DropOptions>(), deps));

  withExamples(list, ['npx scale-out dlq list', 'npx scale-out dlq list --json --stack EdgeScaleOut']);
  withExamples(show, ['npx scale-out dlq show 3f2a91c0']);
  withExamples(redrive, [
    'npx scale-out dlq redrive --all --dry-run',
    'npx scale-out dlq redrive 3f2a91c0 --reason "the secret is filled"',
    'npx scale-out dlq redrive --all --stack EdgeScaleOut',
  ]);
  withExamples(drop, ['npx scale-out dlq drop 3f2a91c0 --yes']);
  withExamples(group, ['npx scale-out dlq list', 'npx scale-out dlq redrive --all --dry-run']);
  for (const command of [list, show, redrive, drop]) group.addCommand(command);
  return group;
}

async function listDeadLetters(options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { print, paint, columns } = deps.terminal;
  const target = await locate(options, ['deadLetterQueueUrl'], deps);
  const { connectDeadLetters } = await import('../target/connect.ts');
  const queue = connectDeadLetters(target);
  const deadLetters = await withDeadLetters(queue, deps.terminal, async (all) => all);
  const none = deadLetters.length === 0 ? await describeNone(queue) : undefined;
  if (options.json)
    return deps.terminal.json({ letters: deadLetters.map(deadLetterAsJson), ...(none && { held: none.held }) });
  if (none) return print(none.says);
  const rows = deadLetters.map(({ id, sentAt, attributes }) => {
    const { reason, detail } = causeOf(attributes);
    return [paint('bold', shortId(id)), formatLocal(sentAt), paint('red', reason), oneLine(detail)];
  });
  for (const line of tableLines(rows, { columns })) print(line);
  if (deadLetters.length === maxHeld) print(`These are the first ${maxHeld}. There may be more.`);
  print(`To see what a redrive would do: npx scale-out dlq redrive --all --dry-run${target.flags}`);
}

async function showDeadLetter(id: string, options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { print, paint, columns } = deps.terminal;
  const { queue, preview, flags } = await connect(options, deps);
  const [deadLetter, previews] = await withDeadLetters(queue, deps.terminal, async (all) => {
    const found = findDeadLetter(id, all, flags);
    return [found, await preview(found)] as const;
  });
  if (options.json)
    return deps.terminal.json({ ...deadLetterAsJson(deadLetter), body: deadLetter.body, prospects: previews });
  const { reason, detail } = causeOf(deadLetter.attributes);
  const others = Object.entries(deadLetter.attributes).filter(([name]) => name !== 'reason' && name !== 'detail');
  const rows = [
    ['sent', formatInstant(deadLetter.sentAt)],
    ['reason', reason],
    ['detail', detail],
    ...others,
    ...previews.map((preview) => ['redrive', previewText(preview)]),
  ];
  print(paint('bold', deadLetter.id));
  const shown = rows.map(([name = '', value = '']) => [paint('dim', name), oneLine(value)]);
  for (const line of tableLines(shown, { columns: columns && columns - 2 })) print(`  ${line}`);
  print(readable(deadLetter.body));
}

async function redriveDeadLetters(id: string | undefined, options: RedriveOptions, deps: CommandDeps): Promise<void> {
  if ((id === undefined) === (options.all === undefined))
    throw new UsageError(
      `${id === undefined ? 'no dead letter is named' : `${id} and --all cannot be combined`}; give an ID or --all`,
    );
  const { queue, preview, flags } = await connect(options, deps, 'queueUrl');
  const because = options.reason === undefined ? undefined : `${operatorName()}: ${oneLine(options.reason)}`;
  const moved: Move[] = [];
  await withDeadLetters(queue, deps.terminal, async (all, isGone) => {
    for (const deadLetter of id === undefined ? all : [findDeadLetter(id, all, flags)]) {
      const previews = await preview(deadLetter);
      // One that is named moves in any case: by the time it is received, another config may be deployed.
      const stays = options.dryRun === true || (options.all === true && comesBack(previews));
      const messageId = stays ? undefined : await queue.redrive(deadLetter, because);
      if (messageId !== undefined) isGone(deadLetter);
      const move = { id: deadLetter.id, prospects: previews, ...(messageId !== undefined && { messageId }) };
      moved.push(move);
      if (!options.json) printMove(move, options.dryRun === true, deps);
    }
  });
  const redriven = moved.filter(({ messageId }) => messageId !== undefined).length;
  const none = moved.length === 0 ? await describeNone(queue) : undefined;
  if (options.json)
    return deps.terminal.json({
      dryRun: options.dryRun === true,
      redriven,
      ...(because !== undefined && { because }),
      letters: moved,
      ...(none && { held: none.held }),
    });
  if (none) return deps.terminal.print(none.says);
  if (options.dryRun) return deps.terminal.print('Nothing was moved: this was a dry run.');
  deps.terminal.print(`${redriven} of ${moved.length} redriven.`);
}

function printMove(move: Move, dryRun: boolean, { terminal: { print, paint } }: CommandDeps): void {
  const did = dryRun
    ? ''
    : `${move.messageId === undefined ? 'left here' : `redriven as ${shortId(move.messageId)}`}; `;
  for (const preview of move.prospects)
    print(`${paint('bold', shortId(move.id))}  ${did}${oneLine(previewText(preview))}`);
}

const previewText = ({ key, says }: Preview): string => (key === undefined ? says : `${key}: ${says}`);

async function dropDeadLetter(id: string, options: DropOptions, deps: CommandDeps): Promise<void> {
  if (!options.yes)
    throw new UsageError(
      `--yes: missing; a dropped message cannot be restored. See it first: npx scale-out dlq show ${shellWord(id)}${flagsOf(options)}`,
    );
  const target = await locate(options, ['deadLetterQueueUrl'], deps);
  const { connectDeadLetters } = await import('../target/connect.ts');
  const queue = connectDeadLetters(target);
  const dropped = await withDeadLetters(queue, deps.terminal, async (all, isGone) => {
    const deadLetter = findDeadLetter(id, all, target.flags);
    await queue.drop(deadLetter);
    isGone(deadLetter);
    return deadLetter;
  });
  const { reason } = options;
  if (options.json) return deps.terminal.json({ dropped: deadLetterAsJson(dropped), reason });
  deps.terminal.print(`Dropped ${dropped.id}${reason === undefined ? '' : `: ${oneLine(reason)}`}.`);
}

async function connect(options: CommonOptions, deps: CommandDeps, ...more: readonly 'queueUrl'[]) {
  const needs = ['deadLetterQueueUrl', 'tableName', ...more] as const;
  const target = await find(options, needs, deps);
  const { config } = await configOf(target, deps);
  announce(target, options, needs, deps);
  const { connectDeadLetters } = await import('../target/connect.ts');
  const previewDeps = await connectPreview(target, config, deps.now);
  const preview = (deadLetter: DeadLetter) => previewRedrive(deadLetter, previewDeps);
  return { queue: connectDeadLetters(target), preview, flags: target.flags };
}
