// All commands, and the exit codes.
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { createBacktest } from './commands/backtest.ts';
import { createCheck } from './commands/check.ts';
import { createClusters } from './commands/clusters.ts';
import { createConsole } from './commands/console.ts';
import { createDlq } from './commands/dlq.ts';
import { createDoctor } from './commands/doctor.ts';
import { createEnqueue } from './commands/enqueue.ts';
import { createEventSchema } from './commands/event-schema.ts';
import { createInit } from './commands/init.ts';
import { createList } from './commands/list.ts';
import { createPause, createResume } from './commands/pause.ts';
import { createResolve } from './commands/resolve.ts';
import { createSecretsCommand } from './commands/secrets.ts';
import { createShow } from './commands/show.ts';
import { type CommandDeps, notEmpty, withExamples } from './target/command-line.ts';
import { CommandFailed, describeError, oneLine, UsageError } from './terminal/errors.ts';
import { exitCodes } from './terminal/exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';

/** In the order of the help. A new command is one file and one name here. */
const commands = [
  createEnqueue,
  createShow,
  createList,
  createClusters,
  (deps: CommandDeps) => createConsole(deps, run),
  createPause,
  createResume,
  createResolve,
  createDlq,
  createSecretsCommand,
  createEventSchema,
  (deps: CommandDeps) => createInit(deps, run),
  createCheck,
  createBacktest,
  createDoctor,
] as const;

/** @returns the exit code */
export async function run(args: readonly string[], deps: CommandDeps): Promise<number> {
  try {
    // Commander's own `help` does not know subcommands of a group.
    const program = createProgram(deps);
    const given = args[0] === 'help' ? helpArguments(program, args.slice(1)) : args;
    await program.parseAsync(given, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has already printed the help or the problem.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    deps.terminal.fail(describeError(error));
    if (error instanceof UsageError) return exitCodes.wrongUsage;
    return error instanceof CommandFailed ? error.exitCode : exitCodes.failed;
  }
}

/** Without --help where a word is no command: commander then says so. */
function helpArguments(program: Command, words: readonly string[]): readonly string[] {
  let command: Command | undefined = program;
  for (const word of words) {
    if (word.startsWith('-') || command.commands.length === 0) break;
    command = command.commands.find((one) => one.name() === word);
    if (!command) return words;
  }
  return [...words, '--help'];
}

/** All commands, as commander knows them. */
export function createProgram(deps: CommandDeps): Command {
  const program = new Command('npx scale-out')
    .description(
      'Asks for nodes, and shows what became of each request. Run it in the checkout of this project, or where its package is ' +
        'installed: elsewhere, npx takes a package of this name from the public registry, which is not this one.',
    )
    .version(packageJson.version)
    .optionsGroup('Where to work (default: the running local engine):')
    .option('--stack <name>', 'a deployed stack: its outputs name the queue and the table', notEmpty)
    .option('--queue-url <url>', 'the queue (or QUEUE_URL)', notEmpty)
    .option('--table <name>', 'the table of the ledger (or TABLE_NAME)', notEmpty)
    .option('--profile <name>', 'a profile of the AWS config files (or AWS_PROFILE)', notEmpty)
    .option('--region <name>', 'the AWS region (or AWS_REGION)', notEmpty);
  withExamples(program, [
    'npx scale-out enqueue --cluster edge-beijing --add 2 --reason "launch at eight"',
    'npx scale-out show 20261123T140501-4f9c2a',
    'npx scale-out check',
  ]);
  for (const create of commands) program.addCommand(create(deps));
  printThrough(deps.terminal, program);
  return program;
}

/** Makes commander throw instead of exit, and print a problem as one line that names the help. */
function printThrough(terminal: Terminal, command: Command): void {
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text) =>
        terminal.fail(
          `${oneLine(text).replace(/^error: (?:command-argument )?|\.$/g, '')}; see ${pathOf(command)} --help`,
        ),
    });
  for (const subcommand of command.commands) printThrough(terminal, subcommand);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
