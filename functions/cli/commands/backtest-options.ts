// The options of `backtest`, and what they say of each cluster.
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../../domain/config/types.ts';
import { type CommandDeps, durationText, notEmpty, wholeNumber } from '../target/command-line.ts';
import { UsageError } from '../terminal/errors.ts';

export function addBacktestOptions(command: Command, { configName }: Pick<CommandDeps, 'configName'>): void {
  command
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
    .option('--config <file>', `the module that exports the config (default: ${configName})`, notEmpty)
    .option('--against <config>', 'another config file, whose policy for the cluster is played as well', notEmpty)
    .option('--suggest', 'also look for steps, asks, cooldowns and schedules that cost less or are short for less time')
    .option('--html <file>', 'write a page with charts and every decision; of several clusters, FILE-CLUSTER', notEmpty)
    .option('--json', 'print one JSON object; of several clusters, one line each');
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

export interface BacktestOptions extends Omit<ClusterOptions, 'metric' | 'nodes' | 'cluster' | 'perNode'> {
  readonly metric: readonly Given<string>[];
  readonly nodes: readonly Given<string>[];
  readonly cluster?: string;
  readonly perNode?: readonly Given<number>[];
}

/** Of one cluster. */
export interface ClusterOptions {
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

/** Clusters share nothing that a decision reads: each has its limits, its slot and its alarm. */
export function clustersOf(
  { metric, nodes, perNode, cluster, ...rest }: BacktestOptions,
  config: Config,
): readonly ClusterOptions[] {
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

function clusterOf({ clusters }: Config, asked: string | undefined, option = 'cluster'): string {
  const names = Object.keys(clusters);
  const [only, another] = names;
  if (asked === undefined && only !== undefined && another === undefined) return only;
  if (asked !== undefined && names.includes(asked)) return asked;
  const given = asked === undefined ? 'is missing' : `${asked} is not in functions/config.ts`;
  throw new UsageError(`--${option}: ${given}; use ${another === undefined ? '' : 'one of '}${names.join(', ')}`);
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
