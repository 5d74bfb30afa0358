import { Command } from 'commander';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { PauseChange } from '../../domain/job/purchase.ts';
import {
  type CommandDeps,
  type CommonOptions,
  locate,
  notEmpty,
  reasonText,
  withExamples,
} from '../target/command-line.ts';
import { soundConfig } from '../target/configuration.ts';
import { CommandFailed, UsageError } from '../terminal/errors.ts';
import { formatInstant } from '../terminal/instants.ts';
import { operatorName } from '../terminal/operator.ts';

interface PauseOptions extends CommonOptions {
  readonly reason: string;
}

/** A purchase or a run of the reconciler may change the cluster item between read and write. */
const maxTries = 10;

export function createPause(deps: CommandDeps): Command {
  const command = pauseCommand('pause')
    .summary('stop purchases in a cluster')
    .description(
      'Stops purchases in a cluster at once, without a deployment. Its jobs wait: alerts until they are stale (CloudWatch ' +
        'alarms while they are in ALARM), manual and scheduled jobs for a day. A request that was sent is not cancelled.',
    );
  withExamples(command, ['npx scale-out pause edge-beijing --reason "checking the bill"']);
  return command.action((cluster: string) => pause(cluster, command.optsWithGlobals<PauseOptions>(), deps));
}

export function createResume(deps: CommandDeps): Command {
  const command = pauseCommand('resume')
    .summary('let a cluster buy again')
    .description('Lets a paused cluster buy again. Waiting jobs are received again within nine minutes.');
  withExamples(command, ['npx scale-out resume edge-beijing --reason "the bill is right"']);
  return command.action((cluster: string) => resume(cluster, command.optsWithGlobals<PauseOptions>(), deps));
}

function pauseCommand(name: string): Command {
  return new Command(name)
    .argument('<cluster>', 'a cluster of functions/config.ts', notEmpty)
    .requiredOption('--reason <text>', 'why; shown by clusters and show', reasonText)
    .option('--json', 'print one JSON object');
}

async function pause(cluster: string, options: PauseOptions, deps: CommandDeps): Promise<void> {
  const paused = { by: operatorName(), reason: options.reason, at: deps.now() };
  const { before, flags } = await change(cluster, options, deps, (ledger, seen) => ledger.pause(seen, paused));
  const next = `npx scale-out resume ${cluster} --reason TEXT${flags}`;
  if (options.json) return deps.terminal.json({ cluster, paused: asJson(paused), before: asJson(before), next });
  const earlier = before ? `; it was already paused ${describePause(before)}` : '';
  deps.terminal.print(`${cluster} buys nothing until it is resumed${earlier}.`);
  deps.terminal.print(`To let it buy again: ${next}`);
}

async function resume(cluster: string, options: PauseOptions, deps: CommandDeps): Promise<void> {
  const resumed = { by: operatorName(), reason: options.reason, at: deps.now() };
  const { before } = await change(cluster, options, deps, async (ledger, seen) =>
    seen.paused ? ledger.pause(seen, undefined, resumed) : true,
  );
  if (options.json) return deps.terminal.json({ cluster, resumed: asJson(before && resumed), before: asJson(before) });
  deps.terminal.print(
    before
      ? `${cluster} buys again. It was paused ${describePause(before)}.`
      : `${cluster} was not paused: nothing to do.`,
  );
}

/** Reads and writes again while the write is refused. @returns the pause before */
async function change(
  cluster: string,
  options: PauseOptions,
  deps: CommandDeps,
  write: (ledger: Ledger, seen: Awaited<ReturnType<Ledger['readCluster']>>) => Promise<boolean>,
): Promise<{ readonly before: PauseChange | undefined; readonly flags: string }> {
  const names = Object.keys((await soundConfig(deps)).clusters);
  if (!names.includes(cluster))
    throw new UsageError(`cluster: "${cluster}" is not in functions/config.ts; use ${names.join(' or ')}`);
  const target = await locate(options, ['tableName'], deps);
  const { connectLedger } = await import('../target/connect.ts');
  const ledger = connectLedger(target);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const seen = await ledger.readCluster(cluster);
    if (await write(ledger, seen)) return { before: seen.paused, flags: target.flags };
  }
  throw new CommandFailed(`${cluster} changed ${maxTries} times between read and write; repeat the command`);
}

const describePause = ({ by, reason, at }: PauseChange): string => `by ${by} on ${formatInstant(at)}: ${reason}`;

const asJson = (made: PauseChange | undefined) => (made ? { ...made, at: new Date(made.at).toISOString() } : null);
