import { Command } from 'commander';
import type { Ledger } from '../../adapters/ledger.ts';
import type { Cluster } from '../../domain/purchase.ts';
import { type CommandDeps, type CommonOptions, locate, notEmpty, withExamples } from '../command-line.ts';
import { soundConfig } from '../configuration.ts';
import { CommandFailed } from '../errors.ts';
import { formatInstant } from '../instants.ts';
import { type Candidate, candidatesFor, type KnownJob, knownJob } from '../known-job.ts';
import { type Tale, tellStory } from '../story.ts';
import type { Terminal } from '../terminal.ts';

export function createShow(deps: CommandDeps): Command {
  const command = new Command('show')
    .summary('tell what became of a request')
    .description('Tells what became of one request: what arrived, and what was decided, sent, answered and found.')
    .argument('<key>', 'its key as enqueue and the logs print it, or the key that you gave to enqueue', notEmpty)
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out show manual/edge-beijing/20261123T140501-4f9c2a',
    'npx scale-out show launch-2026-11 --stack edge-scale-out',
    'npx scale-out show schedule/edge-beijing/monday-peak/2026-11-23T07:30:00.000Z --json',
  ]);
  return command.action((key: string) => show(key, command.optsWithGlobals<CommonOptions>(), deps));
}

async function show(key: string, options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const { clusters } = await soundConfig();
  const target = await locate(options, ['tableName'], deps);
  const { connectLedger } = await import('../connect.ts');
  const candidates = candidatesFor(key, Object.keys(clusters));
  const jobs = await findJobs(candidates, connectLedger(target));

  const lookedUp = candidates.map((candidate) => candidate.key);
  if (options.json) terminal.json({ lookedUp, jobs: jobs.map(asJson) });
  else for (const job of jobs) printTale(job, tellStory(job), terminal);
  if (jobs.length === 0)
    throw new CommandFailed(
      `nothing is known of ${lookedUp.join(', or of ')}; it may still wait on the queue, or lie on the dead-letter queue (npx scale-out dlq)`,
    );
}

/** The clusters first, then the jobs: a verdict that moves from one to the other between is then seen. */
async function findJobs(candidates: readonly Candidate[], ledger: Ledger): Promise<readonly KnownJob[]> {
  const clusters = new Map<string, Cluster>();
  for (const { cluster } of candidates)
    if (cluster !== undefined) clusters.set(cluster, await ledger.readCluster(cluster));
  const records = await ledger.readJobs(candidates.map(({ key }) => key));
  return candidates.flatMap(({ key, cluster = '' }) => knownJob(key, clusters.get(cluster), records.get(key)) ?? []);
}

function asJson(job: KnownJob) {
  const { headline, moments, next } = tellStory(job);
  const dated = moments.map(({ at, says }) => ({ ...(at !== undefined && { at: new Date(at).toISOString() }), says }));
  return { ...job, headline, moments: dated, next };
}

function printTale(job: KnownJob, { headline, moments, next }: Tale, { print, paint }: Terminal): void {
  print(paint('bold', job.key));
  print(paint(colours[job.state], headline));
  const times = moments.map(({ at }) => (at === undefined ? '' : formatInstant(at)));
  const width = Math.max(...times.map((time) => time.length));
  for (const [i, { says }] of moments.entries()) print(`  ${paint('dim', (times[i] ?? '').padEnd(width))}  ${says}`);
  if (next !== undefined) print(next);
}

const colours = {
  accepted: 'green',
  rejected: 'red',
  abandoned: 'red',
  skipped: 'yellow',
  sending: 'cyan',
  unknown: 'yellow',
  parked: 'red',
} as const satisfies Record<KnownJob['state'], string>;
