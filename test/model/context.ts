// What the steps of a run need beside the state.
import type { MutantName } from './mutant-names.ts';
import type { Options } from './options.ts';
import { idle, type Process, type State } from './state.ts';

export interface Context {
  readonly options: Options;
  /** Whether this mistake is made in this run. */
  readonly is: (mutant: MutantName) => boolean;
}

export function createContext(options: Options): Context {
  return { options, is: (mutant) => options.mutant === mutant };
}

/** Assumption A1: the gateway refuses a date that is more than 15 minutes off. */
export const dateWindowHolds = ({ is }: Context): boolean => !is('gateway takes any date');

/**
 * A change of the state, made on a copy of it. It answers what it breaks by itself, if anything; what a state breaks is
 * found by the invariants.
 */
export type Change = (next: State) => string | undefined;

export interface Moves {
  /** What happens by itself, sooner or later, unless something else comes first. */
  readonly step: (label: string, change: Change) => undefined;
  /** What may happen, and nothing may depend on. */
  readonly fault: (label: string, change: Change) => undefined;
}

/** A process goes on at another step. What it does not need there is forgotten, so that fewer states differ. */
export function goOn(next: State, process: number, to: Partial<Process> & Pick<Process, 'at'>): undefined {
  next.processes[process] = { ...idle, job: next.processes[process]?.job ?? 0, ...to };
}

/** A process ends: its work is done, its message waits for a later delivery, or the process crashed. */
export function end(next: State, process: number): undefined {
  next.processes[process] = idle;
}
