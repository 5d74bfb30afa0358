// The files of a backtest as what is played: load by the minute, or the transitions of alarms.
import type { Transition } from '../load-alarm.ts';
import type { InputProblem } from '../result.ts';
import { minuteMs, type Trace } from '../trace.ts';
import { byMinute, grouped, type MinuteSeries } from './by-minute.ts';
import type { Unreadable } from './points.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';

export type MetricFile =
  | (MinuteSeries & { readonly format: 'csv' | 'cloudwatch' | 'prometheus' })
  | {
      readonly format: 'alarm-history';
      readonly transitions: readonly Transition[];
      readonly problems: readonly InputProblem[];
    };

export function readMetricFile(text: string): MetricFile | Unreadable {
  if (text.trim() === '') return { problem: 'it is empty; print the metric into it again' };
  const isJson = /^\s*[{[]/.test(text);
  const read = isJson ? readJson(text) : readCsv(text);
  if ('problem' in read) return read;
  if (read.format === 'alarm-history') {
    const { format, transitions, remarks } = read;
    return { format, transitions, problems: grouped(remarks) };
  }
  const series = byMinute(read);
  return 'problem' in series ? series : { ...series, format: read.format };
}

/** Of utilisation in percent, the load is the value times the nodes at that time. @param nodes a number, or by the minute */
export function traceOf(series: MinuteSeries, perNode: number | undefined, nodes: number | MinuteSeries): Trace {
  const { startAt, values } = series;
  if (perNode !== undefined) return { startAt, loads: values, perNode, kind: 'load' };
  const nodesAt = typeof nodes === 'number' ? () => nodes : lastKnown(nodes);
  const loads = values.map((value, minute) => (value === null ? null : value * nodesAt(startAt + minute * minuteMs)));
  return { startAt, loads, perNode: 100, kind: 'utilisation' };
}

/** The value of an instant: the last one before it, or the first one after it. */
export function lastKnown({ startAt, values }: MinuteSeries): (at: number) => number {
  const filled: number[] = [];
  let value = values.find((one) => one !== null) ?? 0;
  for (const one of values) {
    value = one ?? value;
    filled.push(value);
  }
  return (at) => filled[Math.min(Math.max(0, Math.floor((at - startAt) / minuteMs)), filled.length - 1)] ?? value;
}

/** Of an alarm history alone: no load is known, from the first transition to a day after the last one. */
export function traceWithoutLoad(transitions: readonly Transition[]): Trace {
  const startAt = Math.floor((transitions[0]?.at ?? 0) / minuteMs) * minuteMs;
  const minutes = Math.floor(((transitions.at(-1)?.at ?? startAt) - startAt) / minuteMs) + 24 * 60;
  return { startAt, loads: Array.from({ length: minutes }, () => null), perNode: 1, kind: 'load' };
}

/** A unit that is most probably another one, in words that say what to do; undefined for a plausible one. */
export function unitProblem(
  { loads, perNode, kind }: Pick<Trace, 'loads' | 'perNode' | 'kind'>,
  values: readonly (number | null)[],
): string | undefined {
  const most = values.reduce<number>((highest, one) => Math.max(highest, one ?? 0), 0);
  if (most === 0) return 'all its values are 0; ask for the metric of another resource, or of another time';
  if (kind === 'utilisation')
    return most <= 1
      ? `its highest value is ${most}: without --per-node it must be percent from 0 to 100; multiply it by 100, or give --per-node`
      : most > 1000
        ? `its highest value is ${most}, which is no percentage; give --per-node, the load that one node carries`
        : undefined;
  const nodes = Math.ceil(loads.reduce<number>((highest, one) => Math.max(highest, one ?? 0), 0) / perNode);
  return nodes > maxNodes
    ? `its highest value ${most} would need ${nodes} nodes of --per-node ${perNode}; give --per-node in the unit of the metric`
    : undefined;
}

/** A unit that may be another one, in words that say what to do. */
export function unitDoubt({ kind }: Pick<Trace, 'kind'>, values: readonly (number | null)[]): string | undefined {
  const most = values.reduce<number>((highest, one) => Math.max(highest, one ?? 0), 0);
  return kind === 'utilisation' && most > 100
    ? `its highest value is ${most} percent; if it is a load, give --per-node, the load that one node carries`
    : undefined;
}

/** The most that limits.maxNodes allows. */
const maxNodes = 1000;
