import { access, constants, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import type { BacktestResult } from '../../backtest/result.ts';
import { type CommandDeps, withExamples } from '../target/command-line.ts';
import { configIn } from '../target/configuration.ts';
import { UsageError } from '../terminal/errors.ts';
import { addBacktestOptions, type BacktestOptions, type ClusterOptions, clustersOf } from './backtest-options.ts';
import { fileProblem, type Request, requestOf } from './backtest-request.ts';

export function createBacktest(deps: CommandDeps): Command {
  const command = new Command('backtest')
    .summary('show what a policy would have bought for a recorded load')
    .description(
      'Plays a recorded metric through the functions, on a simulated clock and without any account: what the policy would have ' +
        'bought, what that would have cost, and how long nodes would have been short. Beside it: buying once per alarm, a fixed ' +
        'fleet that is never short, and the least that a buyer who knows the future would have paid.',
    );
  addBacktestOptions(command, deps);
  withExamples(command, [
    'npx scale-out backtest --metric load.csv --per-node 5000 --nodes 6 --alarm-at 70% --for 3m',
    'npx scale-out backtest --metric cpu.json --nodes 6 --cluster edge-beijing --against other-config.ts',
    'npx scale-out backtest --metric load.csv --per-node 5000 --nodes 6 --suggest',
    'npx scale-out backtest --metric load.csv --per-node 5000 --nodes 6 --html report.html --json',
    'npx scale-out backtest --metric edge-beijing=b.csv --metric edge-shanghai=s.csv --per-node 5000 --nodes 6',
  ]);
  return command.action(() => run(command.optsWithGlobals(), deps));
}

async function run(options: BacktestOptions, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const config = await configIn(deps, options.config);
  const all = clustersOf(options, config);
  // Before what takes a while: its results would be lost.
  for (const { html } of all)
    if (html !== undefined) await access(path.dirname(html), constants.W_OK).catch(unwritable(html));
  const requests: (readonly [ClusterOptions, Request])[] = [];
  for (const one of all) requests.push([one, await requestOf(one, config)]);
  const results: BacktestResult[] = [];
  for (const [one, request] of requests) {
    if (results.length > 0 && !options.json) terminal.print('');
    results.push(await play(one, request, deps));
  }
  if (results.length > 1 && !options.json) {
    const { totalLine } = await import('../report/backtest-report.ts');
    terminal.print(`\n${totalLine(results)}`);
  }
}

async function play(options: ClusterOptions, request: Request, { terminal }: CommandDeps): Promise<BacktestResult> {
  // The program and the SDK's commands are loaded with the first backtest: no other command needs them.
  const [{ backtest }, { problemText, reportLines }] = await Promise.all([
    import('../../backtest/backtest.ts'),
    import('../report/backtest-report.ts'),
  ]);
  for (const problem of request.input.problems) terminal.warn(problemText(request.input.name, problem));
  // Only on a terminal: elsewhere, each step would be a line.
  const live = terminal.columns === undefined ? undefined : terminal.live('remarks');
  const result = await backtest({ ...request, onProgress: (what, share) => live?.update(`${what}: ${share} %`) });
  live?.end();
  refuseSilence(result, options);
  if (options.html !== undefined) {
    const { renderBacktestPage } = await import('../../backtest/page/backtest-page.ts');
    await writeFile(options.html, renderBacktestPage(result)).catch(unwritable(options.html));
  }
  // One line: a year has half a million minutes.
  if (options.json) terminal.print(JSON.stringify(result));
  else {
    for (const line of reportLines(result, terminal)) terminal.print(line);
    if (options.html === undefined) terminal.print('Every decision, with charts: --html report.html');
    else terminal.print(`Every decision, with charts: ${options.html}`);
  }
  return result;
}

/** For the catch of what writes a file. */
const unwritable =
  (file: string) =>
  (error: unknown): never => {
    throw new UsageError(`--html: ${file} cannot be written; ${fileProblem(error)}`);
  };

/** A policy that was never asked is most probably a mistake of who asks. */
function refuseSilence({ runs, input }: BacktestResult, { alarmAt }: ClusterOptions): void {
  const [run] = runs;
  if (!run || run.decisions.length > 0) return;
  if (input.alarmAt === undefined && input.format === 'alarm-history')
    throw new UsageError('--metric: none of its alarms went to ALARM; print a longer history');
  const most = input.demand.reduce<number>((highest, one) => Math.max(highest, one ?? 0), 0);
  throw new UsageError(
    `--alarm-at: the alarm never goes off at ${alarmAt.above}${alarmAt.of === 'percent' ? '%' : ''}: the load takes ${most.toFixed(1)} of ` +
      `${input.initialNodes} nodes at most; use a lower threshold, fewer --nodes${input.kind === 'load' ? ', or a smaller --per-node' : ''}`,
  );
}
