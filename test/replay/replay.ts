// Plays a trace of load through the shipped functions, with several policies, each with and without asking again.
import { readFileSync } from 'node:fs';
import { wholeNumber } from '../../functions/cli/target/command-line.ts';
import { createCommand, endProgress, runCommand, showProgress } from '../support/command.ts';
import { figureLines } from '../support/figure-lines.ts';
import { day, minute } from '../support/samples.ts';
import { type Figures, playTrace, type Setting } from './play-trace.ts';
import { compared, withAgain } from './policies.ts';
import { readTrace, type Trace } from './trace.ts';

interface Replayed extends Figures {
  readonly policy: string;
  readonly again: boolean;
}

async function replayAll(trace: Trace, setting: Setting): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  for (const { name, policy, again } of compared)
    for (const asks of [false, true]) {
      showProgress(`replaying ${name}${asks ? ', asking again' : ''}`);
      const figures = await playTrace(trace, withAgain(policy, asks ? again : undefined), setting);
      replayed.push({ policy: name, again: asks, ...figures });
    }
  endProgress();
  return replayed;
}

const columns = {
  nodesBought: 'bought',
  mostNodes: 'most',
  nodeHours: 'node-hours',
  minutesShort: 'min short',
  nodeMinutesShort: 'node-min short',
  purchases: 'purchases',
  askedAgain: 'asked again',
} as const satisfies Partial<Record<keyof Figures, string>>;
const causes = { beforeAlarm: 'no alarm yet', onTheirWay: 'nodes come', otherwise: 'else' } as const satisfies Record<
  keyof Figures['minutesShortBy'],
  string
>;

function print(replayed: readonly Replayed[]): void {
  const rows = replayed.map(({ policy, again, ...figures }) => [
    `${policy}${again ? ' + again' : ''}`,
    ...keysOf(columns).map((name) => figures[name].toLocaleString('en')),
    ...keysOf(causes).map((name) => figures.minutesShortBy[name].toLocaleString('en')),
  ]);
  console.log(figureLines(['', ...Object.values(columns), ...Object.values(causes)], rows).join('\n'));
}

const keysOf = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];

const command = createCommand(
  'replay',
  'Plays a trace of load through the functions: how many nodes they buy, and for how long too few are Ready. The policies are the ' +
    'example of functions/config.ts, and a steep one (test/replay/policies.ts), each with and without asking again.',
  ['--trace june.csv', '--trace june.csv --load-per-node 800 --nodes 10 --json'],
  '0 when the trace was played, 1 when that failed',
)
  .requiredOption('--trace <file>', 'lines TIMESTAMP,LOAD after a first line; a load holds until the next line')
  .option('--nodes <n>', 'Ready nodes at first', wholeNumber(1, 1000), 4)
  .option('--load-per-node <n>', 'what a node can do in a minute, in the unit of the trace', wholeNumber(1, 1e9), 5000)
  .option('--days <n>', 'how many days of it: nodes are paid for a month', wholeNumber(1, 30), 30)
  .option('--metric-lag <n>', 'minutes until CloudWatch has the value of a minute', wholeNumber(0, 60), 0)
  .option('--metric-unread', 'decide an alarm that stands by the value with which it went off')
  .option('--json', 'print the figures as JSON');

await runCommand(command, async () => {
  const { trace, nodes, loadPerNode, days, metricLag, metricUnread, json } = command.opts<{
    readonly trace: string;
    readonly nodes: number;
    readonly loadPerNode: number;
    readonly days: number;
    readonly metricLag: number;
    readonly metricUnread?: true;
    readonly json?: true;
  }>();
  const { startAt, loads } = readTraceFile(trace);
  const replayed = await replayAll(
    { startAt, loads: loads.slice(0, (days * day) / minute) },
    {
      initialNodes: nodes,
      loadPerNode,
      metricLagMinutes: metricLag,
      readsMetric: !metricUnread,
    },
  );
  if (json) console.log(JSON.stringify(replayed, null, 2));
  else print(replayed);
  return 0;
});

function readTraceFile(file: string): Trace {
  try {
    return readTrace(readFileSync(file, 'utf8'));
  } catch (error) {
    return command.error(`error: --trace: ${error instanceof Error ? error.message : String(error)}`);
  }
}
