import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { policyOf } from '../../domain/config/defaults.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import { endedWell, follow } from '../jobs/follow.ts';
import { type ManualRequest, messageOf, readAsTheFunctionDoes, send } from '../jobs/manual-request.ts';
import { reportJob } from '../report/job-report.ts';
import { type KnownJob, knownJob } from '../report/known-job.ts';
import { printReport, reportAsJson } from '../report/print.ts';
import { what } from '../report/wording.ts';
import {
  asNumber,
  type CommandDeps,
  type CommonOptions,
  locate,
  notEmpty,
  withExamples,
} from '../target/command-line.ts';
import { soundConfig } from '../target/configuration.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface EnqueueOptions extends CommonOptions, ManualRequest {
  readonly key?: string;
  readonly wait?: true;
}

/** Nodes take minutes; a look costs three reads. */
const lookEveryMs = 1000;

export function createEnqueue(deps: CommandDeps): Command {
  const command = new Command('enqueue')
    .summary('ask for nodes in a cluster')
    .description(
      'Asks for nodes in a cluster. The request goes onto the queue as every alert does, and the function decides on it ' +
        'within the limits of functions/config.ts. One key buys once, however often it is sent.',
    )
    .requiredOption('--cluster <name>', 'a cluster of functions/config.ts', notEmpty)
    .option('--add <nodes>', 'nodes to add to what is there', asNumber)
    .option('--reach <nodes>', 'nodes to have in all, with those on their way', asNumber)
    .option('--reason <text>', 'why, for the people who read it later', notEmpty)
    .option('--key <key>', 'what makes the request itself: sent again with it, it buys nothing more', notEmpty)
    .option('--dry-run', 'decide, and buy nothing')
    .option('--wait', 'follow it until its nodes are Ready, or it has ended otherwise (exit code 1)')
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out enqueue --cluster edge-beijing --add 2 --reason "launch at eight"',
    'npx scale-out enqueue --cluster edge-beijing --add 2 --wait',
    'npx scale-out enqueue --cluster edge-beijing --reach 8 --key launch-2026-11 --stack EdgeScaleOut',
    'npx scale-out enqueue --cluster edge-beijing --add 1 --dry-run --json',
  ]);
  return command.action(() => enqueue(command.optsWithGlobals<EnqueueOptions>(), deps));
}

async function enqueue(options: EnqueueOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const config = await soundConfig();
  const callersKey = options.key ?? makeKey(deps.now());
  const body = messageOf(options, callersKey, deps.now());
  const job = readAsTheFunctionDoes(body, config);
  const target = await locate(options, options.wait ? ['queueUrl', 'tableName'] : ['queueUrl'], deps);
  const warnings = warningsOf(job, policyOf(config, job.cluster));
  for (const warning of warnings) terminal.warn(warning);

  const messageId = await sendWithKey(body, callersKey, target);

  const next = `npx scale-out show ${job.key}${target.flags}`;
  if (!options.json) printAsked(job, callersKey, messageId, next, options, terminal);
  const end = options.wait ? await wait(job, next, target, options, terminal) : undefined;
  const ended = end && { job: reportAsJson(end, target.flags) };
  if (options.json)
    terminal.json({ key: job.key, callersKey, messageId, message: JSON.parse(body), warnings, next, ...ended });
  else if (end) printReport(end, target.flags, terminal);
  if (end && !endedWell(end)) throw new CommandFailed(`${job.key}: ${reportJob(end).headline}`);
}

function printAsked(
  { key, intent, cluster, dryRun }: ScaleJob,
  callersKey: string,
  messageId: string,
  next: string,
  { wait: waits }: EnqueueOptions,
  { print, paint }: Terminal,
): void {
  print(`Asked for ${what(intent)} in ${cluster}${dryRun ? ', as a dry run' : ''}.`);
  print(`  key      ${paint('bold', key)}`);
  print(`  message  ${messageId}`);
  print(`What becomes of it: ${next}`);
  print(
    dryRun
      ? 'A dry run uses its key up: ask in earnest with another one.'
      : `The same key buys once: sent again with --key ${callersKey}, it buys nothing more.`,
  );
  if (waits) print('Waiting for its end; Ctrl-C ends the waiting, and not the request.');
}

/** @returns the job as it ended */
async function wait(
  { key, cluster, payload }: ScaleJob,
  next: string,
  target: Target,
  { json }: EnqueueOptions,
  { live }: Terminal,
): Promise<KnownJob> {
  const { connectLedger, connectWaits } = await import('../target/connect.ts');
  const [ledger, waits] = [connectLedger(target), connectWaits(target)];
  const line = live(json ? 'remarks' : 'results');
  const look = async () => {
    const seen = await ledger.readCluster(cluster);
    const [records, notes] = await Promise.all([ledger.readJobs([key]), waits.read([key])]);
    return { cluster: seen, job: knownJob(key, seen, records.get(key), notes.get(key)) };
  };
  try {
    return await follow({ payload, look, tell: line.update, pause: () => setTimeout(lookEveryMs) });
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${describeError(error)}. The request was sent all the same; see ${next}`);
  } finally {
    line.end();
  }
}

async function sendWithKey(body: string, callersKey: string, target: Target): Promise<string> {
  try {
    return await send(body, target);
  } catch (error) {
    // A lost answer leaves open whether the message arrived. The key that was made up is what makes a repeat safe.
    throw new CommandFailed(
      `${describeError(error)}. Repeat it with --key ${callersKey}: that buys once, even if this one did arrive`,
    );
  }
}

/** What the limits will make of the request. They may be raised before it is decided, so it is sent all the same. */
function warningsOf({ intent, cluster, dryRun }: ScaleJob, policy: ClusterConfig): string[] {
  const { maxPerPurchase, maxNodes } = policy.limits;
  const warnings: string[] = [];
  if (intent.kind === 'add' && intent.nodes > maxPerPurchase)
    warnings.push(
      `--add: ${intent.nodes} is above limits.maxPerPurchase of ${cluster}; at most ${maxPerPurchase} will be bought`,
    );
  if (intent.kind === 'reach' && intent.nodes > maxNodes)
    warnings.push(
      `--reach: ${intent.nodes} is above limits.maxNodes of ${cluster}; at most ${maxNodes} will be reached`,
    );
  if (policy.dryRun && !dryRun)
    warnings.push(`${cluster} is set to dryRun in functions/config.ts: nothing will be bought`);
  return warnings;
}

/** Readable, in the order of time, and unique: 20261123T140501-4f9c2a (UTC). */
function makeKey(now: number): string {
  const second = new Date(now).toISOString().replace(/\..*|[-:]/g, '');
  return `${second}-${randomBytes(3).toString('hex')}`;
}
