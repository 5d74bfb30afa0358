import { spawn } from 'node:child_process';
import { Command, Option } from 'commander';
import {
  announce,
  type CommandDeps,
  type CommonOptions,
  durationText,
  find,
  withExamples,
} from '../target/command-line.ts';
import { configOf } from '../target/configuration.ts';
import { targetArgs } from '../target/target.ts';

interface ConsoleOptions extends CommonOptions {
  readonly write?: true;
  readonly open: boolean;
  /** Milliseconds. */
  readonly idle: number;
}

/** Runs another command. @returns its exit code */
type Run = (args: readonly string[], deps: CommandDeps) => Promise<number>;

export function createConsole(deps: CommandDeps, run: Run): Command {
  const command = new Command('console')
    .summary('show clusters and jobs in a browser')
    .description(
      'Serves pages with the clusters, the jobs, the dead letters and the checks, on this machine and for this user only: on ' +
        '127.0.0.1, with your own credentials. Nothing is deployed. The URL that it prints admits one browser, once. It ends with ' +
        'Ctrl-C, or when no page was open for a while.',
    )
    .option('--write', 'offer actions as well: pause, resume, ask for nodes, settle, redrive and drop')
    .option('--no-open', 'print the URL, and open no browser; so it is with --write')
    .option('--json', 'print the URL as one JSON object, and open no browser')
    .addOption(
      new Option('--idle <time>', 'end after so long without a page: 90s, 30m or 12h')
        .argParser(durationText)
        .default(30 * 60_000, '30m'),
    );
  withExamples(command, [
    'npx scale-out console',
    'npx scale-out console --write --stack EdgeScaleOut',
    'npx scale-out console --no-open --idle 8h',
  ]);
  return command.action(() => serveConsole(command.optsWithGlobals<ConsoleOptions>(), deps, run));
}

async function serveConsole(options: ConsoleOptions, deps: CommandDeps, run: Run): Promise<void> {
  const needs = ['tableName', 'queueUrl', 'deadLetterQueueUrl', 'notes'] as const;
  const target = await find(options, needs, deps);
  const { config } = await configOf(target, deps);
  announce(target, options, needs, deps);
  const { startConsole } = await import('../../console/server.ts');
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const mayAct = options.write === true;
  const place = { target, targetArgs: target.engine ? [] : targetArgs(options), config, deps, run, mayAct, timeZone };
  const server = await startConsole(place, options.idle);
  const { print, json } = deps.terminal;
  if (options.json) json({ url: server.link(), write: mayAct });
  else {
    print(`Open ${server.link()}`);
    print(`It ${mayAct ? 'may act' : 'only reads; --write lets it act'}. Ctrl-C ends it.`);
    // A link of its own: the printed one still works in another browser.
    // On a shared machine, others can read the arguments of a process, and be faster with a link that may act.
    if (options.open && !mayAct) openBrowser(server.link());
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, server.close);
  if ((await server.ended) === 'idle' && !options.json) print('No page was open for a while: the console has ended.');
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Where there is no browser, the printed URL is enough. */
function openBrowser(url: string): void {
  const [file = '', ...args] = openers[process.platform] ?? ['xdg-open'];
  spawn(file, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
