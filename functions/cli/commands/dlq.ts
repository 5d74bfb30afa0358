import { Command } from 'commander';
import { createClockSkew } from '../../adapters/ack/clock-skew.ts';
import type { DeadLetter } from '../../adapters/queue/dead-letters.ts';
import { createRecheckAlert } from '../../purchase/recheck-alert.ts';
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
import { type CommandDeps, type CommonOptions, locate, notEmpty, withExamples } from '../target/command-line.ts';
import { soundConfig } from '../target/configuration.ts';
import { flagsOf } from '../target/target.ts';
import { oneLine, UsageError } from '../terminal/errors.ts';
import { formatInstant, formatLocal } from '../terminal/instants.ts';
import { shellWord } from '../terminal/shell.ts';

interface RedriveOptions extends CommonOptions {
  readonly all?: true;
  readonly dryRun?: true;
}

interface DropOptions extends CommonOptions {
  readonly yes?: true;
}

export function createDlq(deps: CommandDeps): Command {
  const group = new Command('dlq')
    .summary('look into the dead letters, and redrive them')
    .description(
      'Works on the dead-letter queue: messages that can never become a job, and those that failed eight times. ' +
        'Keys survive a redrive, so what was bought already is a replay.',
    );
  const list = new Command('list').summary('list the dead letters').option('--json', 'print one JSON object');
  const show = new Command('show').summary('show one, and what a redrive would make of it');
  const redrive = new Command('redrive').summary('put one or all back on the alert queue');
  const drop = new Command('drop').summary('delete one for good');

  list.action(() => listDeadLetters(list.optsWithGlobals<CommonOptions>(), deps));
  show
    .argument('<id>', 'its id, or how it begins', notEmpty)
    .option('--json', 'print one JSON object')
    .action((id: string) => showDeadLetter(id, show.optsWithGlobals<CommonOptions>(), deps));
  redrive
    .argument('[id]', 'its id, or how it begins', notEmpty)
    .option('--all', 'all but those that would come back here at once')
    .option('--dry-run', 'only tell what would become of each')
    .option('--json', 'print one JSON object')
    .action((id: string | undefined) => redriveDeadLetters(id, redrive.optsWithGlobals<RedriveOptions>(), deps));
  drop
    .argument('<id>', 'its id, or how it begins', notEmpty)
    .option('--yes', 'yes, delete it')
    .option('--json', 'print one JSON object')
    .action((id: string) => dropDeadLetter(id, drop.optsWithGlobals<DropOptions>(), deps));

  withExamples(list, ['npx scale-out dlq list', 'npx scale-out dlq list --json --stack EdgeScaleOut']);
  withExamples(show, ['npx scale-out dlq show 3f2a91c0']);
  withExamples(redrive, [
    'npx scale-out dlq redrive --all --dry-run',
    'npx scale-out dlq redrive 3f2a91c0',
    'npx scale-out dlq redrive --all --stack EdgeScaleOut',
  ]);
  withExamples(drop, ['npx scale-out dlq drop 3f2a91c0 --yes']);
  withExamples(group, ['npx scale-out dlq list', 'npx scale-out dlq redrive --all --dry-run']);
  for (const command of [list, show, redrive, drop]) group.addCommand(command);
  return group;
}

async function listDeadLetters(options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { print, paint } = deps.terminal;
  const target = await locate(options, ['deadLetterQueueUrl'], deps);
  const { connectDeadLetters } = await import('../target/connect.ts');
  const queue = connectDeadLetters(target);
  const letters = await withDeadLetters(queue, deps.terminal, async (all) => all);
  const none = letters.length === 0 ? await describeNone(queue) : undefined;
  if (options.json)
    return deps.terminal.json({ letters: letters.map(deadLetterAsJson), ...(none && { held: none.held }) });
  if (none) return print(none.says);
  for (const { id, sentAt, attributes } of letters) {
    const { reason, detail } = causeOf(attributes);
    print([paint('bold', shortId(id)), formatLocal(sentAt), paint('red', reason), oneLine(detail)].join('  '));
  }
  if (letters.length === maxHeld) print(`These are the first ${maxHeld}; there may be more.`);
  print(`What a redrive would make of them: npx scale-out dlq redrive --all --dry-run${target.flags}`);
}

async function showDeadLetter(id: string, options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { print, paint } = deps.terminal;
  const { letters, preview, flags } = await open(options, deps);
  const [letter, previews] = await withDeadLetters(letters, deps.terminal, async (all) => {
    const found = findDeadLetter(id, all, flags);
    return [found, await preview(found)] as const;
  });
  if (options.json) return deps.terminal.json({ ...deadLetterAsJson(letter), body: letter.body, prospects: previews });
  const { reason, detail } = causeOf(letter.attributes);
  const others = Object.entries(letter.attributes).filter(([name]) => name !== 'reason' && name !== 'detail');
  const rows: readonly (readonly [string, string])[] = [
    ['sent', formatInstant(letter.sentAt)],
    ['reason', reason],
    ['detail', detail],
    ...others,
    ...previews.map((preview) => ['redrive', said(preview)] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  print(paint('bold', letter.id));
  for (const [name, value] of rows) print(`  ${paint('dim', name.padEnd(width))}  ${oneLine(value)}`);
  print(readable(letter.body));
}

async function redriveDeadLetters(id: string | undefined, options: RedriveOptions, deps: CommandDeps): Promise<void> {
  if ((id === undefined) === (options.all === undefined))
    throw new UsageError(
      `${id === undefined ? 'nothing says what to redrive' : `${id} and --all do not go together`}; give an ID or --all`,
    );
  const { letters, preview, flags } = await open(options, deps, 'queueUrl');
  const moved: { readonly id: string; readonly prospects: readonly Preview[]; readonly messageId?: string }[] = [];
  await withDeadLetters(letters, deps.terminal, async (all, isGone) => {
    for (const letter of id === undefined ? all : [findDeadLetter(id, all, flags)]) {
      const previews = await preview(letter);
      // Who names one may know better: the deployed functions may have another config than the one that is judged by.
      const stays = options.dryRun === true || (options.all === true && comesBack(previews));
      const messageId = stays ? undefined : await letters.redrive(letter);
      if (messageId !== undefined) isGone(letter);
      moved.push({ id: letter.id, prospects: previews, ...(messageId !== undefined && { messageId }) });
      if (!options.json) printMove(moved.at(-1), options.dryRun === true, deps);
    }
  });
  const redriven = moved.filter(({ messageId }) => messageId !== undefined).length;
  const none = moved.length === 0 ? await describeNone(letters) : undefined;
  if (options.json)
    return deps.terminal.json({
      dryRun: options.dryRun === true,
      redriven,
      letters: moved,
      ...(none && { held: none.held }),
    });
  if (none) return deps.terminal.print(none.says);
  if (options.dryRun) return deps.terminal.print('Nothing was moved: this was a dry run.');
  deps.terminal.print(`${redriven} of ${moved.length} redriven.`);
}

function printMove(
  move: { readonly id: string; readonly prospects: readonly Preview[]; readonly messageId?: string } | undefined,
  dryRun: boolean,
  { terminal: { print, paint } }: CommandDeps,
): void {
  if (!move) return;
  const did = dryRun
    ? ''
    : `${move.messageId === undefined ? 'left here' : `redriven as ${shortId(move.messageId)}`}; `;
  for (const preview of move.prospects) print(`${paint('bold', shortId(move.id))}  ${did}${oneLine(said(preview))}`);
}

const said = ({ key, says }: Preview): string => (key === undefined ? says : `${key}: ${says}`);

async function dropDeadLetter(id: string, options: DropOptions, deps: CommandDeps): Promise<void> {
  if (!options.yes)
    throw new UsageError(
      `--yes: missing; what is dropped is gone for good. Look at it first: npx scale-out dlq show ${shellWord(id)}${flagsOf(options)}`,
    );
  const target = await locate(options, ['deadLetterQueueUrl'], deps);
  const { connectDeadLetters } = await import('../target/connect.ts');
  const letters = connectDeadLetters(target);
  const dropped = await withDeadLetters(letters, deps.terminal, async (all, isGone) => {
    const letter = findDeadLetter(id, all, target.flags);
    await letters.drop(letter);
    isGone(letter);
    return letter;
  });
  if (options.json) return deps.terminal.json({ dropped: deadLetterAsJson(dropped) });
  deps.terminal.print(`Dropped ${dropped.id}.`);
}

async function open(options: CommonOptions, deps: CommandDeps, ...more: readonly 'queueUrl'[]) {
  const config = await soundConfig();
  const target = await locate(options, ['deadLetterQueueUrl', 'tableName', ...more], deps);
  const { connectAck, connectAlarms, connectDeadLetters, connectLedger } = await import('../target/connect.ts');
  const clockSkew = createClockSkew(deps.now);
  const evidence = {
    config,
    ledger: connectLedger(target),
    ack: connectAck(target, 'ack-read', (skewMs) => clockSkew.measured(target.flags, skewMs)),
    recheckAlert: createRecheckAlert({ alarms: connectAlarms(target), now: deps.now }),
    clockSkewMs: clockSkew.worstMs,
    now: deps.now,
  };
  const preview = (letter: DeadLetter) => previewRedrive(letter, evidence);
  return { letters: connectDeadLetters(target), preview, flags: target.flags };
}
