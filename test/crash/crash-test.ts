// npm run crash-test: kills the functions until their books would show it.
import { wholeNumber } from '../../functions/cli/target/command-line.ts';
import { createCommand, endProgress, runCommand, showProgress } from '../support/command.ts';
import { renderReport } from './report.ts';
import { type RunOptions, runCrashTest } from './run.ts';

interface Options extends Pick<RunOptions, 'kills' | 'seed' | 'processes'> {
  readonly keyless?: true;
  readonly json?: true;
}

const command = createCommand(
  'crash-test',
  `Kills the bundled functions with SIGKILL, at random and at the worst moments, while the simulated service drops, delays
and executes late; then compares what was asked for, what the ledger says and what was sold, as multisets.`,
  ['', '--kills 1000 --seed 7', '--kills 20 --json'],
  `0 when the multisets are equal, 1 when they are not, when something did not end and when it was
interrupted (the audit still comes then)`,
)
  .option('--kills <n>', 'processes to kill; a hundred take a minute or two', wholeNumber(1, 1_000_000), 100)
  .option(
    '--seed <s>',
    'the same seed asks for the same and kills at the same kinds of moments; the processes race',
    wholeNumber(0, 1_000_000_000),
    1,
  )
  .option('--processes <p>', 'of the queue function, beside those of two reconcilers', wholeNumber(1, 50), 3)
  .option('--keyless', 'without stored keys: with credentials of roles, which expire again and again')
  .option('--json', 'one JSON object as the last line, instead of the tables');

await runCommand(command, async () => {
  const { json, keyless = false, ...options } = command.opts<Options>();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const report = await runCrashTest({ ...options, keyless, onProgress: showProgress, signal: interrupted.signal });
  endProgress();
  if (json) console.log(JSON.stringify({ ...options, keyless, ...report, node: process.version }));
  else console.log(renderReport(report).join('\n'));
  return report.violations.length === 0 && report.kills === options.kills ? 0 : 1;
});
