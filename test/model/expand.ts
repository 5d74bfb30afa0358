// All that can happen next in a state.

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
