import { Command } from 'commander';
import { policyOf } from '../../domain/config/defaults.ts';
import type { ClusterConfig, Config } from '../../domain/config/types.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import { conflictWith, endedWell } from '../jobs/follow.ts';
import { jobOf, type ManualRequest, makeKey, manualMessage, send } from '../jobs/manual-request.ts';
import { waitForJob } from '../jobs/wait-for-job.ts';
import { connectPreview } from '../redrive/connect-preview.ts';
import { previewMessage } from '../redrive/preview-redrive.ts';
import { findJobs } from '../report/find-jobs.ts';
import { lessThanAsked, reportJob } from '../report/job-report.ts';
import type { KnownJob } from '../report/known-job.ts';
import { printReport, reportAsJson } from '../report/print.ts';
import { what } from '../report/wording.ts';
import {
  announce,
  asNumber,
  type CommandDeps,
  type CommonOptions,
  durationText,
  find,
  notEmpty,
  withExamples,
} from '../target/command-line.ts';
import { configOf } from '../target/configuration.ts';
import type { Target, TargetPart } from '../target/target.ts';
import { CommandFailed, describeError, oneLine, UsageError } from '../terminal/errors.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface EnqueueOptions extends CommonOptions, ManualRequest {
  readonly key?: string;
  readonly wait?: true;
  /** Milliseconds. */
  readonly timeout?: number;
}

export function createEnqueue(deps: CommandDeps): Command {
  const command = new Command('enqueue')
    .summary('ask for nodes in a cluster')
    .description(
      'Asks for nodes in a cluster. The request is a message on the alert queue. The queue function decides within the ' +
        'limits of its config. One key buys once, however often it is sent.',
    )
    .requiredOption('--cluster <name>', 'a cluster of the config', notEmpty)
    .option('--add <nodes>', 'nodes to add', asNumber)
    .option('--reach <nodes>', 'nodes to have in total, including those on their way', asNumber)
    .option('--reason <text>', 'why; stored with the job', notEmpty)
    .option(
      '--key <key>',
      'the idempotency key of the request: a second request with the same key buys nothing',
      notEmpty,
    )
    .option('--dry-run', 'show what would be decided now; nothing is sent, and no key is used up')
    .option('--wait', 'wait until the nodes are Ready; exit code 1 when the job ends otherwise, 3 with less than asked')
    .option('--timeout <time>', 'with --wait: wait no longer than 90s, 30m or 12h; then exit code 4', durationText)
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out enqueue --cluster edge-beijing --add 2 --reason "launch at eight"',
    'npx scale-out enqueue --cluster edge-beijing --add 2 --wait --timeout 1h',
    'npx scale-out enqueue --cluster edge-beijing --reach 8 --key launch-2026-11 --stack EdgeScaleOut',
    'npx scale-out enqueue --cluster edge-beijing --add 1 --dry-run --json',
  ]);
  return command.action(() => enqueue(command.optsWithGlobals<EnqueueOptions>(), deps));
}

async function enqueue(options: EnqueueOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  if (options.dryRun && options.wait)
    throw new UsageError('--dry-run asks for nothing, so there is nothing to --wait for');
  if (options.timeout !== undefined && !options.wait) throw new UsageError('--timeout goes with --wait only');
  if ((options.add === undefined) === (options.reach === undefined)) {
    const problem =
      options.add === undefined ? 'no option says how many nodes' : '--add and --reach cannot be combined';
    throw new UsageError(`${problem}; give one of --add NODES, --reach NODES`);
  }
  const callersKey = options.key ?? makeKey(deps.now());
  const needs = needsOf(options);
  const target = await find(options, needs, deps);
  // The function decides, so that a role without the right to read its config can ask.
  const { config, name } = await configOf(target, deps, !options.dryRun);
  // The message that would be sent: a preview of another one would show another decision.
  const { dryRun, ...request } = options;
  const body = manualMessage(request, callersKey, deps.now());
  const job = jobOf(body, config);
  announce(target, options, needs, deps);
  const { isUsed, warnings: ofKey } = options.key === undefined ? notUsed : await checkKey(job, target);
  const warnings = [...warningsOf(job, policyOf(config, job.cluster), name), ...ofKey];
  for (const warning of warnings) terminal.warn(warning);

  const asked = { key: job.key, callersKey, message: JSON.parse(body), warnings };
  if (dryRun) return preview(body, asked, target, config, options, deps);
  const messageId = await sendWithKey(body, callersKey, target);

  const next = `npx scale-out show ${job.key}${target.flags}`;
  if (!options.json) printAsked(job, { ...options, isUsed, callersKey, messageId, next }, terminal);
  const where = options.json ? 'remarks' : 'results';
  const end = options.wait
    ? await waitForJob({ job, body, timeoutMs: options.timeout, where }, target, deps)
    : undefined;
  const ended = end && { job: reportAsJson(end, target.flags) };
  if (options.json) terminal.json({ ...asked, messageId, next, ...ended });
  else if (end) printReport(end, target.flags, terminal);
  if (end) checkEnd(end);
}

function needsOf({ dryRun, wait }: EnqueueOptions): readonly (TargetPart | 'notes')[] {
  if (dryRun) return ['tableName'];
  return wait ? ['queueUrl', 'tableName', 'notes'] : ['queueUrl'];
}

/** By the assessment of the queue function. Writes nothing. */
async function preview(
  body: string,
  asked: { readonly key: string },
  target: Target,
  config: Config,
  { json }: EnqueueOptions,
  { terminal, now }: CommandDeps,
): Promise<void> {
  const [found] = await previewMessage({ body, attributes: {} }, await connectPreview(target, config, now));
  if (json) return terminal.json({ ...asked, dryRun: true, preview: found });
  terminal.print(`${asked.key}: ${oneLine(found?.says ?? 'would be ignored')}`);
  terminal.print('Nothing was sent: this was a dry run.');
}

/** @throws CommandFailed unless all nodes came that were asked for */
function checkEnd(end: KnownJob): void {
  const said = `${end.key}: ${reportJob(end).headline}`;
  if (!endedWell(end)) throw new CommandFailed(said);
  if (end.state === 'accepted' && 'verdict' in end && lessThanAsked(end.verdict) !== undefined)
    throw new CommandFailed(said, exitCodes.lessThanAsked);
}

interface Asked {
  readonly isUsed: boolean;
  readonly callersKey: string;
  readonly messageId: string;
  readonly next: string;
  readonly wait?: true;
}

function printAsked(
  { key, intent, cluster }: ScaleJob,
  { isUsed, callersKey, messageId, next, wait: waits }: Asked,
  { print, paint }: Terminal,
): void {
  print(
    isUsed
      ? `Sent the request for ${what(intent)} in ${cluster} again. It buys nothing more.`
      : `Asked for ${what(intent)} in ${cluster}.`,
  );
  print(`  key      ${paint('bold', key)}`);
  print(`  message  ${messageId}`);
  print(`To see the job: ${next}`);
  print(`The same key buys once: a second request with --key ${callersKey} buys nothing.`);
  if (waits) print('Waiting until the job ends. Ctrl-C stops the waiting, not the job.');
}

interface KeyCheck {
  /** The same request was sent before. */
  readonly isUsed: boolean;
  readonly warnings: readonly string[];
}

const notUsed: KeyCheck = { isUsed: false, warnings: [] };

/** Before anything is sent: a key that was used for another request would become a dead letter. */
async function checkKey({ key, cluster, payload }: ScaleJob, target: Target): Promise<KeyCheck> {
  // A queue alone is enough to ask for nodes.
  if (target.tableName === undefined) return notUsed;
  const { connectLedger } = await import('../target/connect.ts');
  const [ledger, waits] = [connectLedger(target), { read: async () => new Map() }];
  const found = await findJobs([{ key, cluster }], { ledger, waits }).catch(describeError);
  // Who may only put messages on the queue may use a key all the same: the function decides.
  if (typeof found === 'string')
    return { isUsed: false, warnings: [`--key: it is not checked whether ${key} was used before: ${found}`] };
  const [job] = found;
  const conflict = job && conflictWith(job, payload);
  if (conflict !== undefined) throw new CommandFailed(`--key: ${conflict}; use another key`);
  if (!job) return notUsed;
  const says = `--key: ${key} was used before (${reportJob(job).headline}): this buys nothing more`;
  return { isUsed: true, warnings: [says] };
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
function warningsOf({ intent, cluster }: ScaleJob, policy: ClusterConfig, config: string): string[] {
  const { maxPerPurchase, maxNodes } = policy.limits;
  const warnings: string[] = [];
  if (intent.kind === 'add' && intent.nodes > maxPerPurchase)
    warnings.push(
      `--add: ${intent.nodes} is above limits.maxPerPurchase of ${cluster}; at most ${maxPerPurchase} are bought`,
    );
  if (intent.kind === 'reach' && intent.nodes > maxNodes)
    warnings.push(`--reach: ${intent.nodes} is above limits.maxNodes of ${cluster}; at most ${maxNodes} are reached`);
  if (policy.dryRun) warnings.push(`${cluster} has dryRun in ${config}: nothing is bought`);
  return warnings;
}
