import { access, constants, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { BacktestRequest } from '../../backtest/backtest.ts';
import type { MinuteSeries } from '../../backtest/input/by-minute.ts';
import type { MetricFile } from '../../backtest/input/read-input.ts';
import type { AlarmDefinition } from '../../backtest/play.ts';
import type { BacktestResult } from '../../backtest/result.ts';
import type { Trace } from '../../backtest/trace.ts';
import { ruleFor } from '../../domain/config/alarm-rules.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import { readConfig } from '../../domain/config/schema.ts';
import type { ClusterConfig, Config } from '../../domain/config/types.ts';
import { type CommandDeps, durationText, notEmpty, wholeNumber, withExamples } from '../target/command-line.ts';
import { configIn } from '../target/configuration.ts';
import { describeError, UsageError } from '../terminal/errors.ts';

export function createBacktest(deps: CommandDeps): Command {
  const command = new Command('backtest')
    .summary('show what a policy would have bought for a recorded load')
    .description(
      'Plays a recorded metric through the functions, on a simulated clock and without any account: what the policy would have ' +
        'bought, what that would have cost, and how long nodes would have been short. Beside it: buying once per alarm, a fixed ' +
        'fleet that is never short, and the least that a buyer who knows the future would have paid.',
    )
    .requiredOption(
      '--metric <file>',
      'the load: what aws cloudwatch get-metric-data or query_range of Prometheus prints, or CSV lines TIMESTAMP,VALUE; or what ' +
        'aws cloudwatch describe-alarm-history prints, then the alarm goes off as it did. CLUSTER=FILE for each of several clusters',
      each(notEmpty),
    )
    .requiredOption(
      '--nodes <n|file>',
      'Ready nodes at the start; of utilisation, a file has the nodes of each time. CLUSTER=N where clusters differ',
      each(notEmpty),
    )
    .option('--cluster <name>', 'a cluster of functions/config.ts (default: the only one)', notEmpty)
    .option(
      '--per-node <load>',
      'the metric is load, and one node carries so much of it (without: utilisation in percent); CLUSTER=LOAD where clusters differ',
      each(positive),
    )
    .addOption(
      optionOf(
        '--full-at <percent>',
        'nodes are short when the load takes more than this of each',
        percent(1, 100),
        '100%',
      ),
    )
    .optionsGroup('The alarm:')
    .option('--alarm <name>', 'its name (default: the first rule of the cluster)', notEmpty)
    .addOption(
      optionOf(
        '--alarm-at <threshold>',
        '70%: of what the Ready nodes carry; 4000: of the load itself',
        threshold,
        '70%',
      ),
    )
    .addOption(
      optionOf('--for <duration>', 'how long the metric is above it until the alarm goes off', minutesText(1), '3m'),
    )
    .addOption(optionOf('--lag <duration>', 'how late CloudWatch has a value', minutesText(0), '0m'))
    .option('--alarm-history <file>', 'the alarm goes off as it did, whatever is bought', notEmpty)
    .optionsGroup('The world:')
    .option('--task-minutes <n>', 'until the last node of a purchase boots', decimal(0, 600), 4)
    .option('--join-minutes <n>', 'from there until it is Ready', decimal(0, 600), 2.5)
    .addOption(optionOf('--fail <percent>', 'purchases that are refused for lack of stock', percent(0, 100), '0%'))
    .option('--lease <months>', 'what a purchase pays for (default: worker_period)', leaseMonths)
    .option('--renew', 'leases that end are renewed (default: worker_auto_renew)')
    .option('--no-renew', 'nodes leave when their lease ends')
    .optionsGroup('What to show:')
    .option('--config <file>', `the module that exports the config (default: ${deps.configName})`, notEmpty)
    .option('--against <config>', 'another config file, whose policy for the cluster is played as well', notEmpty)
    .option('--suggest', 'also look for steps, asks, cooldowns and schedules that cost less or are short for less time')
    .option('--html <file>', 'write a page with charts and every decision; of several clusters, FILE-CLUSTER', notEmpty)
    .option('--json', 'print one JSON object; of several clusters, one line each');
  withExamples(command, [
    'npx scale-out backtest --metric load.csv --per-node 5000 --nodes 6 --alarm-at 70% --for 3m',
    'npx scale-out backtest --metric cpu.json --nodes 6 --cluster edge-beijing --against other-config.ts',
    'npx scale-out backtest --metric load.csv --per-node 5000 --nodes 6 --suggest',
    'npx scale-out backtest --metric load.csv --per-node 5000 --nodes 6 --html report.html --json',
    'npx scale-out backtest --metric edge-beijing=b.csv --metric edge-shanghai=s.csv --per-node 5000 --nodes 6',
  ]);
  return command.action(() => run(command.optsWithGlobals(), deps));
}

/** As typed: for one cluster, or for all. */
interface Given<T> {
  readonly cluster?: string;
  readonly value: T;
}

const each =
  <T>(read: (text: string) => T) =>
  (text: string, before: readonly Given<T>[] = []): readonly Given<T>[] => {
    const [, cluster, value = text] = /^([a-z][a-z0-9-]*)=(.*)$/.exec(text) ?? [];
    return [...before, { ...(cluster !== undefined && { cluster }), value: read(value) }];
  };

function valueFor<T>(given: readonly Given<T>[], cluster: string): T | undefined {
  const own = given.findLast((one) => one.cluster === cluster);
  return (own ?? given.findLast((one) => one.cluster === undefined))?.value;
}

interface Options extends Omit<ClusterOptions, 'metric' | 'nodes' | 'cluster' | 'perNode'> {
  readonly metric: readonly Given<string>[];
  readonly nodes: readonly Given<string>[];
  readonly cluster?: string;
  readonly perNode?: readonly Given<number>[];
}

/** Of one cluster. */
interface ClusterOptions {
  readonly metric: string;
  readonly nodes: string;
  readonly cluster: string;
  readonly perNode?: number;
  readonly fullAt: number;
  readonly alarm?: string;
  readonly alarmAt: Threshold;
  readonly for: number;
  readonly lag: number;
  readonly alarmHistory?: string;
  readonly taskMinutes: number;
  readonly joinMinutes: number;
  readonly fail: number;
  readonly lease?: number;
  readonly renew?: boolean;
  readonly config?: string;
  readonly against?: string;
  readonly suggest?: true;
  readonly html?: string;
  readonly json?: true;
}

async function run(options: Options, deps: CommandDeps): Promise<void> {
  const { terminal } = deps;
  const config = await configIn(deps, options.config);
  const all = clustersOf(options, config);
  // Before what takes a while: its results would be lost.
  for (const { html } of all)
    if (html !== undefined) await access(path.dirname(html), constants.W_OK).catch(unwritable(html));
  const requests: (readonly [ClusterOptions, Omit<BacktestRequest, 'onProgress'>])[] = [];
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

/** Clusters share nothing that a decision reads: each has its limits, its slot and its alarm. */
function clustersOf({ metric, nodes, perNode, cluster, ...rest }: Options, config: Config): readonly ClusterOptions[] {
  const named = [...new Set(metric.flatMap((one) => one.cluster ?? []))];
  if (named.length > 0 && (cluster !== undefined || metric.some((one) => one.cluster === undefined)))
    throw new UsageError('--metric: CLUSTER=FILE names the cluster; give it for each file, and no --cluster');
  const names =
    named.length > 0 ? named.map((name) => clusterOf(config, name, 'metric')) : [clusterOf(config, cluster)];
  return names.map((name) => {
    const [its, ready, load] = [valueFor(metric, name), valueFor(nodes, name), valueFor(perNode ?? [], name)];
    if (ready === undefined) throw new UsageError(`--nodes: ${name} has none; give --nodes ${name}=N`);
    const { dir, name: base, ext } = path.parse(rest.html ?? '');
    return {
      ...rest,
      ...{ cluster: name, metric: its ?? '', nodes: ready },
      ...(load !== undefined && { perNode: load }),
      ...(rest.html !== undefined && names.length > 1 && { html: path.join(dir, `${base}-${name}${ext}`) }),
    };
  });
}

async function play(
  options: ClusterOptions,
  request: Omit<BacktestRequest, 'onProgress'>,
  { terminal }: CommandDeps,
): Promise<BacktestResult> {
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

async function requestOf(options: ClusterOptions, config: Config): Promise<Omit<BacktestRequest, 'onProgress'>> {
  const { readMetricFile, traceOf, traceWithoutLoad, unitDoubt, unitProblem } = await import(
    '../../backtest/input/read-input.ts'
  );
  const { occurrencesOf } = await import('../report/aws-cron.ts');
  const { cluster } = options;
  const policy = leasedPolicy(policyOf(config, cluster), options);
  const read = async (option: string, file: string): Promise<MetricFile> => {
    const found = readMetricFile(await textOf(option, file));
    if ('problem' in found) throw new UsageError(`${option}: ${file}: ${found.problem}`);
    return found;
  };

  const metric = await read('--metric', options.metric);
  const recorded = options.alarmHistory === undefined ? metric : await read('--alarm-history', options.alarmHistory);
  const transitions = recorded.format === 'alarm-history' ? recorded.transitions : undefined;
  if (options.alarmHistory !== undefined && !transitions)
    throw new UsageError(
      `--alarm-history: ${options.alarmHistory} is no alarm history; give what aws cloudwatch describe-alarm-history prints`,
    );

  const against = options.against === undefined ? undefined : await otherPolicy(options.against, cluster);
  const alarm: AlarmDefinition = transitions ? { kind: 'recorded', transitions } : loadAlarm(policy, options);
  const names = alarm.kind === 'threshold' ? [alarm.name] : (transitions?.map((one) => one.alarm) ?? []);
  const rules = [policy, ...(against ? [against] : [])].flatMap(({ alarms }) => alarms);
  if (names.length > 0 && !names.some((name) => ruleFor(rules, name))) {
    const option =
      alarm.kind === 'threshold' ? 'alarm' : options.alarmHistory === undefined ? 'metric' : 'alarm-history';
    const [name = ''] = names;
    throw new UsageError(
      `--${option}: no alarm rule of ${cluster} matches ${name}; its rules are for ${rules.map((rule) => rule.name).join(', ')}`,
    );
  }

  let trace: Trace;
  let initialNodes: number;
  let doubt: string | undefined;
  if (metric.format === 'alarm-history') {
    trace = traceWithoutLoad(metric.transitions);
    initialNodes = readNodes(options.nodes) ?? 1;
  } else {
    const nodes = readNodes(options.nodes) ?? seriesOf('--nodes', options.nodes, await read('--nodes', options.nodes));
    trace = traceOf(metric, options.perNode, nodes);
    const wrongUnit = unitProblem(trace, metric.values);
    if (wrongUnit !== undefined) throw new UsageError(`--metric: ${options.metric}: ${wrongUnit}`);
    doubt = unitDoubt(trace, metric.values);
    initialNodes = typeof nodes === 'number' ? nodes : await firstNodes(options.nodes, nodes, metric);
  }
  return {
    cluster,
    policy: { name: 'functions/config.ts', policy },
    ...(against && { against: { name: path.basename(options.against ?? ''), policy: leasedPolicy(against, options) } }),
    trace,
    input: {
      name: path.basename(options.metric),
      format: metric.format,
      problems: [...metric.problems, ...(doubt === undefined ? [] : [{ says: doubt }])],
    },
    world: {
      initialNodes,
      alarm,
      taskMinutes: options.taskMinutes,
      joinMinutes: options.joinMinutes,
      failPercent: options.fail,
      renew: options.renew ?? policy.worker.worker_auto_renew ?? false,
      fullPercent: options.fullAt,
      occurrencesOf,
    },
    suggest: options.suggest ?? false,
  };
}

async function textOf(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${file} cannot be read; ${fileProblem(error)}`);
  }
}

/** For the catch of what writes a file. */
const unwritable =
  (file: string) =>
  (error: unknown): never => {
    throw new UsageError(`--html: ${file} cannot be written; ${fileProblem(error)}`);
  };

/** `ENOENT: no such file or directory, open 'load.csv'` without the code, the call and the name, which the option has said. */
const fileProblem = (error: unknown): string =>
  describeError(error).replace(/^(?:Error: )?E[A-Z]+: (.*), \w+( '.*')?$/, '$1');

function clusterOf({ clusters }: Config, asked: string | undefined, option = 'cluster'): string {
  const names = Object.keys(clusters);
  const [only, another] = names;
  if (asked === undefined && only !== undefined && another === undefined) return only;
  if (asked !== undefined && names.includes(asked)) return asked;
  const given = asked === undefined ? 'is missing' : `${asked} is not in functions/config.ts`;
  throw new UsageError(`--${option}: ${given}; use ${another === undefined ? '' : 'one of '}${names.join(', ')}`);
}

const leasedPolicy = (policy: ClusterConfig, { lease }: ClusterOptions): ClusterConfig =>
  lease === undefined ? policy : { ...policy, worker: { ...policy.worker, worker_period: lease } };

/** @returns undefined for the name of a file */
function readNodes(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  if (number >= 1 && number <= 1000) return number;
  throw new UsageError(`--nodes: ${text} is not possible; use a whole number from 1 to 1000, or a file`);
}

function seriesOf(option: string, file: string, metric: MetricFile): MinuteSeries {
  if (metric.format !== 'alarm-history') return metric;
  throw new UsageError(`${option}: ${file} is an alarm history; give the number of nodes by time`);
}

async function firstNodes(file: string, nodes: MinuteSeries, { startAt, values }: MinuteSeries): Promise<number> {
  const { lastKnown } = await import('../../backtest/input/read-input.ts');
  const minuteMs = 60_000;
  if (nodes.startAt >= startAt + values.length * minuteMs || startAt >= nodes.startAt + nodes.values.length * minuteMs)
    throw new UsageError(
      `--nodes: ${file} is of another time than the metric; give the nodes of ${new Date(startAt).toISOString()} and later`,
    );
  const first = Math.round(lastKnown(nodes)(startAt));
  if (first >= 1 && first <= 1000) return first;
  throw new UsageError(`--nodes: ${file} has ${first} nodes at the start; there must be 1 to 1000`);
}

async function otherPolicy(file: string, cluster: string): Promise<ClusterConfig> {
  const loaded = (await import(pathToFileURL(path.resolve(file)).href).catch((error: unknown) => {
    throw new UsageError(`--against: ${file} cannot be loaded; ${describeError(error)}`);
  })) as { readonly config?: unknown };
  if (loaded.config === undefined)
    throw new UsageError(`--against: ${file} has no config; export const config, as functions/config.ts`);
  const read = readConfig(loaded.config);
  if ('problems' in read)
    throw new UsageError(`--against: ${file} has ${read.problems.length} problem(s): ${read.problems[0]}`);
  if (!Object.hasOwn(read.config.clusters, cluster))
    throw new UsageError(`--against: ${file} has no cluster ${cluster}; it must be in both files`);
  return policyOf(read.config, cluster);
}

function loadAlarm(
  policy: ClusterConfig,
  { alarm, alarmAt, for: forMinutes, lag, perNode }: ClusterOptions,
): AlarmDefinition {
  const [rule] = policy.alarms;
  if (alarm === undefined && !rule)
    throw new UsageError(
      '--cluster: it has no alarm rule, and so buys for no load; give it one in functions/config.ts',
    );
  if (alarmAt.of === 'load' && perNode === undefined)
    throw new UsageError(
      `--alarm-at: ${alarmAt.above} is a load, and the metric is utilisation; use ${alarmAt.above}%`,
    );
  return {
    kind: 'threshold',
    name: alarm ?? rule?.name.replaceAll('*', 'load') ?? '',
    ...alarmAt,
    forMinutes,
    lagMinutes: lag,
  };
}

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

/** @param given the default, as it would be typed */
const optionOf = (flags: string, description: string, read: (text: string) => unknown, given: string): Option =>
  new Option(flags, description).argParser(read).default(read(given), given);

/** As the API sells them. */
function leaseMonths(text: string): number {
  const months = wholeNumber(1, 12)(text);
  if (months !== 10 && months !== 11) return months;
  throw new InvalidArgumentError('Use 1 to 9 or 12 months.');
}

interface Threshold {
  readonly above: number;
  readonly of: 'percent' | 'load';
}

function threshold(text: string): Threshold {
  const [, number = '', sign] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  const above = Number(number);
  if (number !== '' && above > 0) return { above, of: sign === '%' ? 'percent' : 'load' };
  throw new InvalidArgumentError('Use a share such as 70%, or a load such as 4000.');
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Use a number above 0, in the unit of the metric.');
}

const decimal =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Use a number from ${min} to ${max}.`);
  };

const percent =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text.replace(/%$/, ''));
    if (/^\d+(\.\d+)?%?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Use ${min}% to ${max}%.`);
  };

/** @returns whole minutes */
function minutesText(least: number): (text: string) => number {
  return (text) => {
    const minutes = durationText(text) / 60_000;
    if (Number.isInteger(minutes) && minutes >= least && minutes <= 24 * 60) return minutes;
    throw new InvalidArgumentError(`Use whole minutes from ${least}m to 24h, such as 3m.`);
  };
}
