import { Command } from 'commander';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { PauseChange } from '../../domain/job/purchase.ts';
import {
  announce,
  type CommandDeps,
  type CommonOptions,
  find,
  notEmpty,
  reasonText,
  withExamples,
} from '../target/command-line.ts';
import { clusterNames } from '../target/configuration.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, describeError, oneLine, UsageError } from '../terminal/errors.ts';
import { formatInstant, readFuture } from '../terminal/instants.ts';
import { operatorName } from '../terminal/operator.ts';

interface PauseOptions extends CommonOptions {
  readonly reason: string;
  readonly all?: true;
  readonly until?: string;
}

/** A purchase or a run of the reconciler may change the cluster item between read and write. */
const maxTries = 10;

export function createPause(deps: CommandDeps): Command {
  const command = pauseCommand('pause')
    .summary('stop purchases in a cluster')
    .description(
      'Stops purchases in a cluster at once, without a deployment. Its jobs wait: alerts until they are stale (CloudWatch ' +
        'alarms while they are in ALARM), manual and scheduled jobs for a day. A request that was sent is not cancelled.',
    )
    .option('--until <when>', 'end it by itself: 18:00 (local time), 2h or 2026-11-01T08:00:00Z', notEmpty);
  withExamples(command, [
    'npx scale-out pause edge-beijing --reason "checking the bill"',
    'npx scale-out pause --all --until 18:00 --reason "the gateway is maintained"',
  ]);
  return command.action((cluster: string | undefined) => pause(cluster, command.optsWithGlobals<PauseOptions>(), deps));
}

export function createResume(deps: CommandDeps): Command {
  const command = pauseCommand('resume')
    .summary('let a cluster buy again')
    .description('Lets a paused cluster buy again. Waiting jobs are received again within nine minutes.');
  withExamples(command, ['npx scale-out resume edge-beijing --reason "the bill is right"']);
  return command.action((cluster: string | undefined) =>
    resume(cluster, command.optsWithGlobals<PauseOptions>(), deps),
  );
}

function pauseCommand(name: string): Command {
  return new Command(name)
    .argument('[cluster]', 'a cluster of the config', notEmpty)
    .option('--all', 'every cluster of the config')
    .requiredOption('--reason <text>', 'why; shown by clusters and show', reasonText)
    .option('--json', 'print one JSON object; with --all, one that lists them');
}

async function pause(cluster: string | undefined, options: PauseOptions, deps: CommandDeps): Promise<void> {
  const at = deps.now();
  const until = options.until === undefined ? undefined : endOf(options.until, at, deps);
  const paused = { by: operatorName(), reason: options.reason, at, ...(until !== undefined && { until }) };
  await changeEach(cluster, options, deps, async (name, target) => {
    const before = await change(name, target, (ledger, seen) => ledger.pause(seen, paused));
    const next = `npx scale-out resume ${name} --reason TEXT${target.flags}`;
    const earlier = before ? `; it was already paused ${describePause(before)}` : '';
    const end =
      until === undefined
        ? 'until it is resumed'
        : `until ${formatInstant(until)} (the reconciler ends it in the minute after that), or until it is resumed`;
    return {
      json: { cluster: name, paused: asJson(paused), before: asJson(before), next },
      lines: [`${name} buys nothing ${end}${earlier}.`, `To let it buy again: ${next}`],
    };
  });
}

async function resume(cluster: string | undefined, options: PauseOptions, deps: CommandDeps): Promise<void> {
  const resumed = { by: operatorName(), reason: options.reason, at: deps.now() };
  await changeEach(cluster, options, deps, async (name, target) => {
    const before = await change(name, target, async (ledger, seen) =>
      seen.paused ? ledger.pause(seen, undefined, resumed) : true,
    );
    const says = before
      ? `${name} buys again. It was paused ${describePause(before)}.`
      : `${name} was not paused: nothing to do.`;
    return { json: { cluster: name, resumed: asJson(before && resumed), before: asJson(before) }, lines: [says] };
  });
}

function endOf(text: string, now: number, { terminal }: CommandDeps): number {
  const until = readFuture(text, now);
  if (until === undefined || until <= now)
    throw new UsageError(
      `--until: ${text} is ${until === undefined ? 'no time' : 'over'}; use 18:00, 2h or an instant to come`,
    );
  if (/^\d+:\d+$/.test(text) && new Date(until).getDate() !== new Date(now).getDate())
    terminal.warn(`--until: ${text} is over today, so this is ${text} of tomorrow`);
  return until;
}

interface Changed {
  readonly json: object;
  readonly lines: readonly string[];
}

/** One after the other; what fails for one cluster does not keep the others from their change. */
async function changeEach(
  cluster: string | undefined,
  { all, ...options }: PauseOptions,
  deps: CommandDeps,
  changeOne: (name: string, target: Target) => Promise<Changed>,
): Promise<void> {
  const { terminal } = deps;
  checkArguments(cluster, all === true);
  const target = await find(options, ['tableName'], deps);
  const names = await namesOf(cluster, target, deps);
  announce(target, options, ['tableName'], deps);
  const changed: object[] = [];
  const failed: string[] = [];
  for (const name of names) {
    try {
      const { json, lines } = await changeOne(name, target);
      changed.push(json);
      if (!options.json) for (const line of lines) terminal.print(line);
    } catch (error) {
      if (!all) throw error;
      failed.push(`${name}: ${describeError(error)}`);
    }
  }
  if (options.json) terminal.json(all ? { clusters: changed } : changed[0]);
  if (failed.length > 0) throw new CommandFailed(failed.join('; '));
}

function checkArguments(cluster: string | undefined, all: boolean): void {
  if (all && cluster !== undefined) throw new UsageError(`${cluster} and --all cannot be combined; give one of them`);
  if (!all && cluster === undefined)
    throw new UsageError("missing required argument 'cluster'; name one, or give --all");
}

/** @param cluster undefined for all */
async function namesOf(cluster: string | undefined, target: Target, deps: CommandDeps): Promise<readonly string[]> {
  const known = await clusterNames(target, deps);
  if (cluster === undefined) {
    if (known) return known.names;
    throw new CommandFailed('--all: no config can be read, so the clusters are not known; name each of them');
  }
  if (known && !known.names.includes(cluster))
    throw new UsageError(`cluster: "${cluster}" is not in ${known.from}; use ${known.names.join(' or ')}`);
  // A name that the config cannot check may be mistyped.
  if (!known) deps.terminal.warn(`${cluster}: it is not checked whether it is spelled as in the config`);
  return [cluster];
}

/** Reads and writes again while the write is refused. @returns the pause before */
async function change(
  cluster: string,
  target: Target,
  write: (ledger: Ledger, seen: Awaited<ReturnType<Ledger['readCluster']>>) => Promise<boolean>,
): Promise<PauseChange | undefined> {
  const { connectLedger } = await import('../target/connect.ts');
  const ledger = connectLedger(target);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const seen = await ledger.readCluster(cluster);
    if (await write(ledger, seen)) return seen.paused;
  }
  throw new CommandFailed(`${cluster} changed ${maxTries} times between read and write; repeat the command`);
}

const describePause = ({ by, reason, at }: PauseChange): string =>
  oneLine(`by ${by} on ${formatInstant(at)}: ${reason}`);

const asJson = (made: PauseChange | undefined) => {
  if (!made) return null;
  const { at, until, ...rest } = made;
  const iso = (instant: number) => new Date(instant).toISOString();
  return { ...rest, at: iso(at), ...(until !== undefined && { until: iso(until) }) };
};
