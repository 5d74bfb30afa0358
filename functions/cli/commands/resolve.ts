import { Command, InvalidArgumentError } from 'commander';
import type { JobIndex } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import type { Config } from '../../domain/config/types.ts';
import type { Verdict } from '../../domain/job/purchase.ts';
import { resolveParked } from '../../purchase/visit/resolve-parked.ts';
import { type Again, againKey, askAgain } from '../jobs/ask-again.ts';
import { checkClock } from '../jobs/clock.ts';
import { findTheJob } from '../report/find-jobs.ts';
import type { KnownJob } from '../report/known-job.ts';
import { nodes } from '../report/wording.ts';
import {
  type CommandDeps,
  type CommonOptions,
  jobKey,
  locate,
  reasonText,
  withExamples,
} from '../target/command-line.ts';
import { soundConfig } from '../target/configuration.ts';
import { CommandFailed, UsageError } from '../terminal/errors.ts';
import { formatInstant } from '../terminal/instants.ts';
import { operatorName } from '../terminal/operator.ts';
import { shellWord } from '../terminal/shell.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ResolveOptions extends CommonOptions {
  readonly accepted?: string;
  readonly abandon?: true;
  readonly rearm?: true;
  readonly reason: string;
}

interface Books {
  readonly ledger: Ledger;
  readonly index: JobIndex;
  readonly config: Config;
  readonly now: () => number;
  readonly flags: string;
}

/** What the person says of the purchase. */
type Word = { readonly flag: '--accepted'; readonly taskId: string } | { readonly flag: '--abandon' | '--rearm' };

export function createResolve(deps: CommandDeps): Command {
  const command = new Command('resolve')
    .summary('say what became of a parked purchase')
    .description(
      'Settles a purchase that is parked: its answer was lost, and the evidence was not enough. Look into the order book ' +
        'of the cluster first. That nothing was bought is known 37 minutes after its signature, and no sooner.',
    )
    .argument('<key>', 'its key as show and the logs print it, or the key that you gave to enqueue', jobKey)
    .option('--accepted <task>', 'it was bought: the task in the cluster that is its own', taskIdText)
    .option('--abandon', 'it was not bought, and is not needed any more')
    .option('--rearm', 'it was not bought: ask for as many nodes again, under a new key')
    .requiredOption('--reason <text>', 'how you know, for the people who read it later', reasonText)
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out resolve launch-1 --accepted T-6b0454e1f8406d935a000004 --reason "order 2093 is in the console"',
    'npx scale-out resolve manual/edge-beijing/launch-1 --abandon --reason "no order, and the sale is over"',
    'npx scale-out resolve launch-1 --rearm --reason "no order in the console" --stack EdgeScaleOut',
  ]);
  return command.action((key: string) => resolve(key, command.optsWithGlobals<ResolveOptions>(), deps));
}

async function resolve(key: string, options: ResolveOptions, deps: CommandDeps): Promise<void> {
  const word = wordOf(options);
  const config = await soundConfig();
  const target = await locate(options, word.flag === '--rearm' ? ['tableName', 'queueUrl'] : ['tableName'], deps);
  const { connectJobIndex, connectLedger, connectWaits } = await import('../target/connect.ts');
  const ledger = connectLedger(target, (at) => checkClock(deps.now(), at));
  const job = await findTheJob(key, config, { ledger, waits: connectWaits(target) }, target.flags);

  // A repeat finds its own work done. A rearm that was cut off between its two steps is finished by asking again.
  const books = { ledger, index: connectJobIndex(target), config, now: deps.now, flags: target.flags };
  const verdict = settledSo(job, word) ?? (await settle(job, word, options.reason, books));
  const again =
    word.flag === '--rearm'
      ? await askAgain(job, { ...verdict, reason: verdict.resolution?.reason ?? '' }, deps.now(), target)
      : undefined;

  const next = `npx scale-out show ${shellWord(again?.key ?? job.key)}${target.flags}`;
  if (!options.json) return printSettled(job, verdict, again, next, deps.terminal);
  const { outcome, taskId, at, resolution } = verdict;
  const settledAt = new Date(at).toISOString();
  deps.terminal.json({ key: job.key, cluster: job.cluster, outcome, taskId, settledAt, resolution, again, next });
}

function wordOf({ accepted, abandon, rearm }: ResolveOptions): Word {
  const words: readonly Word[] = [
    ...(accepted === undefined ? [] : [{ flag: '--accepted', taskId: accepted } as const]),
    ...(abandon ? [{ flag: '--abandon' } as const] : []),
    ...(rearm ? [{ flag: '--rearm' } as const] : []),
  ];
  const [word] = words;
  if (word && words.length === 1) return word;
  const given =
    words.length === 0
      ? 'nothing says what became of it'
      : `${words.map(({ flag }) => flag).join(' and ')} do not go together`;
  throw new UsageError(`${given}; give one of --accepted TASK_ID, --abandon, --rearm`);
}

/** The verdict of a job that is settled as the person says already. */
function settledSo(job: KnownJob, word: Word): Verdict | undefined {
  if (!('verdict' in job)) return undefined;
  const { outcome, taskId, resolution } = job.verdict;
  if (word.flag === '--accepted' && outcome === 'accepted' && taskId === word.taskId) return job.verdict;
  if (outcome !== 'abandoned' || word.flag === '--accepted') return undefined;
  return word.flag === '--abandon' || resolution?.rearmedAs !== undefined ? job.verdict : undefined;
}

async function settle(
  job: KnownJob,
  word: Word,
  reason: string,
  { ledger, index, config, now, flags }: Books,
): Promise<Verdict> {
  if (job.state !== 'parked') throw new CommandFailed(`${job.key}: ${whyNot(job, flags)}`);
  // The cluster's item knows the tasks of young verdicts only; nobody waits for this answer but a person.
  const owner =
    word.flag === '--accepted' ? await index.newest({ clusters: [job.cluster], taskId: word.taskId }) : undefined;
  if (owner && owner.key !== job.key)
    throw new CommandFailed(`task ${owner.taskId ?? ''} was settled for ${owner.key} already`);
  const by = operatorName();
  const resolution =
    word.flag === '--rearm' ? { by, reason, rearmedAs: againKey(job.cluster, job.purchase.nonce) } : { by, reason };
  const said =
    word.flag === '--accepted'
      ? ({ outcome: 'accepted', taskId: word.taskId } as const)
      : ({ outcome: 'abandoned' } as const);
  const policy = (name: string) => policyOf(config, name);
  const answer = await resolveParked(job.cluster, job.key, said, resolution, { ledger, policyOf: policy, now });
  if (answer.kind === 'settled') return answer.verdict;
  if (answer.from === undefined) throw new CommandFailed(answer.why);
  const minutes = Math.ceil((answer.from - now()) / 60_000);
  throw new CommandFailed(
    `${job.key}: ${answer.why}; ${word.flag} is possible from ${formatInstant(answer.from)} on, in ${minutes} min`,
  );
}

/** Why there is nothing to settle. */
function whyNot(job: KnownJob, flags: string): string {
  if ('skip' in job) return 'nothing was bought for it, and nothing is in doubt';
  if ('wait' in job) return `nothing was bought for it yet: it waits (${job.wait.reason})`;
  if ('purchase' in job)
    return `its purchase is ${job.state === 'sending' ? 'being sent' : 'in doubt'}, and the reconciler is still finding out by itself`;
  return job.state === 'accepted'
    ? `it is settled already, as accepted with task ${job.verdict.taskId ?? 'unknown'}`
    : `it is settled already, as ${job.state}; ask for nodes with npx scale-out enqueue${flags}`;
}

function printSettled(
  { key, cluster }: KnownJob,
  { outcome, taskId, count, at, resolution }: Verdict,
  again: Again | undefined,
  next: string,
  { print, paint }: Terminal,
): void {
  const { by = 'unknown', reason = '' } = resolution ?? {};
  print(`${paint('bold', key)} is settled as ${outcome}${taskId === undefined ? '' : ` with task ${taskId}`}.`);
  print(`  by       ${by}, ${formatInstant(at)}`);
  print(`  reason   ${reason}`);
  if (outcome === 'accepted')
    print(`The slot of ${cluster} is free, and what it bought (${nodes(count)}) is followed until it is Ready.`);
  else print(`The slot of ${cluster} is free, and the reservation of ${nodes(count)} is given back.`);
  if (again) {
    print(`Asked for ${nodes(count, 'more ')} again, within the limits as they are now.`);
    print(`  key      ${paint('bold', again.key)}`);
    print(`  message  ${again.messageId}`);
  }
  print(`${again ? 'What becomes of it' : 'The whole story'}: ${next}`);
}

function taskIdText(value: string): string {
  if (/^[\w.:-]{1,128}$/.test(value)) return value;
  throw new InvalidArgumentError(
    'Use the id of the task as the ACK console shows it, such as T-6b0454e1f8406d935a000004.',
  );
}
