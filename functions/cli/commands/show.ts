import { Command } from 'commander';
import { findJobs, unknownKey } from '../report/find-jobs.ts';
import { candidatesFor } from '../report/known-job.ts';
import { printReport, reportAsJson } from '../report/print.ts';
import { announce, type CommandDeps, type CommonOptions, find, jobKey, withExamples } from '../target/command-line.ts';
import { clusterNames } from '../target/configuration.ts';
import { CommandFailed } from '../terminal/errors.ts';

export function createShow(deps: CommandDeps): Command {
  const command = new Command('show')
    .summary('show what became of a job')
    .description('Shows one job: the request, the decision, the purchase, its answer, and the nodes.')
    .argument('<key>', 'its key as enqueue and the logs print it, or the key that you gave to enqueue', jobKey)
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out show manual/edge-beijing/20261123T140501-4f9c2a',
    'npx scale-out show launch-2026-11 --stack EdgeScaleOut',
    'npx scale-out show schedule/edge-beijing/monday-peak/2026-11-23T07:30:00.000Z --json',
  ]);
  return command.action((key: string) => show(key, command.optsWithGlobals<CommonOptions>(), deps));
}

async function show(key: string, options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  // Without a config, the key names the cluster.
  const [, named, ...rest] = key.split('/');
  const inKey = named && rest.length > 0 ? [named] : [];
  const needs = ['tableName', 'notes'] as const;
  const target = await find(options, needs, deps);
  const clusters = (await clusterNames(target, deps))?.names ?? inKey;
  if (clusters.length === 0) {
    terminal.warn(
      `${key}: the clusters are not known, so it is looked up only as it is; give the whole key, such as manual/CLUSTER/${key}`,
    );
  }
  announce(target, options, needs, deps);
  const { connectLedger, connectWaits } = await import('../target/connect.ts');
  const candidates = candidatesFor(key, clusters);
  const jobs = await findJobs(candidates, { ledger: connectLedger(target), waits: connectWaits(target, deps.now) });

  const lookedUp = candidates.map((candidate) => candidate.key);
  if (options.json) terminal.json({ lookedUp, jobs: jobs.map((job) => reportAsJson(job, target.flags)) });
  else for (const job of jobs) printReport(job, target.flags, terminal);
  if (jobs.length === 0) throw new CommandFailed(unknownKey(candidates, target.flags));
}
