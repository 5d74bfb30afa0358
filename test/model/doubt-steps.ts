// A doubt (functions/purchase/visit/resolve-doubt.ts, resolve-parked.ts): the task list is the evidence. A visitor reads the
// cluster and the list in one step, and writes in a later one, where a stale reading could do harm.
import { type Context, end, goOn, type Moves } from './context.ts';
import { taskName } from './handler-steps.ts';
import { maxAttempts } from './options.ts';
import { at, foreignTask, type Process, type Slot, type State, type Verdict } from './state.ts';
import { ownsSlot, settle, settleApplies } from './writes.ts';

/** What a visitor makes of the task list. */
type Finding =
  | { readonly kind: 'adopt'; readonly task: number }
  | { readonly kind: 'park'; readonly why: string }
  | { readonly kind: 'wait' }
  | { readonly kind: 'nothing' };

export function resolveDoubt(state: State, slot: Slot, context: Context, { step, fault }: Moves): undefined {
  act(findingIn(state, slot, context), state, slot, context, step, false);
  const shown = state.foreign || state.listed.some((listed) => listed !== 'no');
  if (context.options.incomplete && !state.missed && shown && isFenced(state, slot, context))
    act({ kind: 'nothing' }, state, slot, context, fault, true);
}

function findingIn(state: State, slot: Slot, context: Context): Finding {
  const { options, is } = context;
  const candidates = candidatesFor(state, slot, context);
  const [only] = candidates;
  const adopts = options.exclusive || is('adopt in a cluster that others scale');
  if (only !== undefined && candidates.length === 1 && adopts) return { kind: 'adopt', task: only };
  if (only !== undefined)
    return { kind: 'park', why: adopts ? 'several candidates' : 'a candidate, and others scale the cluster' };
  if (!isFenced(state, slot, context)) return { kind: 'wait' };
  if (options.rearm && !is('REARM by the narrow look') && hasEvidence(state, slot))
    return { kind: 'park', why: 'a task of another type or an older date could be it' };
  return { kind: 'nothing' };
}

/** Scale-out tasks in the window of its signature that no verdict of the cluster owns. */
function candidatesFor(state: State, slot: Slot, { options, is }: Context): readonly number[] {
  const { outside } = at(state.requests, slot.request);
  const candidates = state.listed.flatMap((listed, task) => {
    const inWindow = listed === 'plain' && ((outside >> task) & 1) === 0;
    return inWindow && (is('adopt a settled task') || !isSettled(state, task)) ? [task] : [];
  });
  const others = options.foreign === 'like ours' && state.foreign && !isSettled(state, foreignTask);
  return others ? [...candidates, foreignTask] : candidates;
}

/** The wider look that REARM needs: any task that could be ours and is no candidate. */
function hasEvidence(state: State, slot: Slot): boolean {
  const { outside } = at(state.requests, slot.request);
  const disguised = state.listed.some(
    (listed, task) => listed === 'disguised' && ((outside >> task) & 1) === 0 && !isSettled(state, task),
  );
  return disguised || state.foreign;
}

const isSettled = (state: State, task: number): boolean => state.done.some((verdict) => verdict?.task === task);

function isFenced(state: State, slot: Slot, { is }: Context): boolean {
  const { clock } = at(state.requests, slot.request);
  if (clock === 'fenced' || is('REARM before the fence')) return true;
  if (clock === 'nearly fenced' && is('fence without the tolerance of the clocks')) return true;
  return clock !== 'open' && is('fence without the lag of the list');
}

function act(
  finding: Finding,
  state: State,
  slot: Slot,
  context: Context,
  add: Moves['step'],
  missed: boolean,
): undefined {
  const { job, request } = slot;
  const visitor = state.processes.findIndex((process) => process.at === 'idle');
  const begin = (label: string, to: Partial<Process> & Pick<Process, 'at'>): undefined => {
    if (visitor < 0) return;
    add(label, (next) => {
      if (missed) next.missed = true;
      return goOn(next, visitor, { job, request, cooldown: next.cooldown, ...to });
    });
  };
  const looks = `visit: the list ${missed ? 'MISSES a task, and shows' : 'shows'} nothing for job ${job}`;
  switch (finding.kind) {
    case 'wait':
      return;
    case 'adopt': {
      const verdict: Verdict = { outcome: 'accepted', task: finding.task };
      return begin(`visit: ${taskName(finding.task)} is to be adopted for job ${job}`, { at: 'settle doubt', verdict });
    }
    case 'park':
      return add(`visit: PARK job ${job}: ${finding.why}`, park);
    case 'nothing':
      if (context.options.incomplete)
        return begin(looks, {
          at: 'listed',
          fresh: true,
          mayBuy: mayRearm(state, slot, context),
          empties: slot.empties,
        });
      if (mayRearm(state, slot, context))
        return begin(`${looks}, signed again`, { at: 'rearm', fresh: true, outside: state.old });
      if (isLast(slot, context)) return add(`visit: PARK job ${job}: probably not executed`, park);
  }
}

function park(next: State): undefined {
  if (next.slot) next.slot = { ...next.slot, phase: 'parked' };
  return undefined;
}

const isLast = ({ attempt }: Slot, { options }: Context): boolean => !options.rearm || attempt >= maxAttempts;

/** A paused cluster holds REARM back until it is resumed. */
function mayRearm({ paused }: State, slot: Slot, context: Context): boolean {
  return !isLast(slot, context) && (!paused || context.is('REARM while paused'));
}

/** Only a mistake reads the list first: what it shows may be long over when the cluster is read. */
export function listFirst(state: State, { step }: Moves): undefined {
  const visitor = state.processes.findIndex((process) => process.at === 'idle');
  if (visitor < 0 || state.foreign || state.listed.some((listed) => listed !== 'no')) return;
  step('visit: the list shows nothing', (next) => goOn(next, visitor, { at: 'read after the list' }));
}

export function readAfterList(state: State, i: number, context: Context, { step }: Moves): undefined {
  const { slot } = state;
  if (slot?.phase !== 'unknown' || !isFenced(state, slot, context) || !mayRearm(state, slot, context))
    return step('visit: the cluster is read, nothing to do', (next) => end(next, i));
  const { job, request } = slot;
  step(`visit: the cluster is read, job ${job} is signed again`, (next) =>
    goOn(next, i, { at: 'rearm', job, request, fresh: true, cooldown: next.cooldown, outside: next.old }),
  );
}

/** LISTED, and what follows from it: the number of empty listings is the one that was read before. */
export function countListing(state: State, i: number, context: Context, { step }: Moves): undefined {
  const p = at(state.processes, i);
  const needed = context.is('one empty listing is enough') ? 1 : 2;
  const enough = p.empties + 1 >= needed;
  step(`visit: LISTED job ${p.job}${enough ? '' : ', to be listed again'}`, (next) => {
    const { slot } = next;
    const applies = slot?.phase === 'unknown' && ownsSlot(next, p);
    if (applies) next.slot = { ...slot, empties: Math.min(slot.empties + 1, 2) };
    if (enough && p.mayBuy)
      return goOn(next, i, {
        at: 'rearm',
        request: p.request,
        fresh: p.fresh,
        cooldown: p.cooldown,
        outside: next.old,
      });
    if (enough && applies && isLast(slot, context)) park(next);
    return end(next, i);
  });
}

/** SETTLE by a visit or a person. Refused, it ends: the next visit, or the person, looks again. */
export function settleDoubt(state: State, i: number, context: Context, { step }: Moves): undefined {
  const p = at(state.processes, i);
  const { job, verdict } = p;
  if (!verdict) return;
  if (!settleApplies(state, p, context))
    return step(`SETTLE of the doubt of job ${job} refused`, (next) => end(next, i));
  step(`SETTLE the doubt of job ${job}: ${verdict.outcome}`, (next) => {
    end(next, i);
    return settle(next, p, verdict, context);
  });
}

/** A person settles a parked slot, by what the order book shows. "Not bought" is refused before the fence. */
export function resolveParked(state: State, context: Context, { step }: Moves): undefined {
  const { slot } = state;
  const early = context.is('abandon before the fence');
  if (!slot || !(slot.phase === 'parked' || (early && slot.phase === 'unknown'))) return;
  const person = state.processes.findIndex((process) => process.at === 'idle');
  if (person < 0) return;
  const { job, request } = slot;
  const say = (label: string, verdict: Verdict): undefined => {
    step(`person: ${label}`, (next) =>
      goOn(next, person, { at: 'settle doubt', job, request, cooldown: next.cooldown, verdict }),
    );
  };
  if (state.listed[job] !== 'no')
    return say(`${taskName(job)} is in the order book`, { outcome: 'accepted', task: job });
  if (early || at(state.requests, request).clock === 'fenced')
    say(`job ${job} was not bought`, { outcome: 'abandoned', task: -1 });
}
