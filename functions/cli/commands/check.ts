import { Command } from 'commander';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { plural } from '../../domain/plural.ts';
import { type CommandDeps, withExamples } from '../target/command-line.ts';
import { loadConfig } from '../target/configuration.ts';
import { CommandFailed } from '../terminal/errors.ts';

export function createCheck(deps: CommandDeps): Command {
  const command = new Command('check')
    .summary('list every problem in functions/config.ts')
    .description('Checks functions/config.ts as the functions do. Lists every problem, or what the config allows.')
    .option('--json', 'print one JSON object');
  withExamples(command, ['npx scale-out check', 'npx scale-out check --json']);
  return command.action((options: { readonly json?: true }) => check(options.json === true, deps));
}

async function check(json: boolean, deps: CommandDeps): Promise<void> {
  const { print, json: printJson, paint } = deps.terminal;
  const read = await loadConfig(deps);
  if ('problems' in read) {
    if (json) printJson({ ok: false, problems: read.problems });
    else for (const problem of read.problems) print(problem);
    throw new CommandFailed(`functions/config.ts has ${read.problems.length} problem(s)`);
  }
  if (json) return printJson({ ok: true, problems: [], config: read.config });
  print(paint('green', 'functions/config.ts is fine.'));
  for (const [name, cluster] of Object.entries(read.config.clusters))
    print(`  ${paint('bold', name)}: ${summaryOf(cluster)}`);
}

function summaryOf({ id, region, worker, limits, price, dryRun, alarms, schedules }: ClusterConfig): string {
  const { maxNodes, maxPerPurchase, maxPerDay, budgetPerMonth } = limits;
  const budget = budgetPerMonth === undefined ? 'no budget' : `${budgetPerMonth} ${price?.currency ?? ''} per month`;
  return [
    `${worker.worker_instance_type} for ${id} in ${region}`,
    `at most ${maxPerPurchase} per purchase, ${maxPerDay} per day, ${maxNodes} in all, ${budget}`,
    `${plural(alarms.length, 'alarm rule')}, ${plural(schedules.length, 'schedule')}`,
    ...(dryRun ? ['dry run: buys nothing'] : []),
  ].join('; ');
}
