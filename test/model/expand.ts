// All that can happen next in a state.
//
// Modelled: processes that are interrupted between any two steps, stop for ever, go on late, or crash; deliveries without
// bound; conditional writes that are atomic, and whose answers may be lost; consistent reads that are old when a process acts
// by them; requests that are lost, executed late, or executed without an answer; a task list that lags; a lease that may end
// at any moment; a person. A write that lands after its caller gave up is a process that stopped before that write.
// Left out: dead letters, payload conflicts, several clusters (they share no item), days, months, prices and the number of
// nodes (every job buys one), dry run and limits of REARM, and a person who is wrong about the order book.

import { type Change, type Context, end } from './context.ts';
import { deliver, handle } from './handler-steps.ts';
import { cloneState } from './initial-state.ts';
import { send } from './sender-steps.ts';
import { serve } from './service-steps.ts';
import type { State } from './state.ts';
import { attend, continueVisit, visit } from './visitor-steps.ts';

export interface Successor {
  readonly label: string;
  readonly state: State;
  /** A fault: what may happen, and no end may depend on. */
  readonly fault: boolean;
  /** What the step itself breaks. */
  readonly broken: string | undefined;
}

export function expand(state: State, context: Context, emit: (successor: Successor) => void): void {
  const add = (fault: boolean) => (label: string, change: Change) => {
    const next = cloneState(state);
    const broken = change(next);
    emit({ label, state: next, fault, broken });
    return undefined;
  };
  const moves = { step: add(false), fault: add(true) };
  deliver(state, context, moves);
  state.processes.forEach((process, i) => {
    if (process.at === 'idle') return;
    moves.fault(`job ${process.job}: CRASH before "${process.at}"`, (next) => end(next, i));
    handle(state, i, context, moves);
    send(state, i, context, moves);
    continueVisit(state, i, context, moves);
  });
  visit(state, context, moves);
  attend(state, context, moves);
  serve(state, context, moves);
}
