// What happened meanwhile, counted from the functions' log lines: how crashes and faults were dealt with.
import type { FunctionName } from '../../infra/bundle/function-names.ts';

export interface Events {
  onLine(name: FunctionName, line: string): void;
  onSettledByPerson(times: number): void;
  readonly counts: () => Readonly<Record<string, number>>;
  /** Log lines that no history may contain. */
  readonly alarms: () => readonly string[];
}

const told = new Set([
  'adopted',
  'parked',
  'rearmed',
  'dead-lettered',
  'job-failed',
  'message-failed',
  'arm-unanswered',
]);
/** A verdict whose slot had moved on to another one: a person would have to compare the books. */
const alarming = 'late-verdict';

export function createEvents(): Events {
  const counts: Record<string, number> = {};
  const alarms: string[] = [];
  const add = (name: string, times = 1) => {
    counts[name] = (counts[name] ?? 0) + times;
  };
  return {
    onLine(name, line) {
      const { message, outcome, reason, kind } = read(line);
      if (message === alarming) alarms.push(`${name} logged ${line}`);
      if (message !== undefined && told.has(message)) add(message);
      if (message === 'job') add(kind === 'defer' ? `job deferred: ${reason}` : `job ${outcome ?? kind}`);
    },
    onSettledByPerson: (times) => add('settled by a person', times),
    counts: () => Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b))),
    alarms: () => alarms,
  };
}

type Line = { readonly [K in 'message' | 'outcome' | 'reason' | 'kind']?: string };

/** A process that is killed leaves half a line, and Node itself writes no JSON. */
function read(line: string): Line {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
