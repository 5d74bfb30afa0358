import { Command } from 'commander';
import { stackNameProblem } from '../../domain/config/stack-schema.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { configWarnings } from '../../domain/config/warnings.ts';
import { plural } from '../../domain/plural.ts';
import { type Explanation, explainConfig, explanationLines } from '../report/explain-config.ts';
import { type CommandDeps, notEmpty, withExamples } from '../target/command-line.ts';
import { loadConfig } from '../target/configuration.ts';
import { CommandFailed, UsageError } from '../terminal/errors.ts';

export function createCheck(deps: CommandDeps): Command {
  const command = new Command('check')
    .summary('list every problem in the config')
    .description('Checks a config as the synthesis does. Lists every problem, or what the config allows.')
    .option('--config <file>', `the module that exports the config (default: ${deps.configName})`, notEmpty)
    .option(
      '--explain',
      'also show the next times of schedules, the cluster of each alarm, and the most that a month can cost',
    )
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out check',
    'npx scale-out check --stack EdgeScaleOut',
    'npx scale-out check --explain',
    'npx scale-out check --json',
  ]);
  return command.action(() => check(command.optsWithGlobals(), deps));
}

interface Options {
  /** Checked as the name of a stack to deploy; nothing is read of it. */
  readonly stack?: string;
  readonly config?: string;
  readonly explain?: true;
  readonly json?: true;
}

async function check({ config: file, stack, explain, json }: Options, deps: CommandDeps): Promise<void> {
  const { print, json: printJson, paint } = deps.terminal;
  const wrongName = stack === undefined ? undefined : stackNameProblem(stack);
  if (wrongName !== undefined) throw new UsageError(`--stack: ${stack} is not allowed; ${wrongName}`);
  const name = file ?? deps.configName;
  const read = (await loadConfig(deps, file)) ?? {
    problems: [`${name}: there is no such file; give --config FILE`],
  };
  if ('problems' in read) {
    if (json) printJson({ ok: false, problems: read.problems });
    else for (const problem of read.problems) print(problem);
    throw new CommandFailed(`${name} has ${read.problems.length} problem(s)`);
  }
  const warnings = configWarnings(read.config, deps.now());
  const explanation = explain ? explainConfig(read.config, deps.now()) : undefined;
  if (json)
    return printJson({
      ...{ ok: true, problems: [], warnings, config: read.config },
      ...(explanation && { explanation: asJson(explanation) }),
    });
  for (const warning of warnings) print(`${paint('yellow', 'warning')}: ${warning}`);
  print(paint('green', `${name} is fine.`));
  for (const [name, cluster] of Object.entries(read.config.clusters))
    print(`  ${paint('bold', name)}: ${summaryOf(cluster)}`);
  if (explanation) for (const line of explanationLines(explanation)) print(line);
}

const asJson = ({ schedules, ...rest }: Explanation) => ({
  ...rest,
  schedules: schedules.map(({ next, ...schedule }) => ({
    ...schedule,
    next: next.map((at) => new Date(at).toISOString()),
  })),
});

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
