// The console over the engine, with its actions: nothing is bought here that costs money.
import { run } from '../../../functions/cli/program.ts';
import { findTarget } from '../../../functions/cli/target/target.ts';
import { createTerminal } from '../../../functions/cli/terminal/terminal.ts';
import { type ConsoleServer, startConsole } from '../../../functions/console/server.ts';
import type { Engine } from '../engine.ts';

/** It runs as long as the engine does. */
export async function openConsole({ info, config }: Engine): Promise<ConsoleServer> {
  const env = {};
  const target = await findTarget({}, { env, findEngine: () => info, readStack: async () => ({}) });
  const deps = {
    ...{ terminal: createTerminal(process.stdout, process.stderr), input: () => process.stdin, env, now: Date.now },
    importConfig: () => import('../../../functions/config.ts'),
    configName: 'functions/config.ts',
    files: { config: 'functions/config.ts', example: 'functions/config.ts' },
  };
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return startConsole({ target, targetArgs: [], config, deps, run, mayAct: true, timeZone }, Number.POSITIVE_INFINITY);
}
