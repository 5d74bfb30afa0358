import { Command } from 'commander';
import type { Config } from '../../domain/config/types.ts';
import { type Finding, fail, ok } from '../doctor/findings.ts';
import { type CommandDeps, type CommonOptions, locate, withExamples } from '../target/command-line.ts';
import { loadConfig } from '../target/configuration.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, oneLine } from '../terminal/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function createDoctor(deps: CommandDeps): Command {
  const command = new Command('doctor')
    .summary('find out what would keep a purchase from working')
    .description(
      'Tries everything that a purchase needs, except a purchase: it only reads. A line for each, with the remedy where ' +
        'something is wrong. It needs to read the secrets, and asks from this machine, not from where the functions run.',
    )
    .option('--json', 'print one JSON object');
  withExamples(command, ['npx scale-out doctor', 'npx scale-out doctor --stack EdgeScaleOut --json']);
  return command.action(() => doctor(command.optsWithGlobals<CommonOptions>(), deps));
}

async function doctor(options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const target = await locate(options, ['queueUrl', 'deadLetterQueueUrl', 'tableName'], deps);
  const read = await loadConfig();
  const config = 'config' in read ? read.config : undefined;
  const problems = 'problems' in read ? read.problems : [];
  const findings: readonly Finding[] = [
    { what: 'config', ...configCondition(problems) },
    ...(await examineParts(target, config)),
  ];

  const failed = findings.filter(({ status }) => status === 'fail').length;
  if (options.json) terminal.json({ ok: failed === 0, findings });
  else printFindings(findings, terminal);
  if (failed > 0) throw new CommandFailed(`${failed} of ${findings.length} checks failed`);
}

const configCondition = (problems: readonly string[]) =>
  problems.length === 0
    ? ok('functions/config.ts is fine')
    : fail(`functions/config.ts has ${problems.length} problem(s)`, 'npx scale-out check');

async function examineParts(target: Target, config: Config | undefined): Promise<readonly Finding[]> {
  const [{ examineAws }, { examineCluster }] = await Promise.all([
    import('../doctor/check-aws.ts'),
    import('../doctor/check-ack.ts'),
  ]);
  const clusters = Object.entries(config?.clusters ?? {});
  const names = clusters.map(([name]) => name);
  const [parts, fleet] = await Promise.all([
    Promise.all(examineAws(target, names)),
    Promise.all(clusters.map(([name, policy]) => examineCluster(name, policy, target))),
  ]);
  return [...parts, ...fleet.flat()];
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function printFindings(findings: readonly Finding[], { print, paint }: Terminal): void {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, status, says, remedy } of findings) {
    const then = remedy === undefined ? '' : ` -> ${remedy}`;
    print(`${paint(colours[status], status.padEnd(4))}  ${what.padEnd(width)}  ${oneLine(says)}${then}`);
  }
  print('Not tried: cs:ScaleOutCluster, which buys. The key ack needs it.');
}
