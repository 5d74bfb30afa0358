import { Command } from 'commander';
import type { Config } from '../../domain/config/types.ts';
import { type Finding, fail, ok } from '../doctor/findings.ts';
import { type CommandDeps, type CommonOptions, locate, withExamples } from '../target/command-line.ts';
import { loadConfig } from '../target/configuration.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, oneLine } from '../terminal/errors.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function createDoctor(deps: CommandDeps): Command {
  const command = new Command('doctor')
    .summary('check everything that a purchase needs')
    .description(
      'Checks everything that a purchase needs, and buys nothing: it only reads. Prints a line for each check, with a remedy for ' +
        'each problem. It reads the secrets, and connects from this machine, not from where the functions run.',
    )
    .option('--json', 'print one JSON object');
  withExamples(command, ['npx scale-out doctor', 'npx scale-out doctor --stack EdgeScaleOut --json']);
  return command.action(() => doctor(command.optsWithGlobals<CommonOptions>(), deps));
}

async function doctor(options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const target = await locate(options, ['queueUrl', 'deadLetterQueueUrl', 'tableName'], deps);
  const read = await loadConfig(deps);
  const config = 'config' in read ? read.config : undefined;
  const problems = 'problems' in read ? read.problems : [];
  const findings: readonly Finding[] = [
    { what: 'config', ...configResult(problems) },
    ...(await checkParts(target, config)),
  ];

  const failed = findings.filter(({ status }) => status === 'fail').length;
  if (options.json) terminal.json({ ok: failed === 0, findings });
  else printFindings(findings, terminal);
  if (failed > 0) throw new CommandFailed(`${failed} of ${findings.length} checks failed`);
}

const configResult = (problems: readonly string[]) =>
  problems.length === 0
    ? ok('functions/config.ts is fine')
    : fail(`functions/config.ts has ${problems.length} problem(s)`, 'npx scale-out check');

async function checkParts(target: Target, config: Config | undefined): Promise<readonly Finding[]> {
  const [{ checkAws }, { checkCluster }] = await Promise.all([
    import('../doctor/check-aws.ts'),
    import('../doctor/check-ack.ts'),
  ]);
  const clusters = Object.entries(config?.clusters ?? {});
  const names = clusters.map(([name]) => name);
  const [parts, fleet] = await Promise.all([
    Promise.all(checkAws(target, names)),
    Promise.all(clusters.map(([name, policy]) => checkCluster(name, policy, target))),
  ]);
  return [...parts, ...fleet.flat()];
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function printFindings(findings: readonly Finding[], { print, paint }: Terminal): void {
  const rows = findings.map(({ what, status, says, remedy }) => [
    paint(colours[status], status),
    what,
    oneLine(says) + (remedy === undefined ? '' : ` -> ${remedy}`),
  ]);
  for (const line of tableLines(rows)) print(line);
  print('Not checked: cs:ScaleOutCluster, which buys. The key ack needs this right.');
}
