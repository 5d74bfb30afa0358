// The reconciler, and every handler that helps (functions/reconcile/). A read and ONE conditional write that would be refused
// if the read were stale are one step here; where a stale reading could do harm, they are two.
import { type Context, end, goOn, type Moves } from './context.ts';
import { countListing, listFirst, readAfterList, resolveDoubt, resolveParked, settleDoubt } from './doubt-steps.ts';
import { at, isEnd, type Standing, type State, type Verdict } from './state.ts';
import { copy, follow, followApplies, forget, forgetApplies, mark, pause, shrink, shrinkApplies } from './writes.ts';

/** What a visit may begin now. */
export function visit(state: State, context: Context, moves: Moves): undefined {
  const { slot } = state;
  // The lease is left out: its end may come at any moment, which is worse than any lease.
  if (slot?.phase === 'sending')
    moves.step(`visit: MARK job ${slot.job}, whose lease is over`, (next) => {
      mark(next, context);
      return undefined;
    });
  if (context.is('list read before the cluster')) listFirst(state, moves);
  else if (slot?.phase === 'unknown') resolveDoubt(state, slot, context, moves);
  state.done.forEach((verdict, job) => {
    if (verdict) keepVerdict(state, job, verdict, context, moves);
  });
  // A sender settles by the cooldown that it read: what would change it waits for the sender, or for the end of its lease.
  const beingSent = slot?.phase === 'sending' && !context.is('FOLLOW while a purchase is being sent');
  if (context.options.follow && !beingSent) followTasks(state, moves);
}

/** What a person may do now. */
export function attend(state: State, context: Context, moves: Moves): undefined {
  if (context.options.person) resolveParked(state, context, moves);
  if (!context.options.pause) return;
  const change = (next: State): undefined => {
    pause(next, !state.paused, context);
    return undefined;
  };
  if (state.paused) moves.step('person: RESUME', change);
  else moves.fault('person: PAUSE', change);
}

/** The next step of a visit, where `process` stands at one. */
export function continueVisit(state: State, i: number, context: Context, moves: Moves): undefined {
  switch (at(state.processes, i).at) {
    case 'settle doubt':
      return settleDoubt(state, i, context, moves);
    case 'read after the list':
      return readAfterList(state, i, context, moves);
    case 'listed':
      return countListing(state, i, context, moves);
    case 'follow':
      return followStep(state, i, context, moves);
    case 'shrink':
      return shrinkStep(state, i, context, moves);
  }
}

/** COPY of what a crash kept from its record; FORGET of what is old, and copied. */
function keepVerdict(state: State, job: number, verdict: Verdict, context: Context, { step }: Moves): undefined {
  const record = at(state.record, job);
  if (!record || record.outcome === 'skipped')
    step(`visit: COPY job ${job}`, (next) => copy(next, job, verdict, context));
  if (forgetApplies(state, job, context))
    step(`visit: FORGET job ${job}, an hour later`, (next) => {
      forget(next, job, context);
      return undefined;
    });
}

/** Reads the cluster, then the task. */
function followTasks(state: State, { step }: Moves): undefined {
  const visitor = state.processes.findIndex((process) => process.at === 'idle');
  if (visitor < 0) return;
  state.pending.forEach((pending, job) => {
    const standing = standingOf(state, job);
    if (pending === 'none' || standing === 'none') return;
    step(`visit: the task of job ${job} is ${standing}`, (next) =>
      goOn(next, visitor, {
        at: standing === 'given up' ? 'shrink' : 'follow',
        job,
        standing,
        fresh: true,
        cooldown: next.cooldown,
        failures: next.failures,
      }),
    );
  });
}

function standingOf({ task, late, pending }: State, job: number): Standing {
  const state = at(task, job);
  if (state !== 'running') return state;
  if (pending[job] === 'overdue') return late[job] === 2 ? 'given up' : 'none';
  return late[job] === 0 ? 'none' : 'overdue';
}

function followStep(state: State, i: number, context: Context, { step }: Moves): undefined {
  const p = at(state.processes, i);
  const { job, standing } = p;
  if (followApplies(state, p, context))
    return step(`FOLLOW job ${job}: ${standing}`, (next) => {
      next.processes[i] = { ...p, at: 'shrink' };
      return follow(next, p);
    });
  const recorded = at(state.progress, job);
  if (isEnd(recorded) && !context.is('SHRINK not done after a refused FOLLOW'))
    return step(`FOLLOW job ${job} refused: it has ended as ${recorded}`, (next) => {
      const own = context.is('SHRINK counts another end than the record');
      next.processes[i] = { ...p, at: 'shrink', standing: own ? standing : recorded };
      return undefined;
    });
  step(`FOLLOW job ${job} refused`, (next) => end(next, i));
}

function shrinkStep(state: State, i: number, context: Context, { step }: Moves): undefined {
  const p = at(state.processes, i);
  if (!shrinkApplies(state, p, context)) return step(`SHRINK job ${p.job} refused`, (next) => end(next, i));
  step(`SHRINK job ${p.job}: ${p.standing}`, (next) => {
    end(next, i);
    return shrink(next, p, context);
  });
}
