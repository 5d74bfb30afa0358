import { Command } from 'commander';
import type { Finding } from '../doctor/findings.ts';
import { type CommandDeps, type CommonOptions, locate, withExamples } from '../target/command-line.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, oneLine } from '../terminal/errors.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function createDoctor(deps: CommandDeps): Command {
  const command = new Command('doctor')
    .summary('check everything that a purchase needs')
    .description(
      'Checks everything that a purchase needs, and buys nothing: it only reads. Prints a line for each check, with a remedy for ' +
        'each problem. It reads the secrets or assumes the roles, and connects from this machine, not from where the functions run.',
    )
    .option('--json', 'print one JSON object');
  withExamples(command, ['npx scale-out doctor', 'npx scale-out doctor --stack EdgeScaleOut --json']);
  return command.action(() => doctor(command.optsWithGlobals<CommonOptions>(), deps));
}

async function doctor(options: CommonOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const target = await locate(options, ['queueUrl', 'deadLetterQueueUrl', 'tableName'], deps);
  const findings = await (await import('../doctor/check-all.ts')).checkAll(target, deps);

  const failed = findings.filter(({ status }) => status === 'fail').length;
  if (options.json) terminal.json({ ok: failed === 0, findings });
  else printFindings(findings, target, terminal);
  if (failed > 0) throw new CommandFailed(`${failed} of ${findings.length} checks failed`);
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function printFindings(findings: readonly Finding[], { alibaba }: Target, { print, paint, columns }: Terminal): void {
  const rows = findings.map(({ what, status, says, remedy }) => [
    paint(colours[status], status),
    what,
    oneLine(says) + (remedy === undefined ? '' : ` -> ${remedy}`),
  ]);
  for (const line of tableLines(rows, { columns })) print(line);
  print(`Not checked: cs:ScaleOutCluster, which buys. The ${alibaba ? 'role' : 'key'} ack needs this right.`);
}
