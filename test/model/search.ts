// Breadth first over all reachable states, so that the first violation has a shortest trace. Then backwards from the goals:
// from every state an end must be reachable without a further fault.
import { type Context, createContext } from './context.ts';
import { expand, type Successor } from './expand.ts';
import { initialState } from './initial-state.ts';
import { brokenInvariant, isGoal } from './invariants.ts';
import type { Options } from './options.ts';
import { packState } from './pack.ts';
import { at } from './state.ts';
import { unpackState } from './unpack.ts';

export interface Result {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly violation?: string;
  /** The labels of the steps to the violation. */
  readonly trace?: readonly string[];
  /** There are more states than allowed: nothing is known of the others. */
  readonly unfinished?: true;
}

interface Watch {
  readonly maxStates?: number;
  readonly onProgress?: (states: number) => void;
}

const progressEvery = 20_000;
const stuck = 'stuck: no end can be reached without a further fault';

export function search(options: Options, { maxStates = 12_000_000, onProgress }: Watch = {}): Result {
  const started = performance.now();
  const context = createContext(options);
  const graph = createGraph();
  const result = (): Result => ({
    states: graph.states.length,
    transitions: graph.transitions,
    seconds: (performance.now() - started) / 1000,
  });
  const fail = (violation: string, state: number, ...last: readonly string[]): Result => ({
    ...result(),
    violation,
    trace: [...traceTo(state, graph, context), ...last],
  });

  const first = packState(initialState(options), context);
  graph.add(first, -1);
  for (let i = 0; i < graph.states.length; i += 1) {
    if (i % progressEvery === 0) onProgress?.(graph.states.length);
    if (graph.states.length > maxStates) return { ...result(), unfinished: true };
    const state = unpackState(at(graph.states, i), context);
    const broken = brokenInvariant(state, context);
    if (broken) return fail(broken, i);
    if (isGoal(state, context)) graph.goals.push(i);
    let brokenStep: Successor | undefined;
    expand(state, context, (successor) => {
      const known = graph.add(packState(successor.state, context), i);
      graph.transitions += 1;
      if (!successor.fault && known !== i) graph.link(i, known);
      if (successor.broken !== undefined) brokenStep ??= successor;
    });
    if (brokenStep) return fail(brokenStep.broken ?? '', i, brokenStep.label);
  }
  const dead = graph.firstWithoutGoal();
  return dead < 0 ? result() : fail(stuck, dead);
}

interface Graph {
  readonly states: string[];
  readonly parents: number[];
  readonly goals: number[];
  transitions: number;
  /** @returns the number of a state, a new one where it was not seen before */
  add(text: string, parent: number): number;
  /** Notes a step that is no fault. */
  link(from: number, to: number): void;
  /** @returns the first state from which no goal can be reached by such steps; -1 for none */
  firstWithoutGoal(): number;
}

function createGraph(): Graph {
  const numbers = new Map<string, number>();
  const states: string[] = [];
  const goals: number[] = [];
  const parents: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  return {
    states,
    parents,
    goals,
    transitions: 0,
    add(text, parent) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, states.length);
      parents.push(parent);
      return states.push(text) - 1;
    },
    link(one, other) {
      from.push(one);
      to.push(other);
    },
    firstWithoutGoal: () => firstUnreached(states.length, goals, from, to),
  };
}

/** Walks the steps backwards. The steps into one state are a linked list in two arrays. */
function firstUnreached(
  size: number,
  goals: readonly number[],
  from: readonly number[],
  to: readonly number[],
): number {
  const last = new Int32Array(size).fill(-1);
  const before = new Int32Array(from.length);
  to.forEach((state, step) => {
    before[step] = last[state] ?? -1;
    last[state] = step;
  });
  const reached = new Uint8Array(size);
  const work = [...goals];
  for (const goal of goals) reached[goal] = 1;
  for (let state = work.pop(); state !== undefined; state = work.pop())
    for (let step = last[state] ?? -1; step >= 0; step = before[step] ?? -1) {
      const source = at(from, step);
      if (reached[source] === 1) continue;
      reached[source] = 1;
      work.push(source);
    }
  return reached.indexOf(0);
}

/** Labels are not kept: they are found again by taking each step of the way once more. */
function traceTo(end: number, { states, parents }: Graph, context: Context): readonly string[] {
  const trace: string[] = [];
  for (let state = end; at(parents, state) >= 0; state = at(parents, state)) {
    let found: string | undefined;
    const parent = unpackState(at(states, at(parents, state)), context);
    expand(parent, context, (successor) => {
      if (found === undefined && packState(successor.state, context) === states[state]) found = successor.label;
    });
    trace.push(found ?? 'no step leads here');
  }
  return trace.reverse();
}
