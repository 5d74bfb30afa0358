// The commands of npm run: bench, crash-test, fuzz, model and simulate.
import { Command, CommanderError } from 'commander';
import { withExamples } from '../../functions/cli/target/command-line.ts';
import { oneLine } from '../../functions/cli/terminal/errors.ts';

/** @param ends what its exit codes 0 and 1 mean */
export function createCommand(name: string, about: string, examples: readonly string[], ends: string): Command {
  const command = new Command(`npm run ${name} --`)
    .description(about.replace(/(?<=\S)\n(?=\S)/g, ' '))
    .configureOutput({
      outputError: (text, write) => write(`${oneLine(text).replace(/\.$/, '')}; see npm run ${name} -- --help\n`),
    })
    .exitOverride();
  withExamples(
    command,
    examples.map((example) => `npm run ${name}${example && ` -- ${example}`}`),
  );
  return command.addHelpText('after', `\nEnds with ${ends}, 2 for wrong usage.`);
}

/** @param run returns the exit code. Wrong usage that the options do not show by themselves: `command.error` */
export async function runCommand(command: Command, run: () => number | Promise<number>): Promise<void> {
  try {
    command.parse();
    process.exitCode = await run();
  } catch (error) {
    // Commander has already printed the help or the problem.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      console.error(error);
      process.exitCode = 1;
    }
  }
}

const lineEveryMs = 10_000;
let shownAt = performance.now();

/** In a terminal a line that is replaced, elsewhere a line now and then. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text !== '' && performance.now() - shownAt > lineEveryMs) {
    shownAt = performance.now();
    process.stderr.write(`${text}\n`);
  }
}

/** Before results are printed. */
export const endProgress = (): void => showProgress('');
