// What a backtest of one cluster is asked, from its options and the files that they name.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BacktestRequest } from '../../backtest/backtest.ts';
import type { MinuteSeries } from '../../backtest/input/by-minute.ts';
import type { MetricFile } from '../../backtest/input/read-input.ts';
import type { AlarmDefinition } from '../../backtest/play.ts';
import type { Trace } from '../../backtest/trace.ts';
import { ruleFor } from '../../domain/config/alarm-rules.ts';
import { policyOf } from '../../domain/config/defaults.ts';
import { readConfig } from '../../domain/config/schema.ts';
import type { ClusterConfig, Config } from '../../domain/config/types.ts';
import { describeError, UsageError } from '../terminal/errors.ts';
import type { ClusterOptions } from './backtest-options.ts';

export type Request = Omit<BacktestRequest, 'onProgress'>;

/** @throws UsageError for a file that cannot be read, or does not fit the others */
export async function requestOf(options: ClusterOptions, config: Config): Promise<Request> {
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

/** `ENOENT: no such file or directory, open 'load.csv'` without the code, the call and the name, which the option has said. */
export const fileProblem = (error: unknown): string =>
  describeError(error).replace(/^(?:Error: )?E[A-Z]+: (.*), \w+( '.*')?$/, '$1');

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
