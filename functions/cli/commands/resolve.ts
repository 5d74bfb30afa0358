import { Command, InvalidArgumentError, Option } from 'commander';
import type { AckClient } from '../../adapters/ack/client.ts';
import type { JobIndex } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import type { Config } from '../../domain/config/types.ts';
import type { Verdict } from '../../domain/job/purchase.ts';
import { nodes } from '../../domain/plural.ts';
import { correctTask } from '../../purchase/visit/correct-task.ts';
import { type Resolved, resolveParked } from '../../purchase/visit/resolve-parked.ts';
import { askAgain, keyOfNextJob, type NextJob } from '../jobs/ask-again.ts';
import { checkTask } from '../jobs/check-task.ts';
import { checkClock } from '../jobs/clock.ts';
import { findTheJob } from '../report/find-jobs.ts';
import type { KnownJob } from '../report/known-job.ts';
import {
  announce,
  type CommandDeps,
  type CommonOptions,
  find,
  jobKey,
  reasonText,
  withExamples,
} from '../target/command-line.ts';
import { configOf } from '../target/configuration.ts';
import { CommandFailed, UsageError } from '../terminal/errors.ts';
import { formatInstant } from '../terminal/instants.ts';
import { operatorName } from '../terminal/operator.ts';
import { shellWord } from '../terminal/shell.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ResolveOptions extends CommonOptions {
  readonly accepted?: string;
  readonly abandon?: true;
  readonly abandonAndAskAgain?: true;
  /** The old name of --abandon-and-ask-again. */
  readonly rearm?: true;
  /** Takes a task that the task list does not have. */
  readonly force?: true;
  readonly reason: string;
}

interface Accepted {
  readonly flag: '--accepted';
  readonly taskId: string;
  readonly force: boolean;
}

/** How the operator settles the purchase. */
type Settlement = Accepted | { readonly flag: '--abandon' | '--abandon-and-ask-again' };

interface SettleDeps {
  readonly ledger: Ledger;
  readonly index: JobIndex;
  readonly ack: () => AckClient;
  readonly config: Config;
  readonly now: () => number;
  readonly flags: string;
}

export function createResolve(deps: CommandDeps): Command {
  const command = new Command('resolve')
    .summary('settle a parked purchase')
    .description(
      'Settles a parked purchase: its answer was lost, and the evidence was not enough. Look at the orders of the cluster ' +
        'first. It is certain 37 minutes after the signature, and not before, that nothing was bought. The task is looked up in ' +
        'the task list. With the right task, --accepted also corrects a task that a person named by mistake; the outcome stays.',
    )
    .argument('<key>', 'its key as show and the logs print it, or the key that you gave to enqueue', jobKey)
    .option('--accepted <task>', 'it was bought: the id of its task in the cluster', taskIdText)
    .option('--force', 'with --accepted: take a task that the task list of the cluster does not have')
    .option('--abandon', 'it was not bought, and the nodes are no longer needed')
    .option('--abandon-and-ask-again', 'it was not bought: abandon it, and ask for as many nodes under a new key')
    .addOption(new Option('--rearm', 'the old name of --abandon-and-ask-again').hideHelp())
    .requiredOption('--reason <text>', 'how you know; stored with the job', reasonText)
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out resolve launch-1 --accepted T-6b0454e1f8406d935a000004 --reason "order 2093 is in the console"',
    'npx scale-out resolve manual/edge-beijing/launch-1 --abandon --reason "no order, and the sale is over"',
    'npx scale-out resolve launch-1 --abandon-and-ask-again --reason "no order in the console" --stack EdgeScaleOut',
  ]);
  return command.action((key: string) => resolve(key, command.optsWithGlobals<ResolveOptions>(), deps));
}

async function resolve(key: string, options: ResolveOptions, deps: CommandDeps): Promise<void> {
  const settlement = settlementOf(options);
  const asksAgain = settlement.flag === '--abandon-and-ask-again';
  const needs = asksAgain ? (['tableName', 'queueUrl'] as const) : (['tableName'] as const);
  const target = await find(options, needs, deps);
  const { config } = await configOf(target, deps);
  announce(target, options, needs, deps);
  const { connectAck, connectJobIndex, connectLedger, connectWaits } = await import('../target/connect.ts');
  const ledger = connectLedger(target, (at) => checkClock(deps.now(), at));
  const job = await findTheJob(key, config, { ledger, waits: connectWaits(target, deps.now) }, target.flags);

  // A repeated command finds the verdict already written, and asks again under the same key.
  const settleDeps = {
    ...{ ledger, index: connectJobIndex(target, deps.now), ack: () => connectAck(target, 'ack-read') },
    ...{ config, now: deps.now, flags: target.flags },
  };
  const verdict = existingVerdict(job, settlement) ?? (await settle(job, settlement, options.reason, settleDeps));
  const again = asksAgain
    ? await askAgain(job, { ...verdict, reason: verdict.resolution?.reason ?? '' }, deps.now(), target)
    : undefined;

  const next = `npx scale-out show ${shellWord(again?.key ?? job.key)}${target.flags}`;
  if (!options.json) return printSettled(job, verdict, again, next, deps.terminal);
  const { outcome, taskId, at, resolution } = verdict;
  const settledAt = new Date(at).toISOString();
  deps.terminal.json({ key: job.key, cluster: job.cluster, outcome, taskId, settledAt, resolution, again, next });
}

function settlementOf({ accepted, abandon, abandonAndAskAgain, rearm, force }: ResolveOptions): Settlement {
  if (force && accepted === undefined) throw new UsageError('--force goes with --accepted TASK_ID only');
  const given: readonly Settlement[] = [
    ...(accepted === undefined ? [] : [{ flag: '--accepted', taskId: accepted, force: force === true } as const]),
    ...(abandon ? [{ flag: '--abandon' } as const] : []),
    ...(abandonAndAskAgain || rearm ? [{ flag: '--abandon-and-ask-again' } as const] : []),
  ];
  const [settlement] = given;
  if (settlement && given.length === 1) return settlement;
  const problem =
    given.length === 0
      ? 'no option says whether it was bought'
      : `${given.map(({ flag }) => flag).join(' and ')} cannot be combined`;
  throw new UsageError(`${problem}; give one of --accepted TASK_ID, --abandon, --abandon-and-ask-again`);
}

/** The verdict of a job that is already settled in this way. */
function existingVerdict(job: KnownJob, settlement: Settlement): Verdict | undefined {
  if (!('verdict' in job)) return undefined;
  const { outcome, taskId, resolution } = job.verdict;
  if (settlement.flag === '--accepted')
    return outcome === 'accepted' && taskId === settlement.taskId ? job.verdict : undefined;
  if (outcome !== 'abandoned') return undefined;
  return settlement.flag === '--abandon' || resolution?.rearmedAs !== undefined ? job.verdict : undefined;
}

async function settle(job: KnownJob, settlement: Settlement, reason: string, deps: SettleDeps): Promise<Verdict> {
  const answer =
    'verdict' in job && job.state === 'accepted' && settlement.flag === '--accepted'
      ? await correct(job, settlement, reason, deps)
      : await settleParked(job, settlement, reason, deps);
  if (answer.kind === 'settled') return answer.verdict;
  if (answer.from === undefined) throw new CommandFailed(`${job.key}: ${answer.why}`);
  const minutes = Math.ceil((answer.from - deps.now()) / 60_000);
  throw new CommandFailed(
    `${job.key}: ${answer.why}; ${settlement.flag} is possible from ${formatInstant(answer.from)} on, in ${minutes} min`,
  );
}

async function settleParked(
  job: KnownJob,
  settlement: Settlement,
  reason: string,
  deps: SettleDeps,
): Promise<Resolved> {
  if (job.state !== 'parked') throw new CommandFailed(`${job.key}: ${whyNotParked(job, deps.flags)}`);
  const by = operatorName();
  const resolution =
    settlement.flag === '--abandon-and-ask-again'
      ? { by, reason, rearmedAs: keyOfNextJob(job.cluster, job.purchase.nonce) }
      : { by, reason };
  if (settlement.flag === '--accepted') await checkSettlement(job, job.purchase, settlement, deps);
  const said =
    settlement.flag === '--accepted'
      ? ({ outcome: 'accepted', taskId: settlement.taskId } as const)
      : ({ outcome: 'abandoned' } as const);
  const policy = (name: string) => policyOf(deps.config, name);
  const { ledger, now } = deps;
  return resolveParked(job.cluster, job.key, said, resolution, { ledger, policyOf: policy, now });
}

/** A person named the wrong task. */
async function correct(
  { key, cluster, verdict }: Extract<KnownJob, { readonly verdict: Verdict }>,
  settlement: Accepted,
  reason: string,
  deps: SettleDeps,
): Promise<Resolved> {
  const { story, taskId: was, resolution } = verdict;
  const { id, region } = policyOf(deps.config, cluster);
  // What no person named cannot be corrected: correctTask says so.
  if (resolution && settlement.taskId !== was) {
    // The config may name another cluster by now.
    const sent = {
      ...{ clusterId: verdict.clusterId ?? id, region: verdict.region ?? region },
      signedAt: story.decidedAt,
    };
    await checkSettlement({ key, cluster }, sent, settlement, deps);
  }
  return correctTask(cluster, key, settlement.taskId, { by: operatorName(), reason }, deps.ledger);
}

async function checkSettlement(
  { key, cluster }: Pick<KnownJob, 'key' | 'cluster'>,
  sent: Parameters<typeof checkTask>[1],
  { taskId, force }: Accepted,
  { ledger, index, ack }: SettleDeps,
): Promise<void> {
  // The cluster item holds recent verdicts only, so the index is read for older owners of the task.
  const owner = await index.newest({ clusters: [cluster], taskId });
  if (owner && owner.key !== key) throw new CommandFailed(`task ${taskId} already belongs to ${owner.key}`);
  if (!force) await checkTask(taskId, sent, await ledger.readCluster(cluster), ack);
}

function whyNotParked(job: KnownJob, flags: string): string {
  if ('skip' in job) return 'nothing was bought for it, so there is nothing to settle';
  if ('wait' in job) return `nothing was bought for it yet: it waits (${job.wait.reason})`;
  if ('purchase' in job)
    return `its purchase is ${job.state === 'sending' ? 'being sent' : 'in doubt'}, and the reconciler still looks for evidence`;
  return job.state === 'accepted'
    ? `it is already settled as accepted with task ${job.verdict.taskId ?? 'unknown'}`
    : `it is already settled as ${job.state}; ask for nodes with npx scale-out enqueue${flags}`;
}

function printSettled(
  { key, cluster }: KnownJob,
  { outcome, taskId, count, at, resolution }: Verdict,
  again: NextJob | undefined,
  next: string,
  { print, paint }: Terminal,
): void {
  const { by = 'unknown', reason = '' } = resolution ?? {};
  print(`${paint('bold', key)} is settled as ${outcome}${taskId === undefined ? '' : ` with task ${taskId}`}.`);
  print(`  by       ${by}, ${formatInstant(at)}`);
  print(`  reason   ${reason}`);
  if (outcome === 'accepted')
    print(`The slot of ${cluster} is free. The reconciler follows the purchase (${nodes(count)}) until it is Ready.`);
  else print(`The slot of ${cluster} is free. The reservation of ${nodes(count)} is cancelled.`);
  if (again) {
    print(`Asked again for ${nodes(count, 'more ')}, within the current limits.`);
    print(`  key      ${paint('bold', again.key)}`);
    print(`  message  ${again.messageId}`);
  }
  print(`To see the job: ${next}`);
}

function taskIdText(value: string): string {
  if (/^[\w.:-]{1,128}$/.test(value)) return value;
  throw new InvalidArgumentError('Use the id of the task as in the ACK console, such as T-6b0454e1f8406d935a000004.');
}
