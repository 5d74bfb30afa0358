import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { policyOf } from '../../domain/config/defaults.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import { endedWell, follow } from '../jobs/follow.ts';
import { jobOf, type ManualRequest, manualMessage, send } from '../jobs/manual-request.ts';
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

const readEveryMs = 1000;

export function createEnqueue(deps: CommandDeps): Command {
  const command = new Command('enqueue')
    .summary('ask for nodes in a cluster')
    .description(
      'Asks for nodes in a cluster. The request is a message on the alert queue. The queue function decides within the ' +
        'limits of functions/config.ts. One key buys once, however often it is sent.',
    )
    .requiredOption('--cluster <name>', 'a cluster of functions/config.ts', notEmpty)
    .option('--add <nodes>', 'nodes to add', asNumber)
    .option('--reach <nodes>', 'nodes to have in total, including those on their way', asNumber)
    .option('--reason <text>', 'why; stored with the job', notEmpty)
    .option(
      '--key <key>',
      'the idempotency key of the request: a second request with the same key buys nothing',
      notEmpty,
    )
    .option('--dry-run', 'decide, but buy nothing')
    .option('--wait', 'wait until the nodes are Ready; exit code 1 when the job ends otherwise')
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
  const config = await soundConfig(deps);
  const callersKey = options.key ?? makeKey(deps.now());
  const body = manualMessage(options, callersKey, deps.now());
  const job = jobOf(body, config);
  const target = await locate(options, options.wait ? ['queueUrl', 'tableName', 'notes'] : ['queueUrl'], deps);
  const warnings = warningsOf(job, policyOf(config, job.cluster));
  for (const warning of warnings) terminal.warn(warning);

  const messageId = await sendWithKey(body, callersKey, target);

  const next = `npx scale-out show ${job.key}${target.flags}`;
  if (!options.json) printAsked(job, callersKey, messageId, next, options, terminal);
  const end = options.wait ? await wait(job, next, target, options, deps) : undefined;
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
  print(`To see the job: ${next}`);
  print(
    dryRun
      ? 'A dry run uses its key up. To buy, ask again with another key.'
      : `The same key buys once: a second request with --key ${callersKey} buys nothing.`,
  );
  if (waits) print('Waiting until the job ends. Ctrl-C stops the waiting, not the job.');
}

async function wait(
  { key, cluster, payload }: ScaleJob,
  next: string,
  target: Target,
  { json }: EnqueueOptions,
  { terminal: { live }, now }: CommandDeps,
): Promise<KnownJob> {
  const { connectLedger, connectWaits } = await import('../target/connect.ts');
  const [ledger, waits] = [connectLedger(target), connectWaits(target, now)];
  const line = live(json ? 'remarks' : 'results');
  const read = async () => {
    const seen = await ledger.readCluster(cluster);
    const [records, notes] = await Promise.all([ledger.readJobs([key]), waits.read([key])]);
    return { cluster: seen, job: knownJob(key, seen, records.get(key), notes.get(key)) };
  };
  try {
    return await follow({ payload, read, onStep: line.update, pause: () => setTimeout(readEveryMs) });
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${describeError(error)}. The request was sent; see ${next}`);
  } finally {
    line.end();
  }
}

async function sendWithKey(body: string, callersKey: string, target: Target): Promise<string> {
  try {
    return await send(body, target);
  } catch (error) {
    // The message may have been sent although the answer was lost. The key makes a repeat safe.
    throw new CommandFailed(
      `${describeError(error)}. Repeat it with --key ${callersKey}: it buys once, even if this request was sent`,
    );
  }
}

/** Warnings only: a limit may be raised before the function decides. */
function warningsOf({ intent, cluster, dryRun }: ScaleJob, policy: ClusterConfig): string[] {
  const { maxPerPurchase, maxNodes } = policy.limits;
  const warnings: string[] = [];
  if (intent.kind === 'add' && intent.nodes > maxPerPurchase)
    warnings.push(
      `--add: ${intent.nodes} is above limits.maxPerPurchase of ${cluster}; at most ${maxPerPurchase} are bought`,
    );
  if (intent.kind === 'reach' && intent.nodes > maxNodes)
    warnings.push(`--reach: ${intent.nodes} is above limits.maxNodes of ${cluster}; at most ${maxNodes} are reached`);
  if (policy.dryRun && !dryRun) warnings.push(`${cluster} has dryRun in functions/config.ts: nothing is bought`);
  return warnings;
}

/** 20261123T140501-4f9c2a: UTC, and unique. */
function makeKey(now: number): string {
  const second = new Date(now).toISOString().replace(/\..*|[-:]/g, '');
  return `${second}-${randomBytes(3).toString('hex')}`;
}
