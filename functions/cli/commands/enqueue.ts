import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { parseAlert } from '../../domain/alerts/parse-alert.ts';
import { type ClusterConfig, type Config, policyOf } from '../../domain/config-schema.ts';
import type { ScaleJob } from '../../domain/scale-job.ts';
import { what } from '../arrival.ts';
import { asNumber, type CommandDeps, type CommonOptions, locate, notEmpty, withExamples } from '../command-line.ts';
import { soundConfig } from '../configuration.ts';
import { CommandFailed, describeError, UsageError } from '../errors.ts';
import type { Target } from '../target.ts';

interface EnqueueOptions extends CommonOptions {
  readonly cluster: string;
  /** A text is no number: it is refused together with numbers that are out of range. */
  readonly add?: number | string;
  readonly reach?: number | string;
  readonly reason?: string;
  readonly key?: string;
  readonly dryRun?: true;
}

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
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out enqueue --cluster edge-beijing --add 2 --reason "launch at eight"',
    'npx scale-out enqueue --cluster edge-beijing --reach 8 --key launch-2026-11 --stack edge-scale-out',
    'npx scale-out enqueue --cluster edge-beijing --add 1 --dry-run --json',
  ]);
  return command.action(() => enqueue(command.optsWithGlobals<EnqueueOptions>(), deps));
}

async function enqueue(options: EnqueueOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const config = await soundConfig();
  const callersKey = options.key ?? makeKey(deps.now());
  const body = JSON.stringify(messageOf(options, callersKey, deps.now()));
  const job = readAsTheFunctionDoes(body, config);
  const target = await locate(options, ['queueUrl'], deps);
  const warnings = warningsOf(job, policyOf(config, job.cluster));
  for (const warning of warnings) terminal.warn(warning);

  const messageId = await send(body, callersKey, target);

  const next = `npx scale-out show ${job.key}${target.flags}`;
  if (options.json)
    return terminal.json({ key: job.key, callersKey, messageId, message: JSON.parse(body), warnings, next });
  terminal.print(`Asked for ${what(job.intent)} in ${job.cluster}${job.dryRun ? ', as a dry run' : ''}.`);
  terminal.print(`  key      ${terminal.paint('bold', job.key)}`);
  terminal.print(`  message  ${messageId}`);
  terminal.print(`What becomes of it: ${next}`);
  terminal.print(
    job.dryRun
      ? 'A dry run uses its key up: ask in earnest with another one.'
      : `The same key buys once: sent again with --key ${callersKey}, it buys nothing more.`,
  );
}

async function send(body: string, callersKey: string, target: Target): Promise<string> {
  const { connectQueue } = await import('../connect.ts');
  try {
    return await connectQueue(target).enqueue(body);
  } catch (error) {
    // A lost answer leaves open whether the message arrived. The key that was made up is what makes a repeat safe.
    throw new CommandFailed(
      `${describeError(error)}. Repeat it with --key ${callersKey}: that buys once, even if this one did arrive`,
    );
  }
}

/** Unset options are left out by JSON. The alert parser (domain/alerts/manual.ts) says what each field may hold. */
function messageOf({ cluster, add, reach, reason, dryRun }: EnqueueOptions, key: string, now: number) {
  const requestedAt = new Date(now).toISOString();
  return { version: 1, kind: 'manual', key, cluster, add, reach, reason, requestedBy: userName(), requestedAt, dryRun };
}

/** The function's own parser judges the message before it is sent: what it would dead-letter never leaves. */
function readAsTheFunctionDoes(body: string, config: Config): ScaleJob {
  const parsed = parseAlert(body, { config });
  if (parsed.kind !== 'jobs') throw new UsageError(parsed.kind === 'poison' ? parsed.detail : parsed.why);
  const [job] = parsed.jobs;
  if (!job) throw new Error('the manual message holds no job');
  return job;
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

/** A container may run under a user id that has no name. */
function userName(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
